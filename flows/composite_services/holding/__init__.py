"""Holding steps while a system fails, and letting them go when it is back."""
