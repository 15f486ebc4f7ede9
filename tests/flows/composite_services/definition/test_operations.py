"""Operations are checked by the connector of their system, before anything runs."""

import copy
from pathlib import Path
from typing import Any

import pytest

from flows.environment import open_environment
from models.environment.problems import EnvironmentProblems
from tests.environments import files, write
from tests.flows.composite_services.small import SMALL

REST = {
    "names": {"en": "Registry"},
    "owner": "registry",
    "contact": "duty officer",
    "connector": "rest",
    "connection": {"url": "http://127.0.0.1:1"},
}


def _folder(folder: Path, system: str = "registry", **operation: Any) -> Path:
    definition = copy.deepcopy(SMALL)
    for step in definition["steps"].values():
        step["system"] = system
    definition["steps"]["birth"]["operation"] |= operation
    definition["steps"]["birth"]["ask"] = {
        "operation": {"method": "GET", "path": "/births/{key}"},
        "input": {"key": "key"},
        "answers": {"done": "`false`"},
    }
    contents = files(
        environment={"composite_services": {"office": "registry"}},
        register={"organisations": {"registry": {"names": {"en": "Registry"}}}},
        systems={"systems": {"registry": REST}},
    )
    return write(folder, {**contents, "composites/small.yaml": definition})


def _problems(folder: Path) -> dict[str, str]:
    with pytest.raises(EnvironmentProblems) as wrong:
        open_environment(folder)
    return {each.key: f"{each.found}. {each.right}" for each in wrong.value.problems}


def test_right(tmp_path: Path) -> None:
    assert list(open_environment(_folder(tmp_path)).composites) == ["small"]


def test_keys_that_the_connector_does_not_have(tmp_path: Path) -> None:
    problems = _problems(_folder(tmp_path, pth="/births"))
    assert "Did you mean `path`" in problems["steps.birth.operation.pth"]


def test_a_system_that_only_reads(tmp_path: Path) -> None:
    problems = _problems(_folder(tmp_path, system="office"))
    assert "which only reads" in problems["steps.birth.system"]
    assert "rest" in problems["steps.birth.system"]
