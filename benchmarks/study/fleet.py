"""The fleet of stand-in bodies as a process, told when it is and when to fail."""

from datetime import datetime
from types import TracebackType
from typing import Any

import requests

from sandbox.processes import Handle, start

VOLUME, DAYS = 12_000, 60
"""Applications to each list in the days before the anchor: about 300 on a working day."""


class Fleet:
    """A running fleet whose clock stands at `now` until it is set."""

    def __init__(self, now: datetime, anchor: datetime) -> None:
        self._handle: Handle = start(
            "fleet",
            now=now.isoformat(),
            anchor=anchor.isoformat(),
            volume=VOLUME,
            days=DAYS,
            speed=0,
        )
        self._session = requests.Session()
        self.about: dict[str, Any] = {**self._send("GET", "/"), "url": self._handle.url}

    def set_clock(self, now: datetime) -> None:
        """Let it be so late."""
        self._send("POST", "/control/clock", {"now": now.isoformat()})

    def order(self, **given: Any) -> dict[str, Any]:
        """Tell a body to fail; answers the order with the moment from which it can be seen."""
        return dict(self._send("POST", "/control/faults", given))

    def foresee(self, **given: Any) -> dict[str, Any]:
        """What an order would be answered with, without giving it."""
        return dict(self._send("POST", "/control/visible", given))

    def _send(self, method: str, path: str, content: dict[str, Any] | None = None) -> Any:
        answer = self._session.request(method, self._handle.url + path, json=content, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def __enter__(self) -> "Fleet":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
        self._handle.stop()
