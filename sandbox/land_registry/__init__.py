"""The land registry's stand-in: a database that others read, and that goes on changing."""
