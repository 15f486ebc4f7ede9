"""One message sent once, with it being certain whether it can have reached the body."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests
from requests import Response

from connectors.calling import Copy, NotSent, Unanswered, Untrusted
from connectors.calls import Call, Told, untold
from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from connectors.rest.auth import Renewable
from connectors.rest.client import RestClient
from connectors.rest.network import network_error, too_late
from connectors.rest.options import RestConnection
from connectors.rest.watchdog import Watchdog, WatchedAdapter
from models.environment.secrets import redact

_BLOCK = 1 << 16
_CONNECTIONS = 64  # kept open at once; more are opened and closed again
_AGAIN = "Nothing to do if it passes; else ask the system's owner whether it is up"


@dataclass(frozen=True)
class Heard:
    """A whole answer, as it came."""

    status: int
    body: bytes
    content_type: str


class Post(RestClient):
    """Posts messages to one system; serves many threads, and tries nothing twice."""

    def __init__(self, connection: RestConnection, folder: Path, tell: Told = untold) -> None:
        super().__init__(connection, folder, tell)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WatchedAdapter(pool_maxsize=_CONNECTIONS))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Spellings of credentials, to be taken out of copies."""
        return self.auth.secrets

    def post(
        self, call: Call, asked: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> Heard:
        """Send the body and read the whole answer, whatever its status; no redirect is followed.

        Raises:
            NotSent: it certainly did not reach the system, or a token had run out.
            Unanswered: no whole answer came.
            Untrusted: the answer is longer than `max_bytes`.
            WillNeverWork: the credentials are refused, or the address cannot be asked.
        """
        self._pace.wait()
        with Watchdog(self._connection.answer_within) as dog:
            try:
                with self._posted(asked, url, body, headers) as response:
                    call.status = response.status_code
                    self._check_welcome(asked, response)
                    content = self._content(asked, response)
            except requests.RequestException as error:
                raise self._unheard(asked, error, dog) from error
            if dog.fired:
                raise _unanswered(too_late(asked, self._connection))
        call.size = len(content)
        return Heard(response.status_code, content, response.headers.get("Content-Type", ""))

    def _posted(self, asked: str, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        timeouts = self._connection.timeouts
        try:
            return self._session.post(
                url,
                data=body,
                headers=dict(headers),
                auth=self.auth,
                timeout=(timeouts.connect, timeouts.read),
                verify=self.verify,
                stream=True,
                allow_redirects=False,
            )
        except (RetryLater, WrongAnswer) as error:  # of the address that hands out tokens
            raise NotSent(asked, f"no token ({error.found}); nothing was sent", _AGAIN) from error

    def _check_welcome(self, asked: str, response: Response) -> None:
        if response.status_code == 401 and isinstance(self.auth, Renewable):
            self.auth.forget()
            raise NotSent(asked, "the token was not taken any more", "Nothing: a new one is got")
        if response.status_code in (401, 403):
            raise WillNeverWork(
                asked,
                f"the system answered {response.status_code}",
                "See that the secret is the right one and has the right to do this",
            )

    def _content(self, asked: str, response: Response) -> bytes:
        parts, size, most = [], 0, self._connection.max_bytes
        for part in response.iter_content(_BLOCK):
            size += len(part)
            parts.append(part)
            if size > most:
                read = b"".join(parts)[:most]
                raise Untrusted(
                    asked,
                    f"the answer is longer than the {most:,} bytes allowed",
                    "Ask the body what it did; or raise `max_bytes` of the connection",
                    Copy.of(read, redact(read[:_BLOCK].decode("utf-8", "replace"), self.secrets)),
                )
        return b"".join(parts)

    def _unheard(
        self, asked: str, error: requests.RequestException, dog: Watchdog
    ) -> ConnectorError:
        if dog.fired and dog.sent:
            return _unanswered(too_late(asked, self._connection))
        known = network_error(asked, error, self._connection)
        if dog.sent:
            return _unanswered(known)
        if isinstance(known, WillNeverWork):
            return known
        return NotSent(asked, f"{known.found}; nothing was sent", _AGAIN)


def _unanswered(known: ConnectorError) -> Unanswered:
    return Unanswered(known.tried, f"{known.found}; it may have been done", _AGAIN)
