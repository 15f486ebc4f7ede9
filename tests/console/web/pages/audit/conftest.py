"""A trail with entries of several people."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from models import trail
from tests.flows.failures.waiting.outage import Outage

Record = Callable[..., int]


@pytest.fixture
def record(outage: Outage) -> Record:
    """Writes an entry; answers its number."""

    def made(actor: str, action: str, subject: str, **values: Any) -> int:
        with outage.engine.begin() as connection:
            return trail.record(
                connection, actor=actor, action=action, subject=subject,
                details=values.pop("details", {}), **values,
            )  # fmt: skip

    return made


@pytest.fixture
def filled(outage: Outage) -> Callable[[int], None]:
    """Writes many entries that do not matter, quicker than one by one: they are no chain."""

    def made(count: int) -> None:
        with outage.engine.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO audit_entries
                        (seq, at, actor, action, subject, details, previous, hash)
                    SELECT last + n, at + n * interval '1 second', 'flow:noise', 'noise.made',
                        'noise/' || n, '{}', 'x', 'x'
                    FROM (SELECT coalesce(max(seq), 0) AS last, coalesce(max(at), now()) AS at
                        FROM audit_entries) AS head CROSS JOIN generate_series(1, :count) AS n
                """),
                {"count": count},
            )

    return made
