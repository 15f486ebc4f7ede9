"""Work out due dates again where an event, a standard or a calendar has changed."""

from sqlalchemy import Connection, text

from flows.composite_services.due_dates import follow_due_dates
from flows.delays.columns import COLUMNS, columns_sql
from flows.register.in_force import resolve
from models.environment.loader import Environment


def recompute(connection: Connection, environment: Environment, relation: str) -> int:
    """Give the applications of `relation` (a sub-query) their due dates anew.

    Answers how many moved; those are looked at again by the next check. The rest is untouched,
    their stopped clocks included, which come from events and survive a change of standard.
    """
    resolve(connection, environment, relation)
    query = columns_sql(relation, environment.settings.delays.at_risk)
    old = ", ".join(f"a.{column}" for column in COLUMNS)
    new = ", ".join(f"d.{column}" for column in COLUMNS)
    sets = ", ".join(f"{column} = d.{column}" for column in COLUMNS)
    return connection.execute(
        text(f"""
            UPDATE applications a SET {sets}, next_look_at = '-infinity'
            FROM {query} d
            WHERE a.system = d.system AND a.number = d.number
              AND ({old}) IS DISTINCT FROM ({new})
        """)
    ).rowcount


def recompute_all(connection: Connection, environment: Environment) -> int:
    """The same for every application, and for steps of composite services; answers how many moved.

    Steps are not counted: each is an application too.
    """
    moved = recompute(connection, environment, "(SELECT * FROM applications)")
    if moved:
        follow_due_dates(connection)
    return moved
