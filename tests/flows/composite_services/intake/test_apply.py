"""One application, or many from a file; what is not accepted is counted and named."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.intake.apply import LONGEST, Line, Way, apply, apply_many, parse_form
from flows.composite_services.intake.start import NotAccepted
from models.database import Database
from models.environment.loader import Environment
from models.errors import ConfigurationError
from tests.environments import environment
from tests.flows.composite_services.small import composite

MOMENT = datetime(2026, 3, 5, 5, tzinfo=UTC)
WAY = Way(actor="person:test", language="en", origin="command")
DATA = {"mother_iin": "850101400011", "born_on": "2026-03-02"}


@pytest.fixture
def house(tmp_path: Path) -> Environment:
    return dataclasses.replace(environment(tmp_path), composites={"small": composite()})


def _counts(engine: Engine) -> dict[tuple[str, str], int]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT field, code, count FROM composite_not_accepted"))
        return {(field, code): count for field, code, count in rows}


def test_what_is_not_accepted_is_counted(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    wrong = {"born_on": "2026-03-06", "odd": 1, "odder": 2}
    for _ in range(2):
        with pytest.raises(NotAccepted):
            apply(engine, house, "small", wrong, WAY, MOMENT)
    assert _counts(engine) == {
        ("mother_iin", "form_missing"): 2,
        ("born_on", "form_too_late"): 2,
        ("", "form_unknown"): 4,
    }


def _many(engine: Engine, house: Environment, path: Path) -> list[Line]:
    return list(apply_many(engine, house, "small", path, WAY, lambda: MOMENT))


def test_many(synced: Database, house: Environment, tmp_path: Path) -> None:
    engine = synced.engine()
    path = tmp_path / "many.jsonl"
    lines: list[bytes] = [
        json.dumps(DATA).encode(),
        b"",
        b"{not json",
        b'{"mother_iin": "1", "mother_iin": "2"}',
        b"\xff\xfe",
        b"x" * (3 * LONGEST),
        json.dumps(DATA | {"note": "again"}).encode(),
        json.dumps(DATA | {"mother_iin": "850101400012"}).encode(),
        json.dumps(DATA | {"born_on": "2026-03-01"}).encode(),
    ]
    path.write_bytes(b"\n".join(lines))
    read: list[int] = []
    found = list(apply_many(engine, house, "small", path, WAY, lambda: MOMENT, told=read.append))
    assert [(each.line, each.outcome) for each in found] == [
        (1, "started"),
        (3, "unreadable"),
        (4, "unreadable"),
        (5, "unreadable"),
        (6, "unreadable"),
        (7, "again"),
        (8, "not_accepted"),
        (9, "started"),
    ]
    assert found[5].number == found[0].number
    assert "not a right IIN" in found[6].sentences[0]
    assert not any("8501" in sentence for each in found for sentence in each.sentences)
    assert sum(read) <= path.stat().st_size


def test_a_file_that_is_not_there(synced: Database, house: Environment, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        _many(synced.engine(), house, tmp_path / "nothing.jsonl")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON"),
        (b"{" * 100_000, "nested|not JSON"),
        (b"[" * 100_000, "nested|not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"\xff", "UTF-8"),
        (b"1" * (LONGEST + 1), "longer"),
    ],
)
def test_forms_that_cannot_be_read(raw: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_form(raw)


def test_a_form() -> None:
    found: Any = parse_form('{"child_name": "Әлия"}'.encode())
    assert found == {"child_name": "Әлия"}
