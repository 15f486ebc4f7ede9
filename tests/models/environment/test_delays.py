"""`delays:` of environment.yaml: whose outages stop clocks, and how breaches are reviewed."""

from pathlib import Path
from typing import Any

import pytest

from models.environment.loader import load
from models.environment.problems import EnvironmentProblems
from tests.environments import files, write


def _load(folder: Path, **delays: Any) -> list[str]:
    write(folder, files(environment={"delays": delays}))
    try:
        load(folder)
    except EnvironmentProblems as error:
        return [str(each) for each in error.problems]
    return []


@pytest.mark.parametrize(
    ("delays", "words"),
    [
        ({"stop_on_outage": {"systems": ["office"], "at_least": "30m"}}, None),
        ({"stop_on_outage": {"systems": ["*"]}}, None),
        ({"stop_on_outage": {"systems": ["ofice"]}}, "no system 'ofice'. Did you mean `office`?"),
        ({"stop_on_outage": {"systems": []}}, "stop_on_outage.systems"),
        ({"review": {"term": 5, "questions": {"outage": ["Why?"]}}}, None),
        ({"review": {"term": 0}}, "review.term"),
        ({"review": {"questions": {"weather": ["Why?"]}}}, "weather"),
    ],
)
def test_what_holds_and_what_does_not(
    tmp_path: Path, delays: dict[str, Any], words: str | None
) -> None:
    problems = _load(tmp_path, **delays)
    if words is None:
        assert problems == []
    else:
        assert len(problems) == 1, problems
        assert words in problems[0]
        assert "environment.yaml" in problems[0]


def test_which_outages_the_policy_means(tmp_path: Path) -> None:
    policy = {"stop_on_outage": {"systems": ["office"]}}
    write(tmp_path, files(environment={"delays": policy}))
    stops = load(tmp_path).settings.delays.stop_on_outage
    assert stops is not None
    assert stops.applies("office")
    assert not stops.applies("another")
