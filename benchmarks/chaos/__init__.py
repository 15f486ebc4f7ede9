"""Chaos: composite applications, all faults on, workers and the database killed with -9."""
