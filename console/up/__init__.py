"""The supervisor behind `tereze up` and `tereze demo`."""
