"""The chance of a breach for each open application, learned from how such applications ended."""
