"""Bring a notice to its receiver: Apprise for a URL, a panel for the terminal, JSON Lines."""

import json
import logging
import os
import re
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from flows.alerts import alertmanager
from models.environment.alerts import Receiver
from models.environment.secrets import SecretRef, redact
from models.errors import ConfigurationError

LONGEST_ERROR = 500
COLOURS = {
    "firing": "red",
    "escalation": "red",
    "resolved": "green",
    "summary": "yellow",
    "reminder": "yellow",
}


def deliver(receiver: Receiver, notice: dict[str, Any], home: Path) -> str | None:
    """Deliver it; answers why it could not be delivered, without secrets, or None.

    `notice` has kind, title and body, for an Alertmanager `alerts`, and for a file whatever else
    is to be kept as JSON. A receiver that is a rota is none itself: whoever has the watch is told.
    """
    try:
        if receiver.url is not None:
            return _through_apprise(receiver.url, notice)
        if receiver.alertmanager is not None:
            return alertmanager.post(receiver.alertmanager, notice["alerts"])
        if receiver.file is not None:
            _append(home / receiver.file, notice)
        else:
            _show(notice)
    except (OSError, ConfigurationError) as error:
        return redact(str(error))[:LONGEST_ERROR]
    return None


def _through_apprise(secret: SecretRef, notice: dict[str, Any]) -> str | None:
    import apprise  # takes a while: only where a receiver needs it

    url = secret.resolve()
    asset = apprise.AppriseAsset(app_id="Tereze", app_desc="Tereze", async_mode=False)
    sender = apprise.Apprise(asset=asset)
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:
        if not sender.add(url):
            return "Apprise does not understand the receiver's URL"
        kind = apprise.NotifyType.SUCCESS if notice["kind"] == "resolved" else "warning"
        sent = sender.notify(
            title=notice["title"],
            body=notice["body"],
            notify_type=kind,
            body_format=apprise.NotifyFormat.TEXT,
        )
        said = log.getvalue().strip()
    if sent:
        return None
    return redact(said or "Apprise could not deliver it", _parts(url))[:LONGEST_ERROR]


def _parts(url: str) -> list[str]:
    """The pieces of a URL that may be tokens: Apprise repeats some of them in its errors."""
    pieces = re.split(r"[/:@?&=#]+", url)
    return [piece for piece in pieces if len(piece) >= 8 and "." not in piece]


def _append(path: Path, notice: dict[str, Any]) -> None:
    """One line, on the disk when this returns; a line torn by a crash is left on its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(notice, ensure_ascii=False) + "\n"
    with path.open("ab+") as file:
        if file.tell() and _last_byte(path) != b"\n":
            line = "\n" + line
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def _show(notice: dict[str, Any]) -> None:
    colour = COLOURS.get(notice["kind"], "white")
    Console().print(
        Panel(Text(notice["body"]), title=Text(notice["title"]), border_style=colour, expand=False)
    )
