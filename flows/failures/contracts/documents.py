"""Fetch the documents of a contract: few, small, quickly, and from one place only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from urllib.parse import urldefrag, urljoin

from connectors.rest.client import RestClient
from connectors.rest.options import RestConnection, Retry
from connectors.rest.redirects import origin
from flows.failures.contracts.form import Unreadable
from models.environment.contracts import Contract
from models.environment.secrets import redact
from models.environment.systems import System

MOST_DOCUMENTS = 20
MOST_SECONDS = 60.0
_ANSWER_WITHIN = 20.0
_ASK = "Ask the owner for a description in fewer, smaller documents"


class Documents:
    """The documents of one contract; all of them together are held to its `max_bytes`."""

    def __init__(self, client: RestClient, contract: Contract, url: str) -> None:
        self.url = url
        self._client = client
        self._left = contract.max_bytes
        self._most = contract.max_bytes
        self._count = 0
        self._until = monotonic() + MOST_SECONDS
        self._home = origin(url)

    def first(self) -> bytes:
        """The contract's own document.

        Raises:
            ConnectorError: it cannot be read, or is too long.
        """
        return self._read(self.url)

    def imported(self, here: str, location: str) -> tuple[str, bytes] | None:
        """A document that another one imports; None where it lies on another host.

        Raises:
            ConnectorError: it cannot be read, or there is too much of them.
        """
        try:
            url = urldefrag(urljoin(here, location)).url
        except ValueError:
            return None
        if origin(url) != self._home:
            return None
        return url, self._read(url)

    def _read(self, url: str) -> bytes:
        self._count += 1
        asked = f"Asking {redact(url)}"
        if self._count > MOST_DOCUMENTS:
            raise Unreadable(asked, f"it has more than {MOST_DOCUMENTS} documents", _ASK)
        if monotonic() > self._until:
            raise Unreadable(asked, f"its documents took longer than {MOST_SECONDS:g} s", _ASK)
        body = self._client.raw(url).body
        self._left -= len(body)
        if self._left < 0:
            raise Unreadable(asked, f"its documents have more than {self._most:,} bytes", _ASK)
        return body


@contextmanager
def documents(system: System, contract: Contract, folder: Path) -> Iterator[Documents]:
    """The documents of a contract, with the system's credentials where they lie on its own host.

    Raises:
        ConfigurationError: a secret is missing, or a path is given and the system has no address.
    """
    connection = _connection(system, contract)
    assert contract.url is not None, "the kinds with documents have one"
    url = contract.url if "://" in contract.url else connection.url + contract.url
    client = RestClient(connection, folder)
    try:
        yield Documents(client, contract, url)
    finally:
        client.close()


def _connection(system: System, contract: Contract) -> RestConnection:
    own = RestConnection.model_validate(system.connection) if system.connector == "rest" else None
    url = contract.url or ""
    if own is None or ("://" in url and origin(url) != origin(own.url)):
        scheme, host, port = origin(url)
        own = RestConnection(url=f"{scheme}://{host}:{port}")
    limits = {
        "max_bytes": min(own.max_bytes, contract.max_bytes),
        "answer_within": min(own.answer_within, _ANSWER_WITHIN),
        "retry": Retry(attempts=1),
    }
    return own.model_copy(update=limits)
