"""The recorders of exchanges that can be read, each to pages of records."""
