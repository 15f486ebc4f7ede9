"""The stand-in security server, as tests speak to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
import requests


def x_road(url: str, **options: Any) -> dict[str, Any]:
    """The YAML of a source that is this server."""
    asked = {"url": f"{url}/", "client": "KZ/GOV/AGENCY/TEREZE", "server": "KZ/GOV/LAND/SS1"}
    return {"system": "office", "x_road": asked | options}


class Server:
    """A running stand-in."""

    def __init__(self, url: str) -> None:
        self.url = url

    def add(self, records: Iterable[dict[str, Any]]) -> None:
        self._post("records", orjson.dumps({"records": list(records)}))

    def at(self, moment: datetime) -> None:
        self._post("clock", orjson.dumps({"now": int(moment.timestamp())}))

    def fail(self, kind: str, **order: Any) -> None:
        self._post("faults", orjson.dumps({"kind": kind, **order}))

    def empty(self) -> None:
        requests.delete(f"{self.url}/control/records", timeout=30).raise_for_status()

    def clear(self) -> None:
        requests.delete(f"{self.url}/control/faults", timeout=30).raise_for_status()

    def _post(self, what: str, body: bytes) -> None:
        answer = requests.post(f"{self.url}/control/{what}", data=body, timeout=30)
        assert answer.status_code == 201, answer.text
