"""`tereze demo`: everything at once with stand-in bodies, and what it found."""
