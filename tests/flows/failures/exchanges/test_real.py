"""The 5,230 records of a real security server, as a file and over the protocol."""

import gzip
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from models.database import Database
from models.environment.loader import Environment
from sandbox.processes import start
from tests.flows.failures.exchanges import made
from tests.flows.failures.exchanges.served import Server, x_road
from tests.shared import shared

NAME = "xroad/operational_records.json.gz"
MOMENT = datetime.fromtimestamp(1604420280 + 70, UTC)


def _check(engine: Engine, environment: Environment, folder: Path) -> None:
    """What is known of these records, whichever way they came."""
    verdicts = made.looked(engine, environment, MOMENT)
    assert made.bad(verdicts) == {}
    assert {each.kind for each in verdicts} >= {"failing", "silent", "duplicates", "clock"}
    assert made.counted(engine, "SELECT count(*) FROM exchanges") == 5230
    assert made.counted(engine, "SELECT sum(pairs) FROM exchange_networks") == 2615
    orphans = "SELECT sum(requests - paired) FROM exchange_slices"
    assert made.counted(engine, orphans) == 0
    assert made.counted(engine, "SELECT count(*) FROM exchange_quarantine") == 0
    assert made.counted(engine, "SELECT sum(out_of_step) FROM exchange_networks") == 0
    assert made.counted(engine, "SELECT sum(repeated) FROM exchange_days") == 6  # 1 id, 3 times
    assert _durations(engine) == _worked_out(folder)


def _durations(engine: Engine) -> tuple[int, int, int, int]:
    """Total, there, the service itself and back, in ms, over all pairs."""
    total = made.counted(
        engine,
        "SELECT sum(took) FROM exchanges WHERE side = 1",
    )
    columns = "sum(there), sum(served), sum(back)"
    sums = [
        made.counted(engine, f"SELECT {each} FROM exchange_networks") for each in columns.split(",")
    ]
    return (int(total), *(int(each) for each in sums))  # type: ignore[return-value]


def _worked_out(path: Path) -> tuple[int, int, int, int]:
    """The same by the definition, one record after another."""
    sides: dict[str, dict[str, dict[str, int]]] = {}
    for record in orjson.loads(gzip.decompress(path.read_bytes()))["records"]:
        sides.setdefault(record["xRequestId"], {})[record["securityServerType"]] = record
    total = there = served = back = 0
    for both in sides.values():
        asked, answered = both["Client"], both["Producer"]
        total += asked["responseOutTs"] - asked["requestInTs"]
        there += answered["requestInTs"] - asked["requestOutTs"]
        served += answered["responseInTs"] - answered["requestOutTs"]
        back += asked["responseInTs"] - answered["responseOutTs"]
    return total, there, served, back


@pytest.fixture
def services() -> dict[str, str]:
    return {"DEV": "land"}


def test_as_a_file(database: Database, tmp_path: Path, services: dict[str, str]) -> None:
    path = shared(NAME)
    environment = made.environment(tmp_path, {"services": services})
    shutil.copy(path, tmp_path / "monitoring")
    engine = database.engine()
    made.known(engine, environment)
    _check(engine, environment, path)
    _check(engine, environment, path)


def test_over_the_protocol(database: Database, tmp_path: Path, services: dict[str, str]) -> None:
    path = shared(NAME)
    with start("xroad_monitoring", page=700, now=int(MOMENT.timestamp())) as body:
        server = Server(body.url)
        server.add(orjson.loads(gzip.decompress(path.read_bytes()))["records"])
        exchanges = {"sources": {"server": x_road(body.url)}, "services": services}
        environment = made.environment(tmp_path, exchanges)
        engine = database.engine()
        made.known(engine, environment)
        # The server keeps 7 days; the first of the records are older, and would be lost.
        server.at(MOMENT - timedelta(days=1))
        made.looked(engine, environment, MOMENT - timedelta(days=1))
        server.at(MOMENT)
        _check(engine, environment, path)
