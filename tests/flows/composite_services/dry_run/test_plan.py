"""A dry run says what would happen, and does nothing."""

import dataclasses
import html
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.dry_run.model import Plan
from flows.composite_services.dry_run.page import page
from flows.composite_services.dry_run.plan import plan
from flows.composite_services.words.saying import words
from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment
from tests.flows.composite_services.small import SMALL, composite, names

MOMENT = datetime(2026, 3, 4, 5, tzinfo=UTC)
"""A Wednesday morning in Almaty."""
DATA = {"mother_iin": "850101400011", "born_on": "2026-03-02"}
TASK: dict[str, Any] = {
    "kind": "person",
    "names": names("Decision"),
    "requires": ["birth"],
    "help": {"office": "registry", "working_days": 1, "todo": names("Look")},
    "fields": [{"name": "yes", "type": "boolean", "labels": names("Yes")}],
}
WAIT = {"kind": "wait", "names": names("Wait"), "requires": ["task"], "for": "2d"}


def _house(folder: Path, **steps: dict[str, Any] | None) -> Environment:
    merged = {**SMALL["steps"], **steps}
    definition = composite(steps={n: s for n, s in merged.items() if s is not None})
    return dataclasses.replace(environment(folder), composites={"small": definition})


def _plan(engine: Engine, house: Environment, data: Any = DATA, language: str = "en") -> Plan:
    with engine.begin() as connection:
        return plan(connection, house, "small", data, language=language, moment=MOMENT)


def _at(day: int, hour: int = 13) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_terms_one_after_the_other(synced: Database, tmp_path: Path) -> None:
    service = SMALL["steps"]["allowance"] | {"service": "00100101"}
    house = _house(tmp_path, allowance=service, task=TASK, wait=WAIT)
    found = {each.step: each for each in _plan(synced.engine(), house).steps}
    birth, allowance, task, wait = (found[n] for n in ("birth", "allowance", "task", "wait"))
    assert birth.lawful is not None
    assert (birth.lawful.at, birth.lawful.working_days) == (_at(6), 2)
    assert birth.term == "2 working days"
    assert allowance.lawful is not None
    assert (allowance.lawful.began, allowance.lawful.at) == (_at(6), _at(11)), "9 is free"
    assert allowance.lawful.working_days == 4
    assert task.lawful is not None
    assert task.lawful.at == _at(10)
    assert wait.lawful is not None
    assert wait.lawful.at == _at(12)


def test_without_a_term_nothing_is_promised(synced: Database, tmp_path: Path) -> None:
    found = _plan(synced.engine(), _house(tmp_path))
    allowance = next(each for each in found.steps if each.step == "allowance")
    assert (allowance.term, allowance.lawful) == (None, None)
    assert found.lawful_end is None


def test_how_long_it_usually_takes(synced: Database, tmp_path: Path) -> None:
    engine, house = synced.engine(), _house(tmp_path, allowance=None)
    with engine.begin() as connection:
        for n in range(1, 8):
            connection.execute(
                text(
                    "INSERT INTO composite_applications (id, number, composite, version, state,"
                    " outcome, reason, sentence, applicant, language, data, same, origin,"
                    " received_at) VALUES (:id, :n, 'small', 1, 'ended', 'done', 'x', 'x',"
                    " 'x', 'en', '{}', :n, 'x', :at)"
                ),
                {"id": n, "n": str(n), "at": MOMENT},
            )
            connection.execute(
                text(
                    "INSERT INTO composite_steps (application, step, position, kind, state,"
                    " reason, sentence, key, began_at, ended_at) VALUES (:id, 'birth', 0, 'call',"
                    " 'done', 'x', 'x', :n, :began, :ended)"
                ),
                {
                    "id": n,
                    "n": str(n),
                    "began": MOMENT - timedelta(days=5),
                    "ended": MOMENT - timedelta(days=5) + timedelta(hours=n),
                },
            )
    [birth] = _plan(engine, house).steps
    assert (birth.past, birth.typical and birth.typical.at) == (7, MOMENT + timedelta(hours=4))


def test_what_is_missing_and_still_a_plan(synced: Database, tmp_path: Path) -> None:
    found = _plan(synced.engine(), _house(tmp_path), {"born_on": "2026-03-09"}, "ru")
    assert [each.code for each in found.problems] == ["form_missing", "form_too_late"]
    assert not found.ready
    assert len(found.steps) == 2


def test_data_that_go_out(synced: Database, tmp_path: Path) -> None:
    birth, allowance = _plan(synced.engine(), _house(tmp_path)).steps
    [shared] = birth.shares
    assert shared.data == ("Mother (en)", "Day (en)"), "the note was left empty"
    assert shared.basis == "Article 2 (en)"
    assert allowance.shares[0].data == ("Child (en)",)


@pytest.mark.parametrize(
    ("when", "taken"),
    [
        ("form.note", "no"),
        ("form.child_iin", "depends"),
        ("facts.days_since_birth > `1`", "yes"),
        ("facts.days_since_birth > `9`", "no"),
        ("steps.birth.result.act", "depends"),
    ],
)
def test_conditions(synced: Database, tmp_path: Path, when: str, taken: str) -> None:
    house = _house(tmp_path, allowance=SMALL["steps"]["allowance"] | {"when": when})
    allowance = _plan(synced.engine(), house).steps[1]
    assert allowance.taken == taken


def test_health_and_what_holds(synced: Database, tmp_path: Path) -> None:
    engine, house = synced.engine(), _house(tmp_path)
    assert (health := _plan(engine, house).steps[0].health) is not None
    assert health.state == "not_looked_at"
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO composite_circuits (system, state, reason, sentence, since, try_at)"
                " VALUES ('office', 'open', 'x', 'x', :at, :at)"
            ),
            {"at": MOMENT},
        )
    assert (health := _plan(engine, house).steps[0].health) is not None
    assert (health.state, "waits" in health.sentence) == ("held", True)


def test_nothing_is_stored(synced: Database, tmp_path: Path) -> None:
    engine = synced.engine()
    _plan(engine, _house(tmp_path))
    with engine.connect() as connection:
        for table in ("composite_applications", "composite_attempts", "composite_definitions"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page(synced: Database, tmp_path: Path, language: str) -> None:
    odd = SMALL["steps"]["birth"] | {"names": {language: "<script>alert(1)</script>"}}
    house = _house(tmp_path, birth=odd)
    found = _plan(synced.engine(), house, {"mother_iin": "x"}, language)
    written = page(found, "Asia/Almaty", "Test & Co")
    assert f'<html lang="{language}">' in written
    assert "<script" not in written
    assert html.escape("<script>") in written
    assert "Test &amp; Co" in written
    assert "2026-03-04 10:00" in written
    assert words()["plan_missing"][language] in written
    assert "http" not in written, "it loads nothing"


def test_every_word_is_in_every_language() -> None:
    own = {code: said for code, said in words().items() if code.startswith(("plan_", "form_"))}
    assert own
    assert all(set(said) == {"en", "ru", "kk"} for said in own.values())


def test_as_json(synced: Database, tmp_path: Path) -> None:
    found = _plan(synced.engine(), _house(tmp_path))
    written = json.dumps(dataclasses.asdict(found), default=str)
    assert "850101400011" not in written
