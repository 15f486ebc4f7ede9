"""Definitions of composite services: versions, and what is wrong with them."""
