"""Intake: one application taken in whole, once, or refused with every reason."""
