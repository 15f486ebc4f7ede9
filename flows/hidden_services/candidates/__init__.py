"""Candidates: from what was observed to what a person decides on, with the evidence."""
