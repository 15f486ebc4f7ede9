"""Which systems nothing is sent to now, why, and until when presumably."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from models.environment.loader import Environment

ExpectedBy = Literal["maintenance", "objective", "history"]
"""Where an expected end comes from: its window, the system's promise, or outages of the past."""


@dataclass(frozen=True)
class Held:
    """Why a system's steps are held.

    `reason` is `circuit_open`, `system_down` or `maintenance`, and a code of the words too, with
    `values`; `expected_at` is when it is presumably over, null where nothing tells, and
    `expected_by` says what tells it.
    """

    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    expected_at: datetime | None = None
    expected_by: ExpectedBy | None = None


def blocked(
    connection: Connection, environment: Environment, moment: datetime
) -> Mapping[str, Held]:
    """The systems of which no step is sent now; cheap, to be asked before each batch."""
    raise NotImplementedError
