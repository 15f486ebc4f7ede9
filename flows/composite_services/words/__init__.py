"""Sentences for people, in their language: each state's reason is a code with words here.

The codes are in the YAML files beside this one, each with its languages.
"""

from flows.composite_services.words.saying import said

__all__ = ["said"]
