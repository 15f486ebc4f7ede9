"""Systems looked at round by round, and what people are told of them."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from flows.alerts.house import House
from flows.alerts.notices import notify
from flows.failures.tick import Report, tick
from flows.failures.verdict import Verdict
from models.environment.alerts import Alerts
from models.environment.loader import Environment
from tests.environments import environment as written
from tests.environments import files
from tests.flows.failures.saying import Told, minute

OFFICE = files()["systems.yaml"]["systems"]["office"]
TO_FILE = Alerts.model_validate(
    {"receivers": {"log": {"file": "notices.jsonl"}}, "routes": [{"receivers": ["log"]}]}
)


class Watched:
    """An environment with these systems, looked at round by round."""

    def __init__(self, engine: Engine, folder: Path, systems: dict[str, dict[str, Any]]) -> None:
        made = {name: {**OFFICE, **each} for name, each in {"office": {}, **systems}.items()}
        # Rarely due, so that a jump of some minutes is no gap.
        failures = {"tick": "*/30 * * * *"}
        folder.joinpath("probes.yaml").write_text("modules: {web: {prober: http}}\n")
        self.environment: Environment = written(
            folder, systems={"systems": made}, environment={"failures": failures}
        )
        self.engine, self.folder, self.read = engine, folder, 0

    def round(self, at: float, *verdicts: Verdict) -> Report:
        side = Told(verdicts)
        return tick(self.engine, self.environment, as_of=minute(at), actor="test", sides=[side])

    def notices(self, at: float) -> list[dict[str, Any]]:
        """What people are told at a minute."""
        environment = self.environment
        house = House(TO_FILE, environment.settings, self.folder, environment.systems)
        notify(self.engine, house, minute(at))
        path = self.folder / "notices.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        new, self.read = lines[self.read :], len(lines)
        return [json.loads(line) for line in new]
