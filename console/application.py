"""Read one application for a person: masked, and entered in the audit trail with the basis."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from models import trail
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

# Not `next_look_at`: it is of no use to a person, and may be -infinity, which Python cannot hold.
_APPLICATION = """
    SELECT a.system, a.number, a.service, s.names AS service_names, a.sub_type, a.channel,
           a.region, a.office, coalesce(a.organisation, s.organisation) AS organisation,
           a.applicant, a.received_at, a.registered_on, a.due_at, a.inner_due_at, a.at_risk_at,
           a.given_due_at, a.completed_at, a.result, a.timeliness, a.judged_at, a.changed_at,
           a.source, a.pull_id, a.standard_id
    FROM applications a
    LEFT JOIN services s ON s.code = a.service
    WHERE a.number = :number AND (CAST(:system AS text) IS NULL OR a.system = :system)
    ORDER BY a.system
"""
_PARTS = {
    "events": "SELECT at, kind, stage, holder, reason FROM application_events"
    " WHERE system = :system AND number = :number ORDER BY at",
    "clock_stops": "SELECT stopped_at, restarted_at, reason FROM clock_stops"
    " WHERE system = :system AND number = :number ORDER BY stopped_at",
    "history": "SELECT as_of, was, became, reason, due_at FROM timeliness_changes"
    " WHERE system = :system AND number = :number ORDER BY id",
    "breaches": "SELECT clock, state, reason, due_at, found_at FROM breaches"
    " WHERE system = :system AND number = :number ORDER BY clock",
}


def read(
    connection: Connection,
    environment: Environment,
    number: str,
    system: str | None,
    actor: str,
    basis: str,
    *,
    unmasked: bool,
) -> dict[str, Any]:
    """The application with everything known of it; the reading commits with the caller.

    Times are local to the environment. Identifiers of persons are masked unless `unmasked`.

    Raises:
        ConfigurationError: no basis, no such application, or two systems use the number.
    """
    if not basis.strip():
        raise ConfigurationError(
            f"Reading the application {number}",
            "the basis is empty",
            'Give --basis "…": what entitles you to read it, for example a complaint\'s number',
        )
    row = _found(connection, number, system)
    wanted = {"system": row["system"], "number": number}
    file: dict[str, Any] = {"application": row}
    for name, query in _PARTS.items():
        file[name] = [dict(each) for each in connection.execute(text(query), wanted).mappings()]
    masker = Masker(environment.settings.identifiers)
    trail.record(
        connection,
        actor=actor,
        action="application.read_unmasked" if unmasked else "application.read",
        subject=f"application {row['system']} {number}",
        basis=masker.mask(basis),
        details={},
    )
    zone = ZoneInfo(environment.settings.timezone)
    return {key: _shown(value, zone, None if unmasked else masker, number)
            for key, value in file.items()}  # fmt: skip


def _found(connection: Connection, number: str, system: str | None) -> dict[str, Any]:
    wanted = {"number": number, "system": system}
    rows = [dict(row) for row in connection.execute(text(_APPLICATION), wanted).mappings()]
    if len(rows) == 1:
        return rows[0]
    if rows:
        systems = ", ".join(row["system"] for row in rows)
        found, step = f"{systems} use this number", "Say which with --system"
    else:
        found = "no application has this number"
        step = "Check it; was its source pulled (`tereze pull`), or is it in quarantine?"
    raise ConfigurationError(f"Looking for the application {number}", found, step)


def _shown(value: Any, zone: ZoneInfo, masker: Masker | None, number: str) -> Any:
    if isinstance(value, dict):
        return {key: _shown(each, zone, masker, number) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each, zone, masker, number) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, str) and masker is not None:
        return masker.mask(value, keep={number})
    return value
