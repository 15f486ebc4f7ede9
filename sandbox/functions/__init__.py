"""What the bodies really do, and what of it the register does not tell; all of it is made up."""
