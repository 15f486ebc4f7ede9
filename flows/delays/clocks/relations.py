"""What a split reads: five small relations, made as temporary tables or within one statement.

For many applications they are temporary tables, whose sizes the planner then knows. For one, they
are named queries of the statement that reads them, and nothing is made. The text is the same.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.clocks.chosen import chosen_sql
from flows.delays.clocks.overlays import OVERLAYS, watched
from flows.delays.clocks.parties import PARTIES
from flows.delays.clocks.slots import CALENDARS, SLOTS
from models.environment.loader import Environment

_INDEXES = ("CREATE INDEX ON clock_parties (code)", "CREATE INDEX ON splitting (id)")
"""For those few that something lies over, which are looked at piece by piece."""

# Sizes are all that is asked of the statistics, and few rows tell them.
_SETTINGS = "SET LOCAL random_page_cost = 1.1; SET LOCAL default_statistics_target = 10"


def _queries(relation: str) -> dict[str, str]:
    """Each relation with its query, in the order in which they read each other."""
    return {
        "clock_parties": PARTIES,
        "clock_calendars": CALENDARS,
        "splitting": chosen_sql(relation),
        "clock_slots": SLOTS,
        "clock_overlays": OVERLAYS,
    }


def values(environment: Environment, moment: datetime) -> dict[str, Any]:
    """The values of the relations' queries."""
    return {
        "moment": moment,
        "calendar": environment.settings.calendar,
        **watched(environment, moment),
    }


def prepare(
    connection: Connection, environment: Environment, relation: str, moment: datetime
) -> int:
    """Make the relations as temporary tables; answers how many rows lie over applications.

    `relation` is a table or a sub-query with the columns of `applications`; they are split as of
    `moment`, and what was received after it is left out.
    """
    connection.execute(text(_SETTINGS))
    made, given = 0, values(environment, moment)
    for name, query in _queries(relation).items():
        made = make(connection, name, query, given)
    for index in _INDEXES:
        connection.execute(text(index))
    return made


def make(connection: Connection, name: str, query: str, given: dict[str, Any]) -> int:
    """Make a temporary table of this transaction anew; answers how many rows it has."""
    connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    made = connection.execute(text(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query}"), given)
    connection.execute(text(f"ANALYZE {name}"))
    return made.rowcount


def with_sql(relation: str) -> str:
    """The same relations as the beginning of one statement; its values are those of `values`."""
    queries = _queries(relation).items()
    return "WITH " + ", ".join(f"{name} AS MATERIALIZED ({query})" for name, query in queries)
