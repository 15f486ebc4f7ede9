"""An observed function as the rules see it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Key = tuple[str, str, str]
"""System, kind, code."""


@dataclass(frozen=True)
class Observed:
    """What a source shows of a function; see `models.hidden_services.ObservedFunction`."""

    system: str
    kind: str
    code: str
    names: dict[str, str]
    description: str | None = None
    organisation: str | None = None
    regions: list[str] | None = None
    service: str | None = None
    result: str | None = None
    term: str | None = None
    fee: str | None = None
    documents: list[str] | None = None
    fields: list[str] | None = None
    volume: int | None = None
    recipients: int | None = None
    refused: int | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    content: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return self.system, self.kind, self.code

    @property
    def name(self) -> str:
        """Its first name that is not empty, or its code."""
        return next((name for name in self.names.values() if name.strip()), self.code)
