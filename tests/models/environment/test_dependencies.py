"""Which systems a system needs, and circles among them."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.environment.dependencies import cycle, needed_by
from models.environment.loader import load
from models.environment.problems import EnvironmentProblems
from models.environment.systems import System
from tests.environments import files, write

NAMES = "abcdef"
graphs = st.fixed_dictionaries({name: st.sets(st.sampled_from(NAMES)) for name in NAMES})


def _systems(**needs: str) -> dict[str, System]:
    return {name: _system(list(each)) for name, each in needs.items()}


def _system(needs: list[str]) -> System:
    values: dict[str, Any] = {"names": {"en": "A system"}, "owner": "A", "contact": "B"}
    return System(connector="file", depends_on=needs, **values)


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ({"a": ""}, ""),
        ({"a": "b", "b": "c", "c": ""}, "bc"),  # a chain
        ({"a": "bc", "b": "d", "c": "d", "d": ""}, "bcd"),  # a diamond
        ({"a": "b", "b": "a"}, "b"),
        ({"a": "x"}, "x"),  # not declared: told when the environment is loaded
    ],
)
def test_what_a_system_needs(needs: dict[str, str], expected: str) -> None:
    assert needed_by(_systems(**needs), "a") == set(expected)


@given(graphs)
def test_needs_are_those_that_can_be_reached(graph: dict[str, set[str]]) -> None:
    systems = {name: _system(sorted(needs)) for name, needs in graph.items()}
    reached = {name: set(needs) for name, needs in graph.items()}
    for through in NAMES:  # Warshall's closure
        for name in NAMES:
            if through in reached[name]:
                reached[name] |= reached[through]
    for name in NAMES:
        assert needed_by(systems, name) == reached[name] - {name}
        way = cycle(systems, name)
        assert (way is not None) == (name in reached[name])
        if way is not None:
            assert way[0] == way[-1] == name
            assert all(other in graph[one] for one, other in pairwise(way))


def _problems(folder: Path, systems: dict[str, Any]) -> list[str]:
    office = files()["systems.yaml"]["systems"]["office"]
    made = {name: {**office, "depends_on": list(needs)} for name, needs in systems.items()}
    write(folder, files(systems={"systems": {**made, "office": office}}))
    try:
        load(folder)
    except EnvironmentProblems as error:
        return [str(each) for each in error.problems]
    return []


@pytest.mark.parametrize(
    ("systems", "words"),
    [
        ({"a": ["office"], "b": ["a", "office"]}, []),
        ({"a": ["ofice"]}, ["no system 'ofice'. Did you mean `office`?"]),
        ({"a": ["a"]}, ["in a circle: a → a"]),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, ["in a circle: a → b → c → a"]),
        ({"tereze": []}, ["tereze is what Tereze calls itself"]),
    ],
)
def test_problems_are_told_when_the_environment_is_loaded(
    tmp_path: Path, systems: dict[str, Any], words: list[str]
) -> None:
    found = _problems(tmp_path, systems)
    assert len(found) == len(words), found
    for problem, expected in zip(found, words, strict=True):
        assert "systems.yaml" in problem
        assert expected in problem
