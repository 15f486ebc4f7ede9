"""The kinds of step that make no call: a task for a person, and waiting for a moment."""
