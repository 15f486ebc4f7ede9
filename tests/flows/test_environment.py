"""Choosing an environment, and what only connectors and datasets know of its files."""

from pathlib import Path
from typing import Any

import pytest

from flows.environment import choose, open_environment
from models.environment.problems import EnvironmentProblems, Problem
from models.errors import ConfigurationError
from tests.environments import files, write


def problems(folder: Path, **changes: dict[str, Any] | None) -> dict[str, Problem]:
    with pytest.raises(EnvironmentProblems) as raised:
        open_environment(write(folder, files(**changes)))
    return {problem.key: problem for problem in raised.value.problems}


def test_a_folder_or_a_name_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "mine", files())
    assert choose(str(folder)) == folder
    assert choose("boston").name == "boston"
    monkeypatch.setenv("TEREZE_ENVIRONMENT", str(folder))
    assert choose(None) == folder


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ConfigurationError, match=r"one of: .*boston"):
        choose("atlantis")


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"systems": {"systems": {"office": {"connection": {"foldr": "x"}}}}},
         "systems.office.connection.foldr", "Did you mean `folder`?"),
        ({"systems": {"systems": {"office": {"connector": "ftp"}}}},
         "systems.office.connector", "Known: file, "),
        ({"applications": {"connector": "sql"}}, "connector", "Write `connector: file`"),
        ({"applications": {"request": {"path": "../secret.csv"}}}, "request.path", "without .."),
        ({"applications": {"fields": {"office": "a.b["}}}, "fields", "JMESPath"),
        ({"applications": {"fields": {"office": "nonsense(a)"}}}, "fields", "nonsense"),
        ({"applications": {"fields": {"completed_at": {"from": "c", "map": {"x": "y"}}}}},
         "fields", "fields.completed_at"),
        ({"applications": {"fields": {"office": {"value": True}}}}, "fields", "fields.office"),
        ({"applications": {"expect": {"rules": {"A99": "error"}}}}, "expect.rules", "A99"),
        ({"applications": {"expect": {"rules": {"A06": "warning"}}}}, "expect.rules", "A06"),
        ({"applications": {"dataset": "regions", "fields": None, "expect": {"fresh_within": "1h"}},
          }, "fields", "comes from nowhere"),
    ],
)  # fmt: skip
def test_a_problem_of_options(
    tmp_path: Path, changes: dict[str, Any], key: str, words: str
) -> None:
    if "fields" in changes.get("applications", {}) and changes["applications"]["fields"] is None:
        changes["applications"]["fields"] = {"number": None}  # nor what regions need
    found = problems(tmp_path, **changes)
    assert key in found, found
    assert words in str(found[key])


def test_freshness_needs_a_time(tmp_path: Path) -> None:
    regions = {
        "source": "office.regions", "system": "office", "connector": "file",
        "dataset": "regions", "request": {"path": "r.csv"},
        "fields": {"code": "code", "names": "name"}, "expect": {"fresh_within": "1h"},
    }  # fmt: skip
    found = problems(tmp_path, regions=regions)
    assert "no time" in str(found["expect.fresh_within"])


def test_names_that_lead_nowhere_are_told_with_wrong_options(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        applications={"system": "nobody", "dataset": "nothing", "request": {"pth": "x"}},
        systems={"systems": {"office": {"connection": {"foldr": "x"}}}},
    )
    assert {"system", "dataset", "request.pth", "systems.office.connection.foldr"} <= set(found)


@pytest.mark.parametrize(
    "auth",
    [
        {"kind": "header", "name": "X-Key", "value": "hunter2-and-more"},
        {"kind": "basic", "user": "me", "password": "hunter2-and-more"},
        {"kind": "bearer", "token": ["hunter2-and-more"]},
        {"kind": "hunter2-and-more"},
        "hunter2-and-more",
    ],
)
def test_a_secret_in_a_connection_is_not_printed(tmp_path: Path, auth: Any) -> None:
    rest = {"connector": "rest", "connection": {"url": "http://127.0.0.1:9", "auth": auth}}
    rest["connection"]["folder"] = None  # type: ignore[index]  # a plain dict of YAML
    found = problems(tmp_path, systems={"systems": {"office": rest}}, applications=None)
    assert "hunter2" not in str(list(map(str, found.values())))
    assert any(key.startswith("systems.office.connection.auth") for key in found)


@pytest.mark.parametrize("url", ["http://me:hunter2@host/", "http//me:hunter2@host"])
def test_a_password_in_an_address_is_not_printed(tmp_path: Path, url: str) -> None:
    rest = {"connector": "rest", "connection": {"url": url, "folder": None}}
    found = problems(tmp_path, systems={"systems": {"office": rest}}, applications=None)
    assert "hunter2" not in str(found["systems.office.connection.url"])
