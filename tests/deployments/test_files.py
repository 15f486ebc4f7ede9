"""The compose and Kubernetes files name only what there is."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from console.cli import app

HOUSE = Path(__file__).resolve().parents[2]
DEPLOYMENTS = HOUSE / "deployments"
FILES = sorted([*DEPLOYMENTS.glob("compose/*.yaml"), *DEPLOYMENTS.glob("kubernetes/*.yaml")])


def _documents(file: Path) -> list[dict[str, Any]]:
    return list(YAML(typ="safe").load_all(file.read_text()))


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_commands_and_modules_exist(file: Path) -> None:
    text = file.read_text()
    known = (
        {group.name for group in app.registered_groups}
        | {
            command.name or (command.callback.__name__ if command.callback else "")
            for command in app.registered_commands
        }
        | {
            group.typer_instance.info.name
            for group in app.registered_groups
            if group.typer_instance
        }
    )
    for command in re.findall(r"\btereze (db|deploy|up|pull|check|register)\b", text):
        assert command in known
    for module in re.findall(r"-m\W+([a-z_]+(?:\.[a-z_]+)+)", text):
        path = HOUSE / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def test_compose_waits_only_for_services_that_there_are() -> None:
    [compose] = _documents(DEPLOYMENTS / "compose" / "compose.yaml")
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        built = service.get("build")
        assert built is None or (DEPLOYMENTS / "compose" / built["context"]).resolve() == HOUSE
        assert built is None or (HOUSE / built["dockerfile"]).is_file()


def test_kustomization_lists_every_file() -> None:
    folder = DEPLOYMENTS / "kubernetes"
    [kustomization] = _documents(folder / "kustomization.yaml")
    beside = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == beside
    kinds = [
        each["kind"] for name in kustomization["resources"] for each in _documents(folder / name)
    ]
    assert sorted(kinds) == [*["Deployment"] * 4, "Job", "Namespace", *["Service"] * 2]


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_no_password_is_written_down(file: Path) -> None:
    for password in re.findall(r"://[^:/\s]+:([^@\s]+)@", file.read_text()):
        assert password.startswith("${")
