"""What happened in the sandbox's world: a pure function of seed, volume, anchor and time."""
