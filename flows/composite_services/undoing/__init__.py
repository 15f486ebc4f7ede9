"""Taking back what was done: in reverse order, one at a time, each witnessed."""
