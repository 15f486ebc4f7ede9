"""Contracts as they are known: what was accepted, by whom, what was seen last, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from flows.failures.contracts.diff import Difference, compare
from flows.failures.contracts.form import Form
from models import trail
from models.environment.contracts import Contract
from models.errors import ConfigurationError

FIRST_SIGHT = "first sight"
"""By whom a contract is accepted that was never seen before."""

MOST_TOLD = 50
"""Differences that an entry of the audit trail names."""


class Overtaken(ConfigurationError):
    """What was looked at is not what was read last: it was read anew, or accepted, meanwhile."""


@dataclass(frozen=True)
class Known:
    """One contract as it stands; the forms are None where it was never read."""

    system: str
    name: str
    kind: str
    tried_at: datetime
    accepted: Form | None
    accepted_at: datetime | None
    accepted_by: str | None
    seen: Form | None
    seen_at: datetime | None
    differs_since: datetime | None
    unreadable: int
    unreadable_since: datetime | None
    problem: str | None
    good_since: datetime | None

    @property
    def differences(self) -> list[Difference]:
        """How what was seen last differs from what was accepted."""
        if self.accepted is None or self.seen is None or self.differs_since is None:
            return []
        return compare(self.accepted, self.seen, self.kind == "columns")


def load(
    connection: Connection,
    names: Sequence[tuple[str, str]],
    *,
    lock: bool = False,
    differing: bool = False,
) -> dict[tuple[str, str], Known]:
    """The known ones among contracts given by system and name.

    `lock` holds them for us; with `differing`, only those that differ come with their forms,
    which may be large.
    """
    wanted = "differs_since IS NOT NULL" if differing else "true"
    forms = ", ".join(f"CASE WHEN {wanted} THEN {s} END AS {s}" for s in ("accepted", "seen"))
    plain = ", ".join(f"c.{f.name}" for f in fields(Known) if f.name not in ("accepted", "seen"))
    rows = connection.execute(
        text(f"""
            SELECT {plain}, {forms} FROM contracts c
            JOIN unnest(CAST(:systems AS text[]), CAST(:names AS text[])) AS w (system, name)
                ON w.system = c.system AND w.name = c.name
            ORDER BY c.system, c.name {"FOR UPDATE OF c" if lock else ""}
        """),
        {"systems": [system for system, _ in names], "names": [name for _, name in names]},
    )
    return {(row.system, row.name): _known(row._mapping) for row in rows}


def _known(row: Any) -> Known:
    values = {field.name: row[field.name] for field in fields(Known)}
    for side in ("accepted", "seen"):
        values[side] = None if row[side] is None else Form.model_validate(row[side])
    return Known(**values)


def saw(
    connection: Connection, system: str, contract: Contract, form: Form, at: datetime, actor: str
) -> None:
    """Write that the contract was read; one that was never read is accepted at first sight."""
    known = load(connection, [(system, contract.name)], lock=True).get((system, contract.name))
    first = known is None or known.accepted is None or known.kind != contract.kind
    accepted = form if first or known is None else known.accepted
    assert accepted is not None, "it is not the first sight"
    differs = bool(compare(accepted, form, contract.kind == "columns"))
    was_good = known is not None and not known.unreadable and known.differs_since is None
    before = known if known is not None and not first else None
    _write(
        connection,
        system,
        contract,
        {
            "accepted": Jsonb(accepted.model_dump(mode="json")),
            "accepted_digest": accepted.digest,
            "accepted_by": before.accepted_by if before else FIRST_SIGHT,
            "accepted_at": before.accepted_at if before else at,
            "seen": Jsonb(form.model_dump(mode="json")),
            "seen_digest": form.digest,
            "seen_at": at,
            "tried_at": at,
            "differs_since": ((before and before.differs_since) or at) if differs else None,
            "unreadable": 0,
            "unreadable_since": None,
            "problem": None,
            "good_since": None if differs else (known.good_since if known and was_good else at),
        },
    )
    if first:
        details = {"first_sight": True, "operations": len(form.operations), "digest": form.digest}
        _record(connection, actor, system, contract.name, details)


def could_not_read(
    connection: Connection, system: str, contract: Contract, problem: str, at: datetime
) -> None:
    """Write that the contract could not be read, with the reason in words."""
    known = load(connection, [(system, contract.name)], lock=True).get((system, contract.name))
    _write(
        connection,
        system,
        contract,
        {
            "tried_at": at,
            "unreadable": known.unreadable + 1 if known else 1,
            "unreadable_since": (known and known.unreadable_since) or at,
            "problem": problem,
            "good_since": None,
        },
    )


def accept(
    connection: Connection,
    system: str,
    name: str,
    at: datetime,
    actor: str,
    *,
    reason: str | None = None,
    digest: str | None = None,
) -> list[Difference]:
    """Accept the contract as it was seen last; answers what that changed.

    `reason` is kept as the basis in the audit trail; with `digest`, only the form of this digest
    is accepted: the one that was looked at.

    Raises:
        ConfigurationError: it was never read, or is accepted as it is.
        Overtaken: another form was seen last.
    """
    known = load(connection, [(system, name)], lock=True).get((system, name))
    if known is None or known.seen is None:
        why = "it was never read" if known is None else f"it could not be read: {known.problem}"
        raise _nothing(system, name, why)
    differences = known.differences
    if not differences:
        raise _nothing(system, name, "it is as it was accepted")
    if digest not in (None, known.seen.digest):
        raise Overtaken(
            f"Accepting the contract {name!r} of {system}",
            "it was read anew meanwhile, and says something else now",
            "Look at how it differs now",
        )
    connection.execute(
        text("""
            UPDATE contracts SET accepted = seen, accepted_digest = seen_digest,
                accepted_at = :at, accepted_by = :actor, differs_since = NULL,
                good_since = CASE WHEN unreadable = 0 THEN CAST(:at AS timestamptz) END
            WHERE system = :system AND name = :name
        """),
        {"system": system, "name": name, "at": at, "actor": actor},
    )
    told = [difference.sentence for difference in differences[:MOST_TOLD]]
    details = {
        "differences": len(differences),
        "first_of_them": told,
        "digest": known.seen.digest,
    }
    _record(connection, actor, system, name, details, reason)
    return differences


def _nothing(system: str, name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"Accepting the contract {name!r} of {system}",
        f"there is nothing to accept: {why}",
        "`tereze contracts list` shows the contracts and how they stand",
    )


def _record(
    connection: Connection,
    actor: str,
    system: str,
    name: str,
    details: dict[str, Any],
    basis: str | None = None,
) -> None:
    trail.record(
        connection,
        actor=actor,
        action="contract.accepted",
        subject=f"contract/{system}/{name}",
        details=details,
        basis=basis,
    )


def _write(connection: Connection, system: str, contract: Contract, values: dict[str, Any]) -> None:
    columns = ["system", "name", "kind", *values]
    sets = ", ".join(f"{name} = excluded.{name}" for name in ("kind", *values))
    connection.execute(
        text(f"""
            INSERT INTO contracts ({", ".join(columns)})
            VALUES ({", ".join(f":{name}" for name in columns)})
            ON CONFLICT (system, name) DO UPDATE SET {sets}
        """),
        {"system": system, "name": contract.name, "kind": contract.kind, **values},
    )
