"""The rules that a record of an exchange keeps, each with its code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule; a record that breaks it goes to quarantine with `code`."""

    code: str
    text: str


NOT_A_RECORD = Rule("X01", "A record is an object with texts and numbers that can be kept")
MISSING = Rule("X02", "Fields that an exchange is known by are there, and of their kind")
UNKNOWN_SIDE = Rule("X03", "The side is Client or Producer")
NEGATIVE = Rule("X04", "Neither the whole exchange nor the service in it took a negative time")
FUTURE = Rule("X05", "The request is not in the future")
TOO_OLD = Rule("X06", "The request is not older than what is kept")
UNKNOWN_SERVICE = Rule("X07", "The service belongs to a system of the environment")

RULES = (NOT_A_RECORD, MISSING, UNKNOWN_SIDE, NEGATIVE, FUTURE, TOO_OLD, UNKNOWN_SERVICE)
"""All of them. X07 holds back a whole service: its exchanges are stored and not judged."""
