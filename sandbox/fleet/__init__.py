"""Many small bodies in one process, each of which can be told to fail in one way of its own.

A body has a health address (HTTP over a socket of its own), a TLS address, a service whose
exchanges the operational monitoring tells, a list of applications, or an OpenAPI document. Which
has what, and how it can fail, is in `kinds`. All of them live by one clock, which stands still
until it is set: what happens at a moment depends on the seed and on the orders to fail only.
"""
