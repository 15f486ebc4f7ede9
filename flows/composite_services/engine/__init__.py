"""The engine: takes the steps that are due, makes their calls, and writes what came of them."""
