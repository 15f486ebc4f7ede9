"""A small environment with probes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.environment import open_environment
from models.environment.loader import Environment
from tests.environments import files, write


def probed(
    folder: Path,
    modules: dict[str, Any],
    targets: Sequence[dict[str, Any]],
    system: dict[str, Any] | None = None,
    failures: dict[str, Any] | None = None,
) -> Environment:
    """The front offices with these targets; `system` and `failures` are merged into the files."""
    changes: dict[str, Any] = {"environment": {"failures": failures}} if failures else {}
    office = {"probes": list(targets), **(system or {})}
    contents = files(systems={"systems": {"office": office}}, **changes)
    return open_environment(write(folder, {**contents, "probes.yaml": {"modules": modules}}))
