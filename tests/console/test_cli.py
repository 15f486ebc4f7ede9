"""Global options, exit codes, what is not imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import hoisted
from tests.console.conftest import Tereze


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["pull", "--all", "-e", "demo"], ["-e", "demo", "pull", "--all"]),
        (["alerts", "list", "--json"], ["--json", "alerts", "list"]),
        (["pull", "x", "--environment=demo"], ["--environment=demo", "pull", "x"]),
        (["pull", "-e"], ["-e", "pull"]),
        (["pull", "--", "-e", "demo"], ["pull", "--", "-e", "demo"]),
    ],
)
def test_global_options_may_stand_anywhere(given: list[str], expected: list[str]) -> None:
    assert hoisted(given) == expected


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'prefect', 'great_expectations', 'apprise', 'sqlalchemy', 'pydantic', 'requests'}"
    code = (
        "import sys; from console.cli import run; code = run(['--help']);"
        f"assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Commands:" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["pull"], 2, "give the name of one source, or --all"),
        (["pull", "x", "--all"], 2, "give the name of one source, or --all"),
        (["pull", "--all", "--since", "2026"], 2, "values of one source's cursor field"),
        (["pull", "office.aplications"], 2, "Did you mean office.applications?"),
        (["nonsense"], 2, "No such command"),
        (["-e", "nowhere", "environment", "check"], 2, "there is no folder of that name"),
        (["check", "delays", "--as-of", "yesterday"], 2, "it is not an ISO 8601 time"),
        (["quarantine", "release"], 2, "give the ids of rows, or --source"),
        (["quarantine", "show", "1"], 2, "--basis"),
        (["quarantine", "show", "1", "--basis", "x"], 2, "there is no row of that number"),
        (["application", "show", "7", "--basis", "x"], 2, "no application has this number"),
        (["application", "show", "7", "--basis", " "], 2, "the basis is empty"),
        (["alerts", "ack", "abcdef", "-m", "mine"], 2, "no alert is so named"),
    ],
)
def test_wrong_use_says_what_would_be_right(
    tereze: Tereze, arguments: list[str], code: int, words: str
) -> None:
    answer = tereze(*arguments)
    assert answer.code == code
    assert words in answer.err.replace("\n", " ")
    assert "Traceback" not in answer.err


def test_broken_yaml_is_told_with_file_line_and_key(tereze: Tereze, folder: Path) -> None:
    with (folder / "environment.yaml").open("a") as stream:
        stream.write("titel: twice\n")
    answer = tereze("pull", "--all")
    assert answer.code == 2
    assert "environment.yaml:" in answer.err
    assert "titel: no such key. Did you mean `title`?" in answer.err


def test_a_database_that_is_away(tereze: Tereze, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEREZE_DATABASE_URL", "postgresql://me:hidden@127.0.0.1:1/none")
    answer = tereze("check", "delays")
    assert answer.code == 3
    assert "Is the server up" in answer.err
    assert "hidden" not in answer.err
    assert "Traceback" not in answer.err
