"""A step that reads exchanges again: what it brought, or why it could not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from console.replaying import done_again
from flows.failures.waiting.finding import finding
from flows.failures.waiting.replay import Step, plan
from models.database import Database
from models.environment.loader import load
from tests.environments import write
from tests.flows.failures.exchanges.made import pair
from tests.flows.failures.waiting.outage import Outage

RECORDER = {"gate": {"system": "gateway", "files": {"folder": "records", "path": "*.json"}}}


@pytest.fixture
def outage(synced: Database, tmp_path: Path) -> Any:
    engine = synced.engine()
    found = Outage(engine, tmp_path)
    write(tmp_path, {"exchanges.yaml": {"sources": RECORDER}})
    found.environment = load(tmp_path)
    yield found
    engine.dispose()


def steps(outage: Outage, identity: int) -> list[Step]:
    with outage.engine.connect() as connection:
        known = finding(connection, identity)
        return plan(connection, outage.environment, known, datetime.now(UTC))


def test_exchanges_that_are_not_known_are_read_again(outage: Outage, tmp_path: Path) -> None:
    ended = datetime.now(UTC) - timedelta(hours=1)
    identity = outage.found("gateway", "06-02 10:00", "06-02 11:00")
    [step] = [each for each in steps(outage, identity) if each.do == "read"]
    assert step == Step("read", "gate", "its exchanges were never read")
    missing = done_again(outage.engine, outage.environment, step, "test")
    assert not missing.well
    assert "records" in missing.sentence
    (tmp_path / "records").mkdir()
    records = pair(1, ended) + pair(2, ended)
    (tmp_path / "records" / "a.json").write_bytes(orjson.dumps({"records": records}))
    done = done_again(outage.engine, outage.environment, step, "test")
    assert (done.well, done.sentence) == (True, "new exchanges 4")
    assert not [each for each in steps(outage, identity) if each.do == "read"]
    lasting = outage.found("gateway", "06-03 10:00")
    [again] = [each for each in steps(outage, lasting) if each.do == "read"]
    assert again.why.startswith("its exchanges are known up to ")
    assert "gate" not in {
        each.source for each in steps(outage, outage.found("office", "06-03 10:00"))
    }
