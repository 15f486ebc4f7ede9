"""The demo's composite services with its acting bodies on real sockets."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from ruamel.yaml import YAML
from sqlalchemy import Engine

from flows.environment import ENVIRONMENTS, open_environment
from flows.register.sync import sync
from models.environment.loader import Environment
from sandbox.acts.bodies import NAMES as BODIES
from sandbox.processes import start
from sandbox.register.channels import channel_rows
from sandbox.register.organisations import organisation_rows
from sandbox.register.services import service_rows
from sandbox.register.standards import standard_rows

DEMO = ENVIRONMENTS / "demo"
SERVICES = {"00100001", "00200002", "00300003", "00102005", "00301001", "00405017", "00904037",
            "00804037", "00801025"}  # fmt: skip
_NAMES = ("kk", "ru", "en")


@dataclass
class Bodies:
    """The running bodies."""

    control: str

    def ledger(self, body: str) -> list[dict[str, Any]]:
        """What a body has really done, in order."""
        found: list[dict[str, Any]] = requests.get(
            f"{self.control}/{body}/ledger", timeout=30
        ).json()
        return found

    def fail(self, body: str, **fault: Any) -> None:
        """Tell a body to fail."""
        answer = requests.post(f"{self.control}/{body}/control/faults", json=fault, timeout=30)
        answer.raise_for_status()

    def mend(self, body: str) -> None:
        """Tell it to fail no more."""
        requests.delete(f"{self.control}/{body}/control/faults", timeout=30).raise_for_status()


@contextmanager
def running(folder: Path, only: tuple[str, ...] = BODIES) -> Iterator[Bodies]:
    """The acting bodies; their addresses and certificates are in the process' environment."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["SANDBOX_CERTIFICATES"] = str(folder)
    given = ["SANDBOX_CERTIFICATES"]
    try:
        with start("acting", after=0.0, only=only) as process:
            for body, url in requests.get(process.url, timeout=30).json()["bodies"].items():
                os.environ[f"SANDBOX_{body.upper()}"] = url
                given.append(f"SANDBOX_{body.upper()}")
            yield Bodies(process.url)
    finally:
        for name in given:
            os.environ.pop(name, None)


def house(folder: Path) -> Environment:
    """The demo's environment, with those rows of the register that its composites need."""
    yaml = YAML()
    main = yaml.load(DEMO / "environment.yaml")
    main["extends"] = str(DEMO)
    folder.mkdir(parents=True, exist_ok=True)
    yaml.dump(main, folder / "environment.yaml")
    yaml.dump(_register(), folder / "register.yaml")
    return open_environment(folder)


def _register() -> dict[str, Any]:
    services = {
        str(row["code"]): {
            "names": _names(row),
            "organisation": row["organisation"],
            "sub_types": row["sub_types"] or None,
        }
        for row in service_rows()
        if row["code"] in SERVICES
    }
    standards = [
        {name: row[name] for name in ("service", "sub_type", "channel", "term", "unit")}
        | {"valid_from": row["valid_from"], "valid_to": row["valid_to"]}
        for row in standard_rows()
        if row["service"] in SERVICES
    ]
    return {
        "organisations": {row["code"]: {"names": _names(row)} for row in organisation_rows()},
        "services": services,
        "channels": {
            str(row["code"]): {"names": _names(row), "digital": row["digital"]}
            for row in channel_rows()
        },
        "standards": standards,
    }


def _names(row: Any) -> dict[str, str]:
    return {language: str(row[f"name_{language}"]) for language in _NAMES}


def synced(engine: Engine, environment: Environment) -> None:
    """Bring the register and the calendars into the database."""
    with engine.begin() as connection:
        sync(connection, environment, "test")
