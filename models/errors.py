"""The one shape of an error: what was tried, what was found, what to do next."""


class TerezeError(Exception):
    """An error that a person can act on.

    Every error that Tereze raises on purpose derives from this class. The message has three
    parts, because a sentence without one of them leaves somebody guessing at night.
    """

    def __init__(self, tried: str, found: str, next_step: str) -> None:
        self.tried = tried
        self.found = found
        self.next_step = next_step
        super().__init__(tried, found, next_step)

    def __str__(self) -> str:
        return f"{self.tried}: {self.found}. {self.next_step}"


class ConfigurationError(TerezeError):
    """The environment's files or variables are wrong; nothing has run (exit code 2)."""


class Overtaken(TerezeError):
    """Somebody decided before; what they did is in the words (exit code 1)."""


class CouldNotRun(TerezeError):
    """Something needed was not there, for instance the database (exit code 3)."""
