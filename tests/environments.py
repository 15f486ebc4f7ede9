"""Small environments for tests, written as the YAML files that a person would write."""

import copy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from models.environment.loader import Environment, load

IIN_CHECK = {"modulus": 11, "weights": [list(range(1, 12)), [*range(3, 12), 1, 2]]}
WEEK = ["mon", "tue", "wed", "thu", "fri"]
HOURS = {"opens": "09:00", "closes": "18:00"}

KAZAKHSTAN: dict[str, Any] = {
    "environment.yaml": {
        "environment": "test",
        "title": "A test of Kazakhstan's rules",
        "timezone": "Asia/Almaty",
        "languages": ["kk", "ru", "en"],
        "calendar": "five_days",
        "identifiers": {
            "iin": {"pattern": r"\d{12}", "check": IIN_CHECK},
            "bin": {"pattern": r"\d{12}", "check": IIN_CHECK},
        },
        "delays": {
            "hand_over": {"channels": ["state_corporation"], "before": "24h"},
        },
    },
    "calendars.yaml": {
        "calendars": {
            "five_days": {"country": "KZ", "week": WEEK, "hours": HOURS},
            "six_days": {"country": "KZ", "week": [*WEEK, "sat"], "hours": HOURS},
        }
    },
    "systems.yaml": {
        "systems": {
            "office": {
                "names": {"en": "Front offices"},
                "owner": "state_corporation",
                "contact": "duty officer",
                "connector": "file",
                "connection": {"folder": "data"},
            }
        }
    },
    "register.yaml": {
        "services": {"00100101": {"names": {"en": "Registration of a birth"}}},
        "channels": {
            "portal": {"names": {"en": "Portal"}, "digital": True},
            "state_corporation": {"names": {"en": "Front office"}},
        },
        "standards": [{"service": "00100101", "term": 2, "unit": "working_days"}],
    },
    "sources/applications.yaml": {
        "source": "office.applications",
        "system": "office",
        "connector": "file",
        "dataset": "applications",
        "request": {"path": "applications.csv"},
        "fields": {
            "number": "number",
            "service": "service",
            "channel": "channel",
            "received_at": "received_at",
            "completed_at": "completed_at",
        },
    },
}


def files(**changes: dict[str, Any] | None) -> dict[str, Any]:
    """The files of a small environment of Kazakhstan, with `changes` merged into them.

    A change is keyed by the file's stem; a None takes a file, or a key, away.
    """
    names = {Path(name).stem: name for name in KAZAKHSTAN}
    result = copy.deepcopy(KAZAKHSTAN)
    for stem, change in changes.items():
        name = names.get(stem, f"sources/{stem}.yaml")
        if change is None:
            del result[name]
        else:
            result[name] = _merged(result.get(name, {}), change)
    return result


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    kept = {key: value for key, value in old.items() if new.get(key, ...) is not None}
    return kept | {k: _merged(old.get(k), v) for k, v in new.items() if v is not None}


def write(folder: Path, contents: dict[str, Any]) -> Path:
    """Write the files into `folder`."""
    yaml = YAML()
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(data, stream)
    return folder


def environment(folder: Path, **changes: dict[str, Any] | None) -> Environment:
    """The small environment of Kazakhstan, written to `folder` and loaded."""
    return load(write(folder, files(**changes)))
