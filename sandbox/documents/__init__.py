"""Descriptions of the bodies' interfaces, made from what they really answer."""
