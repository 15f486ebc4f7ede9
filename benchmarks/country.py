"""The state that benchmarks measure: 746 services with mixed rules, offices of 5 and 6 days."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from models.environment.loader import Environment, load

SERVICES = 746
CHANNELS = ("portal", "mobile", "telegram", "state_corporation", "provider")
WEEK = ["mon", "tue", "wed", "thu", "fri"]
HOURS = {"opens": "09:00", "closes": "18:00"}
TIMEZONE = "Asia/Almaty"
TERMS = (1, 2, 3, 5, 7, 10, 15, 20, 30)


def service(index: int) -> str:
    """The code of a service, 8 digits."""
    return f"{index:08d}"


def rule(index: int) -> tuple[str, int]:
    """The unit and the term of a service: 7 in 10 working days, and one each of the others."""
    term = TERMS[index % len(TERMS)]
    kind = index % 10
    if kind < 7:
        return "working_days", term
    if kind == 7:
        return "calendar_days", term
    return ("minutes", 30 * term) if kind == 8 else ("working_hours", 2 * term)


def week(index: int) -> str:
    """The calendar of a service: one in four has offices that work on Saturdays."""
    return "six_days" if index % 4 == 0 else "five_days"


def environment(folder: Path, changes: Mapping[str, Any] | None = None) -> Environment:
    """Write the state's YAML files into `folder` and load them.

    `changes` are put over the top-level keys of the files that they name.
    """
    yaml = YAML()
    for name, content in _files().items():
        content = content | (changes or {}).get(name, {})
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(content, stream)
    return load(folder)


def _files() -> dict[str, Any]:
    return {
        "environment.yaml": {
            "environment": "benchmark",
            "title": "What benchmarks measure",
            "timezone": TIMEZONE,
            "languages": ["en"],
            "calendar": "five_days",
            "delays": {"hand_over": {"channels": ["state_corporation"], "before": "24h"}},
        },
        "calendars.yaml": {
            "calendars": {
                "five_days": {"country": "KZ", "week": WEEK, "hours": HOURS},
                "six_days": {"country": "KZ", "week": [*WEEK, "sat"], "hours": HOURS},
            }
        },
        "systems.yaml": {"systems": {"office": _system()}},
        "sources/applications.yaml": _source(),
        "register.yaml": {
            "services": {service(n): {"names": {"en": "x"}} for n in range(SERVICES)},
            "channels": {code: {"names": {"en": code}} for code in CHANNELS},
            "standards": [_standard(n) for n in range(SERVICES)],
        },
    }


def _system() -> dict[str, Any]:
    return {
        "names": {"en": "Front offices"},
        "owner": "state_corporation",
        "contact": "duty officer",
        "connector": "file",
        "connection": {"folder": "data"},
    }


def _source() -> dict[str, Any]:
    return {
        "source": "office.applications",
        "system": "office",
        "connector": "file",
        "dataset": "applications",
        "request": {"path": "applications.csv"},
        "fields": {"number": "number", "service": "service", "received_at": "received_at"},
    }


def _standard(index: int) -> dict[str, Any]:
    unit, term = rule(index)
    return {"service": service(index), "term": term, "unit": unit, "calendar": week(index)}
