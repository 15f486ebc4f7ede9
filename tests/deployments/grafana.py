"""The Grafana dashboard, read as the tests need it."""

import json
import re
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[2] / "deployments" / "grafana" / "tereze.json"


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def expressions() -> list[str]:
    """Every PromQL expression of the panels, the variable in it standing for everything."""
    return [
        target["expr"].replace("$system", ".*")
        for panel in dashboard()["panels"]
        for target in panel["targets"]
    ]


def metrics(expression: str) -> set[str]:
    """The names of ours in an expression."""
    return set(re.findall(r"\btereze_\w+", expression))
