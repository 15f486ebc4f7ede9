"""The person on call: rounds are run, and what each file got since the last one is read."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from flows.alerts.fingerprint import fingerprint
from flows.alerts.fire import Firing, fire, resolve
from flows.alerts.handle import Hand
from flows.alerts.house import House
from flows.alerts.notices import RoundReport, notify
from models.environment.alerts import Alerts
from models.environment.calendars import Calendar
from models.environment.on_call import OnCall
from models.environment.settings import Identifier, Settings
from models.environment.systems import System
from models.masking import Masker
from tests.flows.alerts.applications import SETTINGS
from tests.flows.alerts.conftest import NOW

PERSONAL = SETTINGS.model_copy(update={"identifiers": {"iin": Identifier(pattern=r"\d{12}")}})
HAND = Hand("person:aigerim", "I look at it", Masker(PERSONAL.identifiers))
CALENDAR = Calendar.model_validate(
    {"country": "KZ", "hours": {"opens": "09:00", "closes": "18:00"}, "timezone": "Asia/Almaty"}
)


def files(*names: str) -> dict[str, Any]:
    """Receivers that are files of these names."""
    return {name: {"file": f"{name}.jsonl"} for name in names}


def config(**parts: Any) -> Alerts:
    """An alerts.yaml that sends everything to the file `log`, at once and every time."""
    notices = {"interval": "0s", "retry": "0s", "attempts": 3, **parts.pop("notices", {})}
    whole = {"receivers": files("log"), "routes": [{"receivers": ["log"]}], **parts}
    return Alerts.model_validate({**whole, "notices": notices})


class Desk:
    """One environment's people on call, in simulated time."""

    def __init__(self, engine: Engine, home: Path, alerts: Alerts | None = None) -> None:
        self.engine, self.home = engine, home
        self.alerts = alerts or config()
        self.settings: Settings = PERSONAL
        self.systems: Mapping[str, System] = {}
        self.on_call = OnCall()
        self.calendars: Mapping[str, Calendar] = {}
        self.report = RoundReport()
        self.read: dict[str, int] = {}

    @property
    def house(self) -> House:
        return House(
            self.alerts, self.settings, self.home, self.systems, self.on_call, self.calendars
        )

    def round(self, minutes: float = 0) -> dict[str, list[str]]:
        """Run a round; answers the new titles by receiver, those with none left out."""
        self.report = notify(self.engine, self.house, NOW + timedelta(minutes=minutes))
        return {name: [each["title"] for each in got] for name, got in self.got().items() if got}

    def got(self) -> dict[str, list[dict[str, Any]]]:
        """What each file got since it was read last."""
        found = {}
        for name, receiver in self.alerts.receivers.items():
            path = self.home / str(receiver.file)
            lines = path.read_text().splitlines() if path.is_file() else []
            found[name] = [json.loads(line) for line in lines[self.read.get(name, 0) :]]
            self.read[name] = len(lines)
        return found

    def bodies(self, minutes: float = 0, name: str = "log") -> list[str]:
        """Run a round; answers the new notices' bodies at one receiver."""
        self.report = notify(self.engine, self.house, NOW + timedelta(minutes=minutes))
        return [each["body"] for each in self.got()[name]]

    def fire(self, name: str = "PullFailed", severity: Any = "critical", **labels: str) -> str:
        """Fire an alert that is a group of its own; answers its fingerprint."""
        with self.engine.begin() as connection:
            fire(connection, Firing(name, severity, labels, labels, NOW, f"{name} says no"), "test")
        return fingerprint(name, labels)

    def end(self, name: str = "PullFailed", **labels: str) -> None:
        with self.engine.begin() as connection:
            resolve(connection, name, labels, NOW, "works", "It works", "test")
