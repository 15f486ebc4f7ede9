"""Read a security server's operational monitoring data: page after page, a second twice at most.

PR-OPMON: records are available 60 s after the server got them and kept for 7 days; a page has
10,000 at most, and says in `nextRecordsFrom` from which second the next goes on.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from connectors.network_words import plainly
from connectors.rest.network import asked_last
from connectors.rest.watchdog import Watchdog, WatchedAdapter
from flows.failures.exchanges.readers.messages import Answer, NotYet, answer, request
from flows.failures.exchanges.readers.page import Page
from flows.failures.exchanges.readers.unpack import records_of
from models.environment.exchanges import XRoadMonitoring
from models.environment.secrets import redact

AVAILABLE_AFTER = timedelta(seconds=60)
KEPT = timedelta(days=7)
_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
_BLOCK = 1 << 16
_CONNECT = 10.0
_SERVER = "Is the security server up, and `url` right?"


def read(options: XRoadMonitoring, folder: Path, cursor: Any, moment: datetime) -> Iterator[Page]:
    """What was recorded from the cursor (a second since 1970) until a minute before `moment`.

    Without a cursor all that the server keeps is read.

    Raises:
        ConnectorError: the server does not answer, answers a fault, or what cannot be read.
    """
    last = int((moment - AVAILABLE_AFTER).timestamp()) - 1
    first = int((moment - KEPT).timestamp()) if cursor is None else int(cursor)
    with _Session(options, folder) as session:
        while first <= last:
            try:
                found = session.ask(first, last)
            except NotYet:
                return
            asked = session.asked(first, last)
            records = records_of(asked, found.packed, options.max_unpacked)
            if len(records) != found.count:
                raise WrongAnswer(
                    asked,
                    f"{found.count} records are announced and {len(records)} came",
                    "It is read again at the next round; if it stays so, ask the administrator",
                )
            following = found.next_from
            if following is not None and following <= first:
                raise WrongAnswer(
                    asked,
                    f"it says to go on from {following}, where it was asked from {first}",
                    "Ask the security server's administrator: nothing after that can be read",
                )
            # Without a next page all up to `last` is known; that second is read once more.
            first = last if following is None else following
            yield Page(records, first, datetime.fromtimestamp(first, UTC))
            if following is None:
                return


class _Session(AbstractContextManager["_Session"]):
    """Requests with one security server."""

    def __init__(self, options: XRoadMonitoring, folder: Path) -> None:
        self._options = options
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WatchedAdapter())
        trust = options.tls
        self._session.verify = str(folder / trust.ca_file) if trust.ca_file else trust.verify

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def asked(self, first: int, last: int) -> str:
        """What was asked, in words."""
        return f"Asking {self._options.server} for its records of the seconds {first} to {last}"

    def ask(self, first: int, last: int) -> Answer:
        """One page.

        Raises:
            NotYet: nothing is there from that second on.
            ConnectorError: no answer in time, one that is too long, a fault, or nonsense.
        """
        asked = self.asked(first, last)
        seconds = self._options.answer_within.total_seconds()
        with Watchdog(seconds) as dog:
            try:
                body, content_type = self._post(asked, request(self._options, first, last))
            except requests.RequestException as error:
                if dog.fired:
                    raise self._too_late(asked, seconds) from error
                found = redact(plainly(error, asked_last(error, self._options.url)))
                raise RetryLater(asked, found, _SERVER) from error
            if dog.fired:
                raise self._too_late(asked, seconds)
        return answer(asked, body, content_type)

    def _post(self, asked: str, message: bytes) -> tuple[bytes, str]:
        wait = self._options.answer_within.total_seconds()
        with self._session.post(
            self._options.url,
            data=message,
            headers=_HEADERS,
            timeout=(min(_CONNECT, wait), wait),
            stream=True,
            allow_redirects=False,
        ) as response:
            content_type = response.headers.get("Content-Type", "")
            if response.status_code not in (200, 500) or "xml" not in content_type.lower():
                raise self._refused(asked, response)
            parts, size = [], 0
            for part in response.iter_content(_BLOCK):
                size += len(part)
                if size > self._options.max_bytes:
                    raise WrongAnswer(
                        asked,
                        f"the answer is longer than the {self._options.max_bytes:,} bytes allowed",
                        "Raise `max_bytes`, or ask the administrator what it sends",
                    )
                parts.append(part)
            return b"".join(parts), content_type

    def _refused(self, asked: str, response: requests.Response) -> ConnectorError:
        status = response.status_code
        found = f"HTTP {status} without a SOAP answer"
        if status >= 500 or status in (408, 429):
            return RetryLater(asked, found, "It is asked again at the next round")
        return WillNeverWork(
            asked, found, "Check `url` in exchanges.yaml: is it a security server?"
        )

    def _too_late(self, asked: str, seconds: float) -> RetryLater:
        return RetryLater(asked, f"no whole answer within {seconds:g} s", "It is asked again")
