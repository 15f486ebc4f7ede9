"""Wrong environments: file, line, key and what would be right, all at once, and no secret."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.environment.loader import load
from models.environment.problems import EnvironmentProblems, Problem
from models.errors import ConfigurationError
from tests.environments import files, write

SECRET = "hunter2-and-more"


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(EnvironmentProblems) as raised:
        load(folder)
    assert SECRET not in str(raised.value)
    assert SECRET not in repr(raised.value)
    return raised.value.problems


def spoilt(folder: Path, name: str, old: str, new: str) -> Path:
    """The small environment with a text of one file replaced."""
    write(folder, files())
    path = folder / name
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    return folder


SOURCE = "sources/applications.yaml"


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "words"),
    [
        (SOURCE, "dataset:", "datset:", "datset", "Did you mean `dataset`?"),
        (SOURCE, "source: office", "source: [office", "(the file)", "not YAML"),
        (SOURCE, "path: applications.csv", "path: a\n  path: b", "(the file)", "is there twice"),
        (SOURCE, "number: number", "number: 5", "fields.number", "`key: value` lines"),
        (SOURCE, "number: number", "nummer: number", "fields.nummer", "Did you mean `number`?"),
        (SOURCE, "system: office", "system: offices", "system", "Did you mean `office`?"),
        (SOURCE, "dataset: app", "dataset: Xapp", "dataset", "Known: application"),
        (SOURCE, "source: office.", "source: Office.", "source", "pattern"),
        ("environment.yaml", "Asia/Almaty", "Asia/Almata", "timezone", "time-zone database"),
        ("environment.yaml", "before: 24h", "before: 24", "delays.hand_over.before", "like 90s"),
        ("environment.yaml", "before: 24h", "before: 9999999999d", "delays.hand_over.before",
         "at most"),
        ("environment.yaml", "calendar: five_days", "calendar: five", "calendar", "five_days"),
        ("calendars.yaml", "country: KZ", "country: XX", "calendars.five_days", "XX"),
        ("calendars.yaml", "closes: 18:00", "closes: 1080", "calendars.five_days.hours.closes",
         "in quotes"),
        ("register.yaml", "term: 2", "term: two", "standards.0.term", "integer"),
        ("register.yaml", "unit: working_days", "unit: days", "standards.0.unit", "working_days"),
        ("systems.yaml", "owner: state_corporation", "", "systems.office.owner", "Add `owner: …`"),
        ("systems.yaml", "contact: duty officer", "contact: !tag x", "systems.office.contact",
         "without a tag"),
    ],
)  # fmt: skip
def test_a_problem_has_file_line_key_and_what_is_right(
    tmp_path: Path, name: str, old: str, new: str, key: str, words: str
) -> None:
    found = problems(spoilt(tmp_path, name, old, new))
    (one,) = [each for each in found if each.key == key]
    assert one.file == name
    assert words in str(one)
    text = (tmp_path / name).read_text().splitlines()
    if one.key != "(the file)" and "missing" not in one.found:
        assert key.rpartition(".")[2] in text[one.line - 1] or key.endswith("0")


def test_the_line_is_the_key_s(tmp_path: Path) -> None:
    write(tmp_path, files())
    (tmp_path / SOURCE).write_text("# a source\nsource: a.b\n\nsystem: office\nschedule: 'often'\n")
    found = {problem.key: problem.line for problem in problems(tmp_path)}
    assert found["schedule"] == 5


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    spoilt(tmp_path, "environment.yaml", "title:", "tilte:")
    (tmp_path / "systems.yaml").write_text("systems: [")
    (tmp_path / "alerts.yaml").write_text("routes: [{receivers: []}]\n")
    (tmp_path / "sources" / "b.yaml").write_text("source: 5\n")
    found = {problem.file for problem in problems(tmp_path)}
    assert found == {"environment.yaml", "systems.yaml", "alerts.yaml", "sources/b.yaml"}


def test_two_sources_of_one_name(tmp_path: Path) -> None:
    write(tmp_path, files())
    (tmp_path / "sources" / "again.yaml").write_text((tmp_path / SOURCE).read_text())
    (one,) = problems(tmp_path)
    assert (one.file, one.key) == (SOURCE, "source")
    assert "sources/again.yaml" in one.found


@pytest.mark.parametrize(
    "connection",
    [
        f"password: {SECRET}\n    password: other",
        f"password: *{SECRET}",
        f"- {SECRET}",
        f"{SECRET}: [",
        f"folder: data\n  contact: {{password: {SECRET}}}",
        f"folder: data\n  depends_on: {{token: {SECRET}}}",
        f"folder: data\n  maintenance: 'https://me:{SECRET}@host'",
        f"folder: data\n  maintenance: 'postgresql//me:{SECRET}@host'",
        f"folder: data\n  objectives: !secret {SECRET}",
    ],
)
def test_a_secret_written_by_mistake_is_not_printed(tmp_path: Path, connection: str) -> None:
    assert problems(spoilt(tmp_path, "systems.yaml", "folder: data", connection))


@pytest.mark.parametrize("receiver", [f"url: {SECRET}", f"url: {{env: '{SECRET}'}}",
                                      f"url: {{env: A, prefect_secret: {SECRET}}}"])  # fmt: skip
def test_a_secret_in_place_of_its_name_is_not_printed(tmp_path: Path, receiver: str) -> None:
    write(tmp_path, files())
    (tmp_path / "alerts.yaml").write_text(f"receivers:\n  duty:\n    {receiver}\n")
    (one,) = problems(tmp_path)
    assert one.key.startswith("receivers.duty.url")


def test_a_filled_in_variable_is_shown_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEREZE_TEST_PLACE", SECRET)
    (one,) = problems(spoilt(tmp_path, "environment.yaml", "Asia/Almaty", "${TEREZE_TEST_PLACE}"))
    assert "${TEREZE_TEST_PLACE}" in one.found


def test_a_missing_variable_is_named(tmp_path: Path) -> None:
    (one,) = problems(spoilt(tmp_path, "systems.yaml", "folder: data", "folder: ${TEREZE_NOWHERE}"))
    assert "TEREZE_NOWHERE is not set" in one.found
    assert one.key == "systems.office.connection.folder"


def test_a_variable_may_have_a_default(tmp_path: Path) -> None:
    loaded = load(spoilt(tmp_path, "systems.yaml", "folder: data", "folder: ${TEREZE_NO:-drops}"))
    assert loaded.systems["office"].connection == {"folder": "drops"}


def test_an_anchor_may_be_merged(tmp_path: Path) -> None:
    write(tmp_path, files())
    (tmp_path / "systems.yaml").write_text(
        "systems:\n  office: &one\n    names: {en: A}\n    owner: a\n    contact: b\n"
        "    connector: file\n    connection: {folder: data}\n"
        "  other:\n    <<: *one\n    ownr: c\n"
    )
    (one,) = problems(tmp_path)
    assert (one.key, one.line) == ("systems.other.ownr", 10)


@pytest.mark.parametrize("target", [".", "..", "nowhere"])
def test_extending_itself_or_nothing(tmp_path: Path, target: str) -> None:
    folder = spoilt(tmp_path / "one", "environment.yaml", "title:", f"extends: {target}\ntitle:")
    (one,) = problems(folder)
    assert (one.file, one.key) == ("environment.yaml", "extends")


def test_what_is_not_there_comes_from_the_extended(tmp_path: Path) -> None:
    write(tmp_path / "base", files())
    (tmp_path / "own").mkdir()
    text = (tmp_path / "base" / "environment.yaml").read_text()
    text = text.replace("environment: test", "environment: own\nextends: ../base")
    (tmp_path / "own" / "environment.yaml").write_text(text)
    loaded = load(tmp_path / "own")
    assert loaded.name == "own"
    assert set(loaded.sources) == {"office.applications"}


def test_no_environment_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no environment\.yaml"):
        load(tmp_path)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["source", "fields", "system", "request", "expect", "x"]) | SCALARS,
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def _loads_or_tells(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files())
        (Path(folder) / name).write_bytes(content)
        try:
            load(Path(folder))
        except EnvironmentProblems as error:
            for problem in error.problems:
                assert re.match(r"[\w/]+\.yaml:\d+: \S", str(problem))


NAMES = st.sampled_from([SOURCE, "systems.yaml", "register.yaml", "alerts.yaml"])


@settings(max_examples=30, deadline=None)
@given(NAMES, st.text(alphabet="a:-[]{}&*!|>'\"\n #?,%@`0x1.e<~", max_size=40))
@example(SOURCE, "a: 0x_\n")
@example(SOURCE, "a: &x [*x]\n")
@example(SOURCE, "? [1, 2]\n: 3\n")
@example(SOURCE, "a: 2024-13-45\n")
@example(SOURCE, "<<: 5\n")
@example(SOURCE, "[" * 1000)
def test_whatever_is_written_there_is_no_traceback(name: str, content: str) -> None:
    _loads_or_tells(name, content.encode())


@settings(max_examples=30, deadline=None)
@given(NAMES, TREES)
@example("systems.yaml", {"\r": 1, "": 2, " ": 3})
def test_whatever_is_declared_there_is_no_traceback(name: str, tree: Any) -> None:
    _loads_or_tells(name, json.dumps(tree, default=str).encode())


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=40))
def test_whatever_bytes_there_is_no_traceback(content: bytes) -> None:
    _loads_or_tells("systems.yaml", content)
