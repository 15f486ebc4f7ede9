"""Records of exchanges as tests need them, and environments that read them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, text

from flows.failures.exchanges.side import EXCHANGES
from flows.failures.verdict import Verdict
from flows.register.sync import sync
from models.environment.loader import Environment, load
from tests.environments import files, write

MOMENT = datetime(2026, 5, 20, 6, 0, tzinfo=UTC)
"""A Wednesday, 11:00 in Almaty."""

SERVICE = "KZ/GOV/LAND/SUB/getParcel"
Record = dict[str, Any]


def client(
    number: int | str,
    at: datetime,
    took: int = 100,
    *,
    service: str = "getParcel",
    ahead: int = 0,
    **changed: Any,
) -> Record:
    """The client's record of an exchange; half of the time is the service's own.

    `ahead` is how far the clock is ahead, in ms; a change to None takes a field away.
    """
    began = round(at.timestamp() * 1000) + ahead
    record: Record = {
        "monitoringDataTs": round((at + timedelta(milliseconds=took)).timestamp()),
        "securityServerType": "Client",
        "requestInTs": began,
        "requestOutTs": began + took // 10,
        "responseInTs": began + took - took // 10,
        "responseOutTs": began + took,
        "clientXRoadInstance": "KZ",
        "clientMemberClass": "GOV",
        "clientMemberCode": "CORP",
        "clientSubsystemCode": "OFFICES",
        "serviceXRoadInstance": "KZ",
        "serviceMemberClass": "GOV",
        "serviceMemberCode": "LAND",
        "serviceSubsystemCode": "SUB",
        "serviceCode": service,
        "messageId": f"message-{number}",
        "xRequestId": f"request-{number}",
        "requestSoapSize": 1000,
        "responseSoapSize": 3000,
        "succeeded": True,
    } | changed
    return {name: value for name, value in record.items() if value is not None}


def producer(number: int | str, at: datetime, took: int = 100, **changed: Any) -> Record:
    """The producer's record of the same exchange: a fifth of the time later, and over sooner."""
    later = at + timedelta(milliseconds=took / 5)
    return client(number, later, took - 2 * took // 5, securityServerType="Producer", **changed)


def pair(number: int | str, at: datetime, took: int = 100, **changed: Any) -> list[Record]:
    """Both records of an exchange."""
    return [client(number, at, took, **changed), producer(number, at, took, **changed)]


def steady(
    first: datetime, last: datetime, every: timedelta, name: str = "e", **changed: Any
) -> list[Record]:
    """Both records of an exchange every so often."""
    count = int((last - first) / every)
    return [
        record for n in range(count) for record in pair(f"{name}{n}", first + n * every, **changed)
    ]


def environment(
    folder: Path, exchanges: dict[str, Any] | None = None, **changes: dict[str, Any] | None
) -> Environment:
    """An environment whose system `land` answers KZ/GOV/LAND, with these sources of exchanges."""
    contents = files(**changes)
    office = contents["systems.yaml"]["systems"]["office"]
    contents["systems.yaml"]["systems"]["land"] = office | {
        "names": {"en": "Land registry"},
        "objectives": {"availability": 0.99, "answer_within": "2s"},
    }
    contents["exchanges.yaml"] = {
        "sources": {"server": {"system": "office", "files": {"folder": "monitoring"}}},
        "services": {"KZ/GOV/LAND": "land"},
    } | (exchanges or {})
    (folder / "monitoring").mkdir(parents=True, exist_ok=True)
    return load(write(folder, contents))


def put(environment: Environment, name: str, records: Iterable[Record]) -> None:
    """Drop records into the folder that the environment's source reads."""
    path = environment.folder / "monitoring" / f"{name}.json.gz"  # plain JSON is taken, too
    path.write_bytes(orjson.dumps({"records": list(records)}))


def known(engine: Engine, environment: Environment) -> None:
    """Bring register and calendar in line, as every round does first."""
    with engine.begin() as connection:
        sync(connection, environment, "test")


def looked(engine: Engine, environment: Environment, moment: datetime) -> list[Verdict]:
    """Look and judge, as a round does."""
    EXCHANGES.look(engine, environment, moment)
    with engine.begin() as connection:
        return list(EXCHANGES.judge(connection, environment, moment))


def bad(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
    """The verdicts that are not good, by kind."""
    return {verdict.kind: verdict for verdict in verdicts if verdict.level != "good"}


def counted(engine: Engine, query: str) -> Any:
    """What a query answers, the first column of the first row."""
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar()
