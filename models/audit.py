"""The audit trail: append-only, each entry hashed with the one before it."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base


class AuditEntry(Base):
    """A change by a person or a flow, or the reading of a person's record, with its basis.

    `hash` is the SHA-256 (hex) over the entry's content and `previous`, the hash before it.
    The database refuses to update, delete or truncate.
    """

    __tablename__ = "audit_entries"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    basis: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The end of the trail: its length and last hash, so that a missing end is noticed."""

    __tablename__ = "audit_head"

    one: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
