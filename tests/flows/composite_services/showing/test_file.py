"""What a person reads of an application: in its language, masked, and entered in the trail."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.showing.file import file_of
from models.errors import ConfigurationError
from tests.flows.composite_services.assistance.conftest import CHILD, MONDAY, Standing
from tests.flows.composite_services.assistance.conftest import engine as engine
from tests.flows.composite_services.assistance.conftest import house as house
from tests.flows.composite_services.assistance.conftest import standing as standing


def read(standing: Standing, **options: Any) -> dict[str, Any]:
    given = {"actor": "person:aigul", "basis": "complaint 7 of 900101300017", **options}
    with standing.engine.begin() as connection:
        return file_of(connection, standing.house, standing.application, **given)


def test_who_has_it_and_by_when(standing: Standing) -> None:
    standing.at("person")
    told = {each["step"]: each for each in read(standing)["next"]}
    due = MONDAY + timedelta(hours=30)
    assert told["Registration (en)"] == {
        "step": "Registration (en)",
        "what": "office 1 takes care of it, by 2026-03-03 18:00",
        "who": "office 1",
        "due_at": due,
    }
    assert told["Allowance (en)"]["what"] == "Comes after: Registration (en)"


@pytest.mark.parametrize(
    ("state", "next_at", "sentence"),
    [
        ("ready", 0, "Is sent to: state_corporation"),
        ("calling", 1, "state_corporation is being asked now"),
        ("waiting", 2, "The result comes from: state_corporation; asked for again at 2026-03-02"),
        ("waiting", None, "The result comes from: state_corporation"),
        ("undoing", 1, "Is taken back at: state_corporation"),
    ],
)
def test_what_comes_next(
    standing: Standing, state: str, next_at: int | None, sentence: str
) -> None:
    standing.at("person").says("again")
    with standing.engine.begin() as connection:
        moment = None if next_at is None else MONDAY + timedelta(hours=next_at)
        connection.execute(
            text("UPDATE composite_steps SET state = :state, next_at = :at WHERE step = 'birth'"),
            {"state": state, "at": moment},
        )
    assert read(standing)["next"][0]["what"].startswith(sentence)


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_the_language_is_the_applicants_or_another(standing: Standing, language: str) -> None:
    file = read(standing.at("person"), language=language)
    assert file["application"]["service"] == f"A small one ({language})"
    assert file["next"][1]["step"] == f"Allowance ({language})"


def test_a_refusal_reaches_the_reader_with_its_grounds(standing: Standing) -> None:
    refused = {"reason": "No such certificate", "grounds": "point 9"}
    standing.at("person", refusal_means={"en": "Nothing can follow"}).says("refused", refused)
    step = read(standing)["steps"][0]
    assert (step["state"], step["refusal"]) == ("refused", refused)
    assert step["refusal_means"] == "Nothing can follow"


def test_identifiers_are_masked_and_unmasked_reading_is_recorded_as_such(
    standing: Standing, engine: Engine
) -> None:
    standing.at("person").says("done", {"child_iin": CHILD})
    masked, whole = read(standing), read(standing, unmasked=True)
    assert CHILD not in str(masked)
    assert "900101300017" not in str(masked)
    assert "form" not in masked
    assert whole["steps"][0]["result"]["child_iin"] == CHILD
    assert whole["form"]["mother_iin"] == "900101300017"
    query = "SELECT action, subject, basis FROM audit_entries WHERE action LIKE 'application.%'"
    with engine.connect() as connection:
        found = connection.execute(text(query + " ORDER BY seq")).tuples().all()
    subject, basis = "application tereze OA-2026-000001-1", "complaint 7 of ••••••••0017"
    assert [tuple(row) for row in found] == [
        ("application.read", subject, basis),
        ("application.read_unmasked", subject, basis),
    ]


def test_without_a_basis_nobody_reads(standing: Standing) -> None:
    with pytest.raises(ConfigurationError, match="basis"):
        read(standing.at("person"), basis=" ")


def test_the_evidence_is_there_by_its_digests(standing: Standing) -> None:
    file = read(standing.at("person", sent=True))
    [attempt] = file["attempts"]
    assert attempt["outcome"] == "unanswered"
    assert "asked" not in attempt
    assert [case["kind"] for case in file["cases"]] == ["assistance"]
