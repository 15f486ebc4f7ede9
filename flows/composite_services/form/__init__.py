"""Forms: what a person filled in, checked field by field, each wrong one named in words."""
