"""A signing server that speaks as NCANode does. It signs by RSA, whatever key it is given."""
