"""Reviews: each breach is examined, and somebody closes the examination."""
