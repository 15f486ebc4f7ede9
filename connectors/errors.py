"""Why a pull did not work, in three kinds that are answered in three ways."""

from models.errors import TerezeError


class ConnectorError(TerezeError):
    """A system could not be read. Only the three kinds below are raised."""


class RetryLater(ConnectorError):
    """The system is down, slow or busy: the same request may work later.

    `retry_after` is in seconds, where the system said so.
    """

    def __init__(
        self, tried: str, found: str, next_step: str, retry_after: float | None = None
    ) -> None:
        super().__init__(tried, found, next_step)
        self.retry_after = retry_after


class WillNeverWork(ConnectorError):
    """The request itself is refused (credentials, address, rights): a person has to change it."""


class WrongAnswer(ConnectorError):
    """The system answered, and the answer cannot be read or contradicts itself."""
