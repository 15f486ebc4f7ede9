"""Who may use the web console, and who is signed in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, CreatedAt


class ConsoleUser(Base):
    """A member of staff. `password` is an argon2 hash, null for who signs in elsewhere.

    `subject` is the name at the OpenID provider `issuer`. `region` and `office` bound what is
    seen, where the role is bounded. `failures` are wrong passwords in a row; nobody is let in
    before `locked_until`.
    """

    __tablename__ = "console_users"
    __table_args__ = (Index("uq_console_users_subject", "issuer", "subject", unique=True),)

    name: Mapped[str] = mapped_column(primary_key=True)
    shown: Mapped[str]
    password: Mapped[str | None]
    must_change: Mapped[bool] = mapped_column(server_default="false")
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    roles: Mapped[list[Any]] = mapped_column(JSONB)
    region: Mapped[str | None]
    office: Mapped[str | None]
    language: Mapped[str | None]
    disabled: Mapped[bool] = mapped_column(server_default="false")
    failures: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    made_at: Mapped[CreatedAt]


class ConsoleSession(Base):
    """Somebody signed in: the digest of the cookie's token, and the token against forged forms."""

    __tablename__ = "console_sessions"
    __table_args__ = (Index("ix_console_sessions_ends_at", "ends_at"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    forms: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
