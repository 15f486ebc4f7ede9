"""What a person does with an alert leaves a history row and an audit entry, or a clear error."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from flows.alerts.fingerprint import fingerprint
from flows.alerts.fire import Firing, fire
from flows.alerts.handle import Hand, acknowledge, resolve_by_hand, snooze
from flows.alerts.house import House
from flows.alerts.inhibited import Waits
from flows.alerts.listing import Filter, list_alerts
from flows.alerts.naming import CannotHandle
from models import trail
from models.environment.alerts import Alerts
from models.environment.settings import Identifier
from models.masking import Masker
from tests.flows.alerts.applications import SETTINGS
from tests.flows.alerts.conftest import NOW, history, run

MASKER = Masker({"iin": Identifier(pattern=r"\d{12}")})
HAND = Hand("a.person", "called the owner of 900101300017", MASKER)
HOUSE = House(Alerts(), SETTINGS, Path())
LATER = NOW + timedelta(hours=8)


def firing(engine: Engine, source: str = "land", minutes: int = 0) -> str:
    labels = {"source": source}
    starts_at = NOW + timedelta(minutes=minutes)
    with engine.begin() as connection:
        fire(connection, Firing("PullFailed", "critical", labels, labels, starts_at, "No"), "test")
    return fingerprint("PullFailed", labels)


Deed = Callable[[Connection, str, Hand], str]
DEEDS: dict[str, tuple[Deed, datetime | None, datetime | None]] = {
    "acknowledged": (acknowledge, None, None),
    "silenced": (lambda c, f, hand: snooze(c, f, LATER, NOW, hand), None, LATER),
    "resolved": (lambda c, f, hand: resolve_by_hand(c, f, NOW, hand), NOW, None),
}


@pytest.mark.parametrize("became", DEEDS)
def test_each_deed_is_in_the_history_and_in_the_trail(engine: Engine, became: str) -> None:
    whole = firing(engine)
    deed, ends_at, until = DEEDS[became]
    with engine.begin() as connection:
        assert deed(connection, whole[:6].upper(), HAND) == whole
    masked = "called the owner of ••••••••0017"
    words = masked if became == "resolved" else "No"  # what it is stays readable until it ends
    assert run(engine, "SELECT state, sentence, ends_at, silenced_until FROM alerts") == [
        (became, words, ends_at, until)
    ]
    assert run(engine, "SELECT sentence FROM alert_changes ORDER BY id DESC LIMIT 1") == [(masked,)]
    assert history(engine)[-1] == ("firing", became, "by_hand", "a.person")
    [(actor, action, subject, details)] = run(
        engine, "SELECT actor, action, subject, details FROM audit_entries"
    )
    assert (actor, action, subject) == ("a.person", f"alert.{became}", f"alert {whole}")
    assert details["comment"] == masked
    assert (details["was"], details["became"]) == ("firing", became)
    with engine.connect() as connection:
        assert trail.verify(connection).ok


@pytest.mark.parametrize(
    ("until", "said"), [(NOW, "future"), (NOW.replace(tzinfo=None), "time zone")]
)
def test_a_silence_needs_an_end_to_come(engine: Engine, until: datetime, said: str) -> None:
    whole = firing(engine)
    with engine.begin() as connection, pytest.raises(CannotHandle, match=said):
        snooze(connection, whole, until, NOW, HAND)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("abc", "3 characters are too few"),
        ("", "0 characters are too few"),
        ("zzzzzz", r"near ones: .*\(PullFailed\)"),
        ("%%%%%%%", "near ones"),
    ],
)
def test_names_near_ones_where_none_fits(engine: Engine, asked: str, said: str) -> None:
    firing(engine)
    with engine.begin() as connection, pytest.raises(CannotHandle, match=said):
        acknowledge(connection, asked, HAND)
    assert len(history(engine)) == 1


def test_the_nearest_is_named_first(engine: Engine) -> None:
    found = [firing(engine, source) for source in ("land", "tax", "zags", "agro")]
    wrong = found[2][:5] + "zz"
    with engine.begin() as connection, pytest.raises(CannotHandle) as error:
        acknowledge(connection, wrong, HAND)
    assert f"near ones: {found[2][:12]}" in error.value.found


def test_an_ambiguous_beginning_lists_what_it_fits(engine: Engine) -> None:
    firing(engine)
    run(engine, "UPDATE alerts SET fingerprint = 'abcdef11'")
    firing(engine)
    run(engine, "UPDATE alerts SET fingerprint = 'abcdef22' WHERE fingerprint <> 'abcdef11'")
    with engine.begin() as connection, pytest.raises(CannotHandle, match="abcdef11, abcdef22"):
        acknowledge(connection, "abcdef", HAND)


def test_what_is_resolved_stays_so(engine: Engine) -> None:
    whole = firing(engine)
    with engine.begin() as connection:
        resolve_by_hand(connection, whole, NOW, HAND)
    with engine.begin() as connection, pytest.raises(CannotHandle, match="resolved already"):
        acknowledge(connection, whole, HAND)
    assert run(engine, "SELECT count(*) FROM audit_entries") == [(1,)]


def test_a_deed_needs_a_word(engine: Engine) -> None:
    whole = firing(engine)
    with engine.begin() as connection, pytest.raises(CannotHandle, match="comment is empty"):
        acknowledge(connection, whole, replace(HAND, comment="  "))


@pytest.mark.parametrize(
    ("wanted", "sources"),
    [
        (Filter(), ["tax", "land"]),
        (Filter(limit=1), ["tax"]),
        (Filter(states=("resolved",)), ["zags"]),
        (Filter(labels={"source": "land"}), ["land"]),
        (Filter(name="PullFailed", severity="critical"), ["tax", "land"]),
        (Filter(name="Other"), []),
        (Filter(severity="info"), []),
    ],
)
def test_lists_what_fits_newest_first(engine: Engine, wanted: Filter, sources: list[str]) -> None:
    for minutes, source in enumerate(("land", "tax", "zags")):
        firing(engine, source, minutes)
    run(engine, "UPDATE alerts SET state = 'resolved' WHERE labels->>'source' = 'zags'")
    with engine.connect() as connection:
        listed = list_alerts(connection, wanted, Waits.of(HOUSE, NOW))
    assert [alert.labels["source"] for alert in listed] == sources
