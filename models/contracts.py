"""Contracts of the bodies' systems: as last accepted, and as last seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class KnownContract(Base):
    """One contract that systems.yaml names; written by the contracts side and by acceptance.

    `accepted` and `seen` are normal forms (`flows.failures.contracts.form`), each with its digest.
    `tried_at` is the last look, `seen_at` the last that could read it; `unreadable` counts looks
    on end that could not, since `unreadable_since`, with the last `problem` in words.
    `differs_since` is when the difference was first seen, null while there is none; `good_since`
    when there was first nothing wrong any more.
    """

    __tablename__ = "contracts"
    __table_args__ = (CheckConstraint("kind IN ('wsdl', 'openapi', 'columns')", name="kind"),)

    system: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    accepted: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    accepted_digest: Mapped[str | None]
    accepted_by: Mapped[str | None]
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    seen_digest: Mapped[str | None]
    tried_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    differs_since: Mapped[datetime | None]
    unreadable_since: Mapped[datetime | None]
    good_since: Mapped[datetime | None]
    unreadable: Mapped[int] = mapped_column(server_default="0")
    problem: Mapped[str | None]
