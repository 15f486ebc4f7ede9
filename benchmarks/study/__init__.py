"""The study of the watch: a month with failures, the same month without, in simulated time."""
