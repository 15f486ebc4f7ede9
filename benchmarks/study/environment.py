"""The environment of the study: every body of the fleet as a person would write it in YAML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from flows.environment import open_environment
from models.environment.loader import Environment
from sandbox.fleet.kinds import BODIES, bodies_with
from sandbox.register.channels import CHANNELS
from sandbox.register.services import services

WEEK = ["mon", "tue", "wed", "thu", "fri"]
HOURS = {"opens": "09:00", "closes": "18:00"}
IIN = {"modulus": 11, "weights": [[*range(1, 12)], [*range(3, 12), 1, 2]]}
AUTHORITY = "authority.pem"
UP = '"status": "UP"'
PULLS = "0 3,9,12,15,18 * * *"
MAINTENANCE = "0 2 * * sun"
"""When the body `maintained` is away by announcement, for two hours."""


def environment(
    folder: Path, about: Mapping[str, Any], tick: str, kinds: frozenset[str]
) -> Environment:
    """Write the files into `folder` and load them; only the bodies of these kinds are watched."""
    (folder / AUTHORITY).parent.mkdir(parents=True, exist_ok=True)
    (folder / AUTHORITY).write_text(about["authority"])
    yaml = YAML()
    for name, content in _files(about, tick, kinds).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(content, stream)
    return open_environment(folder)


def _files(about: Mapping[str, Any], tick: str, kinds: frozenset[str]) -> dict[str, Any]:
    lists = [name for name in bodies_with("list") if name in kinds]
    return {
        "environment.yaml": {
            "environment": "benchmark",
            "title": "The study of the watch",
            "timezone": "Asia/Almaty",
            "languages": ["en"],
            "calendar": "five_days",
            "identifiers": {"iin": {"pattern": r"\d{12}", "check": IIN}},
            "failures": {"tick": tick},
        },
        "calendars.yaml": {
            "calendars": {"five_days": {"country": "KZ", "week": WEEK, "hours": HOURS}}
        },
        "register.yaml": _register(),
        "probes.yaml": {"modules": _modules()},
        "systems.yaml": {
            "systems": {name: _system(name, about) for name in BODIES if name in kinds}
        },
        "exchanges.yaml": _exchanges(about, kinds),
        **{f"sources/{name}.yaml": _source(name) for name in lists},
    }


def _register() -> dict[str, Any]:
    return {
        "services": {row.code: {"names": {"en": row.code}} for row in services()},
        "channels": {row.code: {"names": {"en": row.code}} for row in CHANNELS},
        "standards": [{"service": "*", "term": 15, "unit": "working_days"}],
    }


def _modules() -> dict[str, Any]:
    return {
        "health": {"prober": "http", "timeout": "2s", "contains": [UP]},
        "patient": {"prober": "http", "timeout": "6s", "contains": [UP]},
        "certificate": {"prober": "tls", "timeout": "6s", "ca_file": AUTHORITY,
                        "warn_before": "14d", "critical_before": "3d"},
    }  # fmt: skip


def _system(name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    found = about["bodies"][name]
    system: dict[str, Any] = {
        "names": {"en": f"The body {name}"},
        "owner": "NOBODY",
        "contact": "the duty officer of a body that does not exist",
        "connector": "rest",
        "connection": {"url": found.get("list", about["url"]), "retry": {"attempts": 1}},
        "objectives": {"availability": 0.99, "answer_within": "2s", "recovery_within": "3h"},
        "probes": _probes(found, name),
    }
    if name == "maintained":
        system["maintenance"] = [{"schedule": MAINTENANCE, "lasts": "2h"}]
    if "document" in found:
        system["contracts"] = [{"name": "openapi", "kind": "openapi", "url": found["document"]}]
    if name == "vanished_field":
        system["contracts"] = [{"name": "fields", "kind": "columns", "source": _called(name)}]
    return system


def _probes(found: Mapping[str, str], name: str) -> list[dict[str, Any]]:
    if "tls" in found:
        return [{"module": "certificate", "target": urlsplit(found["tls"]).netloc}]
    if "health" in found:
        module = "patient" if name in ("slow_answers", "noisy") else "health"
        return [{"module": module, "target": found["health"]}]
    return []


def _exchanges(about: Mapping[str, Any], kinds: frozenset[str]) -> dict[str, Any]:
    names = [name for name in bodies_with("service") if name in kinds]
    if not names or "monitoring" not in about:
        return {}
    return {
        "sources": {
            "security_server": {
                "system": names[0],
                "x_road": {
                    "url": about["monitoring"],
                    "client": "KZ/GOV/TEREZE/TEREZE",
                    "server": "KZ/GOV/TEREZE/ss1",
                },
            }
        },
        "services": {f"KZ/GOV/{name}": name for name in names},
    }


def _called(name: str) -> str:
    return f"{name}.applications"


def _source(name: str) -> dict[str, Any]:
    return {
        "source": _called(name),
        "system": name,
        "connector": "rest",
        "dataset": "applications",
        "schedule": PULLS,
        "request": {
            "path": "/applications",
            "page": {"param": "page", "size": 2000},
            "items": "items",
            "next": "next",
            "total": "total",
            "since_param": "changed_since",
        },
        "cursor": {"field": "changed_at", "overlap": "10m"},
        "fields": {
            "number": "application_id",
            "service": "service_code",
            "channel": "channel",
            "region": "region",
            "applicant": {"from": "applicant_iin", "identifier": "iin"},
            "received_at": {"from": "received_at", "timezone": "Asia/Almaty"},
            "completed_at": {"from": "completed_at", "timezone": "Asia/Almaty"},
            "result": "result",
            "changed_at": "changed_at",
        },
        "ignore": ["sub_type", "office_code", "organisation"],
        "expect": {"rows": {"min": 0, "max": 200_000}},
    }
