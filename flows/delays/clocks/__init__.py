"""Whose clock: how the working time of each application is split."""
