"""Who the bodies and offices are, and how their systems stand now, in words for an applicant."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from flows.composite_services.dry_run.model import Health
from flows.composite_services.holding.blocked import blocked
from flows.composite_services.loading import in_language
from flows.composite_services.words import said
from flows.failures.state import state_of
from models.environment.loader import Environment


def healths(
    connection: Connection, environment: Environment, language: str, moment: datetime
) -> dict[str, Health]:
    """Each system's standing: `held` where nothing would be sent to it now, else as it is seen."""
    held = blocked(connection, environment, moment)
    zone = ZoneInfo(environment.settings.timezone)
    found = {}
    for each in state_of(connection, environment, moment):
        system = environment.systems[each.system]
        name = in_language(system.names, language)
        if each.system not in held:
            sentence = said(f"plan_health_{each.state}", language)
            found[each.system] = Health(each.system, name, each.state, sentence)
            continue
        until = held[each.system].expected_at
        code = "plan_health_held" if until is None else "plan_health_held_until"
        words = "" if until is None else f"{until.astimezone(zone):%Y-%m-%d %H:%M}"
        sentence = said(code, language, until=words)
        found[each.system] = Health(each.system, name, "held", sentence, until)
    return found


def offices(connection: Connection, language: str) -> dict[str, str]:
    """Names of organisations and offices by their codes."""
    query = "SELECT code, names FROM offices UNION ALL SELECT code, names FROM organisations"
    rows = connection.execute(text(query))
    return {row.code: in_language(row.names, language) for row in rows}
