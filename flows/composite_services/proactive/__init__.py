"""Proactive start: a life event that a body tells of starts the application."""
