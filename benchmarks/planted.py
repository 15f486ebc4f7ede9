"""What the sandbox plants among its register, put straight into the tables, and what it really is.

With the traffic of its State Corporation, so that dormant services can be told from others.
"""

import dataclasses
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from flows.environment import ENVIRONMENTS
from models.environment.hidden_services import HiddenServices
from models.environment.loader import Environment, load
from sandbox.functions.planted import Shown, planted
from sandbox.functions.regulations import drop_regulations, numbers
from sandbox.history.local_time import iso, parse
from sandbox.history.profiles import STATE_CORPORATION
from sandbox.history.world import World
from sandbox.register.channels import channel_rows
from sandbox.register.services import service_rows, services
from sandbox.register.words import SPHERES

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SYSTEM = "front_offices"
DAYS = 60
Key = tuple[str, str, str]


def environment(folder: Path, **settings: Any) -> Environment:
    """The demo's environment with the sandbox's regulations, written to `folder`."""
    drop_regulations(folder)
    regulations = {
        f"regulation_{sphere.code.lower()}": {
            "file": str(folder / f"regulation_{sphere.code}.txt"),
            "organisation": sphere.code,
            "language": "ru",
        }
        for sphere in SPHERES
    }
    declared = {"regulations": regulations, "dormant_after": "55d", **settings}
    hidden = HiddenServices.model_validate(declared)
    return dataclasses.replace(load(ENVIRONMENTS / "demo"), hidden_services=hidden)


def plant(engine: Engine) -> None:
    """The register, and all lists but the regulations, which are read from their texts."""
    with engine.begin() as connection:
        _register(connection)
        _observe(connection, [each for each in planted() if each.place != "regulation"])


def traffic(engine: Engine, environment: Environment, volume: int) -> None:
    """`volume` applications of the last 60 days, and all sources looked at until now."""
    world = World(STATE_CORPORATION, 1, volume, parse(NOW.isoformat()), DAYS)
    columns, count = world.columns(world.anchor), world.visible(world.anchor)
    codes, channels = [each.code for each in services()], [row["code"] for row in channel_rows()]
    with engine.begin() as connection:
        for row in channel_rows():
            connection.execute(
                text("INSERT INTO channels (code, names, digital) VALUES (:code, '{}', :digital)"),
                {"code": row["code"], "digital": row["digital"]},
            )
        raw: Any = connection.connection.driver_connection
        statement = (
            "COPY applications (system, number, service, channel, applicant, received_at, source,"
            " pull_id) FROM STDIN"
        )
        with raw.cursor().copy(statement) as copy:
            for n in range(count):
                service, channel = codes[columns.service[n]], channels[columns.channel[n]]
                who, at = f"{columns.identifier[n]:012d}", iso(int(columns.received[n]))
                copy.write_row((SYSTEM, str(n), service, channel, who, at, "front_offices", 1))
        for source in environment.sources.values():
            connection.execute(
                text("""
                    INSERT INTO source_states (source, system, dataset, looked_until)
                    VALUES (:source, :system, :dataset, :now)
                """),
                {
                    "source": source.source,
                    "system": source.system,
                    "dataset": source.dataset,
                    "now": NOW,
                },
            )


def _register(connection: Connection) -> None:
    rows = [
        {
            "code": row["code"],
            "names": {name: row[f"name_{name}"] for name in ("ru", "kk", "en")},
            "organisation": row["organisation"],
            "life_situation": row["life_situation"],
        }
        for row in service_rows()
    ]
    connection.execute(
        text("""
            INSERT INTO services (code, names, organisation, life_situation)
            SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
                AS r (code text, names jsonb, organisation text, life_situation text)
        """),
        {"rows": json.dumps(rows)},
    )


def _observe(connection: Connection, shown: list[Shown]) -> None:
    rows = []
    for each in shown:
        listed = each.row("2026-03-01")
        names = {n: listed[f"name_{n}"] for n in ("ru", "kk", "en") if listed[f"name_{n}"]}
        kept = ("code", "description", "regions", "term", "fee", "documents", "refused")
        rows.append(
            {name: listed[name] for name in kept}
            | {"kind": each.place, "names": names, "organisation": each.sphere}
            | {"volume": each.uses, "recipients": each.people or None}
        )
    connection.execute(
        text("""
            INSERT INTO observed_functions (system, source, last_seen, kind, code, names,
                description, organisation, regions, term, fee, documents, volume, recipients,
                refused)
            SELECT :system, 'test', :now, r.* FROM jsonb_to_recordset(CAST(:rows AS jsonb))
                AS r (kind text, code text, names jsonb, description text, organisation text,
                    regions text[], term text, fee text, documents text[], volume bigint,
                    recipients bigint, refused bigint)
        """),
        {"rows": json.dumps(rows), "system": SYSTEM, "now": NOW - timedelta(days=1)},
    )


def truth() -> dict[Key, Shown]:
    """By system, kind and code of an observation, what it really is."""
    found: dict[Key, Shown] = {(SYSTEM, each.place, each.code): each for each in planted()}
    by_code = {each.code: each for each in planted() if each.place == "regulation"}
    for sphere in SPHERES:
        for number, code in numbers(sphere).items():
            system = f"regulation_{sphere.code.lower()}"
            found[(system, "regulation", number)] = by_code[code]
    return found


def made(connection: Connection) -> list[dict[str, Any]]:
    """Each observation with its candidate, what was made of it, and what it really is."""
    known = truth()
    rows = connection.execute(
        text("""
            SELECT j.system, j.kind, j.code, j.candidate_id, j.in_register, j.p_absent, c.kind
                AS found, c.p_service, c.names FROM function_judgements j
            LEFT JOIN candidates c ON c.id = j.candidate_id ORDER BY 1, 2, 3
        """)
    ).mappings()
    return [
        dict(row) | {"truth": known[row["system"], row["kind"], row["code"]]}
        for row in rows
        if (row["system"], row["kind"], row["code"]) in known
    ]


def confusion(rows: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """By truth, how many functions were called what; one in several candidates by its first."""
    functions: dict[tuple[str, str], str] = {}
    for row in sorted(rows, key=lambda each: each["found"] is None):
        shown = row["truth"]
        functions.setdefault((shown.truth, shown.thing), row["found"] or "present")
    counts: dict[str, Counter[str]] = {}
    for (true, _), found in functions.items():
        counts.setdefault(true, Counter())[found] += 1
    return {true: dict(found) for true, found in sorted(counts.items())}


def whole(rows: list[dict[str, Any]]) -> int:
    """How many hidden services are one candidate each, all their observations together."""
    parts: dict[str, set[Any]] = {}
    for row in rows:
        if row["truth"].truth == "hidden":
            parts.setdefault(row["truth"].thing, set()).add(row["candidate_id"])
    return sum(len(each) == 1 for each in parts.values())


def mixed(rows: list[dict[str, Any]]) -> int:
    """How many candidates are two functions in one."""
    things: dict[Any, set[str]] = {}
    for row in rows:
        if row["candidate_id"] is not None:
            things.setdefault(row["candidate_id"], set()).add(row["truth"].thing)
    return sum(len(each) > 1 for each in things.values())
