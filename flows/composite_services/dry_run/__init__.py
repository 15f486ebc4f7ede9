"""Dry run: what an application would do and bring, before anything is done."""
