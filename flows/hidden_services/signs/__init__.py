"""Is it a service? Signs from the legal definition, each with what carries it."""
