"""What the sandbox plants, put straight into the tables, and what was made of it."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from sandbox.functions.planted import Shown, planted
from sandbox.functions.regulations import drop_regulations, numbers
from sandbox.register.services import service_rows
from sandbox.register.words import SPHERES
from tests.environments import files, write

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SYSTEM = "office"


def environment_folder(folder: Path, **settings: Any) -> Path:
    """The small environment, with the sandbox's regulations beside it."""
    write(folder, files())
    drop_regulations(folder / "regulations")
    regulations = {
        f"regulation_{sphere.code.lower()}": {
            "file": f"regulations/regulation_{sphere.code}.txt",
            "organisation": sphere.code,
            "language": "ru",
        }
        for sphere in SPHERES
    }
    declared = {"regulations": regulations, "dormant_after": "30d", **settings}
    write(folder, {"hidden_services.yaml": declared})
    return folder


def register(connection: Connection) -> None:
    """The sandbox's 746 services."""
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


def observe(connection: Connection, shown: list[Shown]) -> None:
    """Lines of the lists, as a source would bring them."""
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


def plant(engine: Engine) -> None:
    """The register, and all lists but the regulations, which are read from their texts."""
    with engine.begin() as connection:
        register(connection)
        observe(connection, [each for each in planted() if each.place != "regulation"])


def truth() -> dict[tuple[str, str, str], Shown]:
    """By system, kind and code of an observation, what it really is."""
    found: dict[tuple[str, str, str], Shown] = {
        (SYSTEM, each.place, each.code): each for each in planted()
    }
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
