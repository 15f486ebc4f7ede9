"""How a reader of the stand-ins asks; real HTTP."""

import json
from typing import Any

import requests

NOW = "2026-05-20T12:00:00+05:00"
KEY = "for-tests-only"


class Reader:
    """Asks one body."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["X-Api-Key"] = KEY

    def get(self, path: str, timeout: float = 30, **params: Any) -> requests.Response:
        return self.session.get(self.url + path, params=params, timeout=timeout)

    def page(self, path: str = "/applications", **params: Any) -> dict[str, Any]:
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def pages(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """All pages, following `next`."""
        found = [self.page(path, **params)]
        while found[-1]["next"]:
            found.append(self.page(found[-1]["next"]))
        return found

    def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        return [item for page in self.pages(path, **params) for item in page["items"]]

    def fail(self, kind: str, **order: Any) -> dict[str, Any]:
        """Order a fault."""
        return self.post("/control/faults", {"kind": kind, **order})

    def clear(self) -> None:
        self.session.delete(self.url + "/control/faults", timeout=30).raise_for_status()

    def post(self, path: str, content: dict[str, Any], status: int = 201) -> dict[str, Any]:
        answer = self.session.post(self.url + path, json=content, timeout=30)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def lines(self, path: str) -> list[dict[str, Any]]:
        answer = self.get(path)
        assert answer.status_code == 200
        return [json.loads(line) for line in answer.text.splitlines()]

    def struck(self, kind: str) -> list[dict[str, Any]]:
        """What the truth says about faults of a kind."""
        return [row for row in self.lines("/truth/faults") if row["kind"] == kind]
