"""One at a time: each job of an environment holds its own lock until its transaction ends."""

from sqlalchemy import Connection, text

from models.environment.loader import Environment
from models.errors import CouldNotRun


def hold(
    connection: Connection, environment: Environment, lock: int, *, tried: str, going_on: str
) -> None:
    """Take the lock of this environment's job, or do not run.

    `tried` and `going_on` are for the error: what is to be done, and what does it already.

    Raises:
        CouldNotRun: somebody else holds it.
    """
    held = connection.execute(
        text("SELECT pg_try_advisory_xact_lock(:lock, hashtext(:name))"),
        {"lock": lock, "name": environment.name},
    ).scalar()
    if not held:
        raise CouldNotRun(
            f"{tried} of {environment.name}",
            f"another {going_on} is going on",
            "Wait for it to end; the one that runs now sees the same data",
        )
