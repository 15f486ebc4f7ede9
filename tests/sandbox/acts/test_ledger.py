"""The ledger: in order, by key, and still there after the body was switched off."""

from datetime import datetime
from pathlib import Path

import requests

from sandbox.acts.ledger import Ledger, written
from sandbox.clock import Clock
from sandbox.history.local_time import parse
from sandbox.processes import start

NOON = parse("2026-11-22T12:00:00.25+05:00")


def test_entries_are_kept_in_order_and_found_by_key_and_operation() -> None:
    ledger = Ledger(Clock(NOON, 0))
    for operation, key in (("take", "a"), ("take", "b"), ("take.undo", "a")):
        ledger.write(operation, key, {"of": key})
    assert [(entry.operation, entry.key) for entry in ledger.entries()] == [
        ("take", "a"),
        ("take", "b"),
        ("take.undo", "a"),
    ]
    assert [entry.operation for entry in ledger.entries("a")] == ["take", "take.undo"]
    assert ledger.entries("a", "take")[0].at == "2026-11-22T12:00:00.250000+05:00"
    assert ledger.last("a") == ledger.entries("a")[-1]
    assert ledger.last("c") is None


def test_a_digest_is_of_what_was_done_however_it_was_spelled() -> None:
    ledger = Ledger(Clock(NOON, 0))
    one = ledger.write("take", "a", {"x": 1, "y": 2})
    other = ledger.write("take", "b", {"y": 2, "x": 1})
    third = ledger.write("take", "c", {"y": 2, "x": 2})
    assert one.digest == other.digest != third.digest


def test_moments_are_written_with_their_offset() -> None:
    assert datetime.fromisoformat(written(NOON)).timestamp() == NOON - 5 * 3600


def test_a_body_that_was_killed_knows_what_it_did(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    message = {"key": "a", "phone": "+77010000000", "text": "x"}
    with start("sms_gateway", ledger=file) as body:
        first = requests.post(f"{body.url}/messages", json=message, timeout=30).json()
        body.process.kill()
    with start("sms_gateway", ledger=file) as body:
        again = requests.post(f"{body.url}/messages", json=message, timeout=30).json()
        entries = requests.get(f"{body.url}/ledger", timeout=30).json()
    assert first == again
    assert len(entries) == 1
    assert len(file.read_text().splitlines()) == 1
