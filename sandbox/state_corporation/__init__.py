"""The State Corporation's stand-in: REST pages of applications, their events and the register."""
