"""The operations of one service, found in its WSDL at the first message."""

from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from connectors.calling import NotSent, Unanswered, Untrusted
from connectors.calls import Call
from connectors.errors import RetryLater, WillNeverWork, WrongAnswer
from connectors.rest.sending import Sender
from connectors.soap.options import SoapConnection, SoapOperation
from connectors.soap.service import Bound
from connectors.soap.wsdl import load
from models.environment.secrets import redact

Name = tuple[str, str | None]


class Operations:
    """Finds operations for many threads; looks at the WSDL again when it was told to forget."""

    def __init__(self, connection: SoapConnection, folder: Path, sender: Sender) -> None:
        self._location = _location(connection, folder)
        self._sender = sender
        self._lock = Lock()
        self._found: dict[Name, Bound] = {}

    def find(self, asked: str, operation: SoapOperation) -> Bound:
        """The operation.

        Raises:
            NotSent: the WSDL cannot be had, or is none.
            WillNeverWork: it has no such operation.
        """
        name = operation.operation, operation.port
        with self._lock:
            if name not in self._found:
                try:
                    client = load(self._location, self._fetch)
                except (RetryLater, WrongAnswer) as error:
                    found = f"no WSDL: {error.found}; nothing was sent"
                    raise NotSent(asked, found, error.next_step) from error
                self._found[name] = Bound.find(asked, client, operation)
            return self._found[name]

    def forget(self) -> None:
        """Look at the WSDL again before the next message: something did not fit it."""
        with self._lock:
            self._found.clear()

    def _fetch(self, url: str) -> bytes:
        asked = f"Reading {redact(url)}"
        try:
            status, _, answer = self._sender.send(Call("wsdl", 0), asked, "GET", url, None, {})
        except Unanswered as error:  # nothing is done by reading
            raise RetryLater(error.tried, error.found, error.next_step) from error
        except Untrusted as error:
            raise WrongAnswer(error.tried, error.found, error.next_step) from error
        if status != 200:
            step = "See that `wsdl` of the connection is the address of the document itself"
            kind = RetryLater if status >= 500 else WillNeverWork
            raise kind(asked, f"the system answered {status}", step)
        return answer.body


def _location(connection: SoapConnection, folder: Path) -> str:
    said = connection.wsdl
    if said is None:
        return f"{connection.url}?wsdl"
    if urlsplit(said).scheme in ("http", "https"):
        return said
    return str(folder / said)
