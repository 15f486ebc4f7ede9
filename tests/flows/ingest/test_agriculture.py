"""Pulls of the agriculture body's daily files in windows-1251, with their faults."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sandbox.processes import start
from tests.flows.ingest.bodies import AGRICULTURE, Bodies, agriculture_system, stored, truth
from tests.sandbox.reading import NOW, Reader

NOW_AT = datetime.fromisoformat(NOW)
LAST = "subsidies_20260519.csv"


@pytest.fixture(scope="module")
def body_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, Path]]:
    folder = tmp_path_factory.mktemp("drops")
    with start("agriculture", folder=folder, volume=300, days=20, now=NOW, speed=0) as body:
        yield Reader(body.url), folder


@pytest.fixture
def body(body_process: tuple[Reader, Path]) -> Iterator[Reader]:
    yield body_process[0]
    body_process[0].clear()


@pytest.fixture
def farms(
    tmp_path: Path, bodies_engine: Engine, body: Reader, body_process: tuple[Reader, Path]
) -> Bodies:
    assert body
    return Bodies(
        tmp_path, bodies_engine, {"agriculture": agriculture_system(str(body_process[1]))}
    )


def pull(farms: Bodies, **options: Any) -> Any:
    return farms.pull(AGRICULTURE, now=NOW_AT, **options)


def told(body: Reader) -> dict[str, tuple[Any, ...]]:
    """The truth as far as the files go: to the minute, and to the end of yesterday."""
    end = NOW[:10]
    return {
        number: (service, minute(received), minute(done) if done and done < end else None, who)
        for number, (service, received, done, who) in truth(body).items()
        if received < end
    }


def minute(moment: str) -> str:
    return moment[:16] + ":00"


def test_a_clean_pull_is_the_truth(farms: Bodies, body: Reader) -> None:
    report = pull(farms)
    assert (report.state, report.quarantined, report.drift) == ("succeeded", 0, [])
    assert stored(farms) == told(body)
    assert farms.cursor(AGRICULTURE) == LAST
    before = farms.checksum()
    assert pull(farms, since="a").state == "succeeded"
    assert farms.checksum() == before


@pytest.mark.parametrize(
    ("fault", "reason", "words"),
    [
        ({"kind": "wrong_encoding"}, "wrong_answer", LAST),
        ({"kind": "wrong_encoding", "encoding": "utf-16"}, "wrong_answer", LAST),
        ({"kind": "cut_off"}, "wrong_answer", LAST),
    ],
    ids=str,
)
def test_a_file_that_cannot_be_read_stores_nothing(
    farms: Bodies, body: Reader, fault: dict[str, Any], reason: str, words: str
) -> None:
    body.fail(**fault, path=LAST)
    report = pull(farms)
    assert (report.state, report.reason) == ("failed", reason), report
    assert words in report.sentence
    assert (stored(farms), farms.cursor(AGRICULTURE), farms.leftovers()) == ({}, None, 0)
    body.clear()
    assert pull(farms).state == "succeeded"
    assert stored(farms) == told(body)


@pytest.mark.parametrize(
    ("kind", "code", "rows"),
    [
        ("bad_identifiers", "A03", 1),
        ("unknown_services", "A04", 1),
        ("closed_before_received", "A06", 1),
        ("duplicate_numbers", "A07", 2),
    ],
)
def test_bad_records_are_held(farms: Bodies, body: Reader, kind: str, code: str, rows: int) -> None:
    body.fail(kind, path=LAST, share=0.1)
    spoilt = {str(number) for number in body.struck(kind)[-1]["records"]}
    report = pull(farms)
    assert report.state == "succeeded"
    assert set(farms.held()) == spoilt
    assert report.quarantined == rows * len(spoilt)
    assert all(code in codes for codes in farms.held().values())
    body.clear()
    pull(farms)
    assert farms.held() == {}
    assert stored(farms) == told(body)


def test_a_file_twice_over_is_one_file(farms: Bodies, body: Reader) -> None:
    body.fail("page_twice", path=LAST)
    report = pull(farms)
    assert report.repeated > 0
    assert stored(farms) == told(body)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "new_field"}, "new field 'priority'"),
        ({"kind": "vanished_field", "field": "область"}, "vanished field 'область'"),
    ],
    ids=str,
)
def test_drift_of_all_files_is_told(
    farms: Bodies, body: Reader, fault: dict[str, Any], words: str
) -> None:
    body.fail(**fault, path="subsidies_")
    report = pull(farms)
    assert report.state == "succeeded"
    assert any(words in each for each in report.drift), report.drift


def test_a_changed_type_goes_to_quarantine(farms: Bodies, body: Reader) -> None:
    body.fail("changed_type", path=LAST, field="дата_приема")
    report = pull(farms)
    assert report.state == "succeeded"
    assert report.broken["A02"] == report.quarantined > 0


def test_a_missing_day_comes_later(farms: Bodies, body: Reader) -> None:
    body.fail("time_out", path=LAST)
    assert pull(farms).state == "succeeded"
    assert stored(farms) != told(body)
    body.clear()
    assert pull(farms).state == "succeeded"
    assert stored(farms) == told(body)
