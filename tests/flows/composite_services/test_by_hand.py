"""What staff do from Prefect's forms: by number and code, as the person that they name."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prefect.exceptions import ParameterTypeError
from sqlalchemy import Engine, text

from flows.composite_services.by_hand import cancel_application, resolve_case, resume_application
from flows.composite_services.intake.apply import Way, apply
from flows.environment import open_environment
from models.database import Database
from tests.environments import files, write
from tests.flows.composite_services.small import SMALL, names

TASK: dict[str, Any] = {
    "kind": "person",
    "names": names("Examination"),
    "help": {"office": "registry", "todo": names("Examine")},
    "fields": [{"name": "yes", "type": "boolean", "labels": names("Yes")}],
}
DATA = {"mother_iin": "850101400011", "born_on": "2026-03-02"}


@pytest.fixture
def folder(tmp_path: Path, synced: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """An environment whose only step is a person's."""
    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path / "home"))
    form = {**SMALL["form"], "fields": SMALL["form"]["fields"][:3]}
    contents = files(
        environment={"composite_services": {"office": "registry"}},
        register={"organisations": {"registry": {"names": {"en": "Registry"}}}},
    )
    definition = {**SMALL, "form": form, "steps": {"examination": TASK}}
    return str(write(tmp_path / "house", {**contents, "composites/small.yaml": definition}))


@pytest.fixture
def number(folder: str, synced: Database) -> str:
    way = Way("person:test", "en", "command")
    environment = open_environment(Path(folder))
    return apply(synced.engine(), environment, "small", DATA, way, datetime.now(UTC)).number


def _state(engine: Engine) -> tuple[str, str | None]:
    with engine.connect() as connection:
        row = connection.execute(text("SELECT state, outcome FROM composite_applications")).one()
    return row.state, row.outcome


def _actors(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text("SELECT actor FROM audit_entries")).scalars())


def test_resume_then_resolve(folder: str, number: str, synced: Database) -> None:
    engine = synced.engine()
    given: dict[str, Any] = {
        "environment": folder,
        "number": number,
        "who": "a.clerk",
        "reason": "put_right",
    }
    resumed = asyncio.run(resume_application.fn(**given))
    assert resumed.type.value == "COMPLETED", resumed.message
    assert number in (resumed.message or "")
    assert _state(engine) == ("person", None)
    with engine.connect() as connection:
        case = connection.execute(text("SELECT id FROM assistance_cases")).scalar_one()
    given = {"environment": folder, "case": case, "who": "a.clerk", "how": "drop",
             "done": "not_needed_any_more"}  # fmt: skip
    resolved = asyncio.run(resolve_case.fn(**given))
    assert resolved.type.value == "COMPLETED", resolved.message
    assert _state(engine)[0] == "ended"
    assert "person:a.clerk" in _actors(engine)
    again = asyncio.run(resolve_case.fn(**given))
    assert again.type.value == "FAILED", "somebody did it before"


def test_cancel(folder: str, number: str, synced: Database) -> None:
    given: dict[str, Any] = {
        "environment": folder,
        "number": number,
        "who": "a.clerk",
        "reason": "entered_twice",
    }
    state = asyncio.run(cancel_application.fn(**given))
    assert state.type.value == "COMPLETED", state.message
    assert _state(synced.engine()) == ("ended", "cancelled")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "850101400011"},
        {"who": "Ә. Әлиев"},
        {"reason": "because the applicant, IIN 850101400011, …"},
    ],
)
def test_forms_refuse_what_is_no_code(wrong: dict[str, str]) -> None:
    given = {"environment": "demo", "number": "OA-2026-000123-7", "who": "a", "reason": "put_right"}
    resume_application.validate_parameters(given)
    with pytest.raises(ParameterTypeError, match=next(iter(wrong))):
        resume_application.validate_parameters(given | wrong)
