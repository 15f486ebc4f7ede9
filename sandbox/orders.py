"""Tell a running body to fail, over its control endpoint."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_WAIT = 30.0


def order(url: str, kind: str | None, settings: list[str]) -> str:
    """Order a fault; settings are KEY=VALUE, values JSON where they can be read so.

    Raises:
        ValueError: the body refuses the order, or a setting has no `=`.
        OSError: no body answers there.
    """
    return send(url, "/control/faults", "POST", {"kind": kind, **dict(map(_pair, settings))})


def clear(url: str) -> str:
    """Withdraw all faults."""
    return send(url, "/control/faults", "DELETE")


def send(url: str, path: str, method: str, content: dict[str, Any] | None = None) -> str:
    """One request to a control endpoint; its answer as text.

    Raises:
        ValueError: the body refuses, with its reason.
        OSError: no body answers there.
    """
    data = None if content is None else json.dumps(content).encode()
    request = Request(url.rstrip("/") + path, data=data, method=method)
    try:
        with urlopen(request, timeout=_WAIT) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        raise ValueError(error.read().decode()) from error


def _pair(setting: str) -> tuple[str, Any]:
    key, found, text = setting.partition("=")
    if not found:
        raise ValueError(f"{setting!r} is not KEY=VALUE")
    try:
        return key, json.loads(text)
    except json.JSONDecodeError:
        return key, text
