"""Faults that the stand-in bodies can be told to commit, and the record of those committed."""
