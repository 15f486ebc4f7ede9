"""The due dates of steps where a standard or a calendar has changed under them."""

from sqlalchemy import Connection, text

from models.environment.dependencies import OURS

_OTHER = """
    FROM composite_steps s
    JOIN composite_applications c ON c.id = s.application
    JOIN applications a ON a.system = :system AND a.number = c.number || '/' || s.step
    WHERE s.service IS NOT NULL AND s.due_at IS DISTINCT FROM a.due_at
"""
# In the order in which whoever changes a step takes them.
_LOCK = f"""
    SELECT id FROM composite_applications WHERE id IN (SELECT s.application {_OTHER})
    ORDER BY id FOR NO KEY UPDATE
"""
_MOVE = f"""
    UPDATE composite_steps t SET due_at = o.due_at
    FROM (SELECT s.application, s.step, a.due_at {_OTHER}) AS o
    WHERE t.application = o.application AND t.step = o.step
"""


def follow_due_dates(connection: Connection) -> int:
    """Give each step the due date that its application has now; answers how many moved.

    Steps are taken in the order of their due dates, and people see them: both follow a changed
    standard at once, not only when the step changes itself.
    """
    values = {"system": OURS}
    if not connection.execute(text(_LOCK), values).all():
        return 0
    return connection.execute(text(_MOVE), values).rowcount
