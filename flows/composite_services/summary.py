"""How composite applications stand, in one sentence."""

from sqlalchemy import Connection, text

_OPEN = """
    SELECT state, count(*) AS open FROM composite_applications WHERE state <> 'ended'
    GROUP BY state ORDER BY state
"""
WORDS = {
    "running": "under way",
    "waiting": "waiting for a result",
    "held": "held because a system fails",
    "person": "with a member of staff",
    "cancelling": "being taken back",
}


def sentence(connection: Connection) -> str:
    """How many are open, by state; costs by those that are open."""
    found = {row.state: int(row.open) for row in connection.execute(text(_OPEN))}
    if not found:
        return "No application is open"
    listed = ", ".join(f"{found[state]} {WORDS[state]}" for state in WORDS if state in found)
    return f"{sum(found.values())} application(s) open: {listed}"
