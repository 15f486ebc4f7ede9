"""`tereze application` and `tereze assistance` on an application that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.assistance.cases import NewCase, open_case
from flows.environment import open_environment
from models.database import Database
from tests.console.conftest import Tereze
from tests.flows.composite_services.begun import AT, begin
from tests.flows.composite_services.small import SMALL, composite, names

NUMBER = "OA-2026-000001-1"
MOTHER, CHILD = "900101300017", "260301600018"
LETTER = {"by": "letter", "to": "REG", "text": names("Please annul {reference}")}


@pytest.fixture
def engine(
    tereze: Tereze,  # noqa: ARG001 - it points the command elsewhere, and has to come first
    synced: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    """The database with its calendars; the command is pointed at it."""
    url = synced.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TEREZE_DATABASE_URL", url)
    engine = synced.engine()
    yield engine
    engine.dispose()


@pytest.fixture
def case(engine: Engine, folder: Path) -> str:
    """An application whose registration waits for an office; the number of the case."""
    birth = {**SMALL["steps"]["birth"], "undo": LETTER}
    definition = composite(steps={"birth": birth, "allowance": SMALL["steps"]["allowance"]})
    with engine.begin() as connection:
        application = begin(connection, definition, {"mother_iin": MOTHER}, NUMBER)
        connection.execute(
            text("""
                UPDATE composite_steps SET state = 'person', reason = 'unknown_whether_done',
                    sentence = 'Somebody asks', next_at = NULL, began_at = :at
                WHERE step = 'birth'
            """),
            {"at": AT},
        )
        wanted = NewCase(application, "birth", "assistance", "unknown_whether_done", "?", "Ask")
        return str(open_case(connection, open_environment(folder), wanted, AT))


def test_an_office_finds_out_and_the_application_goes_on(tereze: Tereze, case: str) -> None:
    [listed] = tereze("assistance", "list", "--json").json
    assert (str(listed["id"]), listed["number"], listed["overdue"]) == (case, NUMBER, True)
    assert tereze("assistance", "list").code == 1
    shown = tereze("assistance", "show", case, "--basis", "my case", "--json").json
    assert [each["name"] for each in shown["asked_for"]] == ["act", "child_iin"]
    assert MOTHER not in str(shown)
    given = ("--how", "done", "--resolution", "They told me")
    assert tereze("assistance", "resolve", case, *given).code == 2
    done = tereze("assistance", "resolve", case, *given, "--answer", f"child_iin={CHILD}")
    assert (done.code, done.out.split(":")[0]) == (0, NUMBER)
    second = tereze("assistance", "resolve", case, *given, "--answer", f"child_iin={CHILD}")
    assert second.code == 2
    assert "resolved it on" in second.err
    assert tereze("assistance", "list").code == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--how", "perhaps"), "--how is one of"),
        (("--how", "done", "--answer", "child_iin"), "write NAME=VALUE"),
        (("--how", "done", "--answer", "a=1", "--answer", "a=2"), "each name once"),
    ],
)
def test_wrong_use(tereze: Tereze, case: str, arguments: tuple[str, ...], problem: str) -> None:
    answer = tereze("assistance", "resolve", case, "--resolution", "x", *arguments)
    assert answer.code == 2
    assert problem in answer.err


@pytest.mark.usefixtures("case")
def test_one_application_with_what_comes_next(tereze: Tereze) -> None:
    answer = tereze("application", "show", NUMBER, "--basis", "complaint 7")
    assert answer.code == 0
    for part in ("What happens next", "Steps", "Cases", "office 1", "Registration (en)"):
        assert part in answer.out, part
    assert MOTHER not in answer.out
    found = tereze("application", "show", NUMBER, "--basis", "b", "--language", "ru", "--json").json
    assert found["application"]["service"] == "A small one (ru)"
    assert tereze("application", "show", "OA-9", "--basis", "b").code == 2


@pytest.mark.usefixtures("case")
def test_cancelling_is_told_before_it_is_done_and_a_letter_is_written(
    tereze: Tereze, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("""
                UPDATE composite_steps SET state = 'done', reference = 'A-17', ended_at = :at
                WHERE step = 'birth'
            """),
            {"at": AT},
        )
    told = tereze("application", "cancel", NUMBER)
    assert (told.code, "Nothing was done" in told.out) == (1, True)
    done = tereze("application", "cancel", NUMBER, "--reason", "moved away", "--json")
    assert [each["fate"] for each in done.json["meant"]] == ["letter", "dropped"]
    assert tereze("application", "cancel", NUMBER, "--reason", "again").code == 2
    resumed = tereze("application", "resume", NUMBER, "--reason", "at the window", "--json")
    assert resumed.json["state"] == "cancelling"
    [listed] = [each for each in tereze("assistance", "list", "--json").json
                if each["kind"] == "letter"]  # fmt: skip
    file = tmp_path / "letter.txt"
    number = str(listed["id"])
    assert tereze("assistance", "letter", number, "--basis", "b", "--to", str(file)).code == 0
    assert "Please annul A-17" in file.read_text(encoding="utf-8")
    resolved = tereze("assistance", "resolve", number, "--how", "done", "--resolution", "letter 5")
    assert resolved.code == 0
    found = tereze("application", "show", NUMBER, "--basis", "b", "--json").json
    assert found["application"]["outcome"] == "cancelled"
