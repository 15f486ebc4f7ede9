"""Call-backs that came while their step still called: kept, and used when the answer is in."""

from sqlalchemy import Connection, text

from flows.composite_services.call_backs.reading import parsed, read
from flows.composite_services.engine.decisions import Came
from flows.composite_services.loading import Loaded

# The last one that says something final, else the last of all, is what counts.
_EARLY = """
    SELECT id, body FROM composite_call_backs
    WHERE application = :application AND step = :step AND outcome = 'early' ORDER BY id
"""
_TAKEN = "UPDATE composite_call_backs SET outcome = 'taken' WHERE id = :id"


def early(connection: Connection, loaded: Loaded, step: str) -> Came | None:
    """What the step's early call-backs say; None where there are none. The one used is taken."""
    values = {"application": loaded.row["id"], "step": step}
    kept = connection.execute(text(_EARLY), values).all()
    found = [(row.id, read(loaded, step, parsed(row.body.encode()))) for row in kept]
    if not found:
        return None
    final = [each for each in found if each[1].outcome in ("done", "refused")]
    number, came = (final or found)[-1]
    connection.execute(text(_TAKEN), {"id": number})
    return came
