"""The register and its standards: from the environment's files into the database."""
