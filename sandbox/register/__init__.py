"""The register of public services that the stand-in bodies share; all of it is made up."""
