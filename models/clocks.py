"""Whose clock: how the working time of each completed application is split."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Integer

from models.base import Base, CreatedAt

SHARES = ("body", "office", "applicant", "tereze", "outage", "unknown")
"""Whose the time may be; `unknown` where nothing says who had the application."""


class Clock(Base):
    """A completed application's working seconds, from receipt to completion, by whose they are.

    The six shares add up to `whole`. `parties` and `seconds` are the same in order of time:
    `body:LAND`, `office:12`, `outage:7` (a finding). `findings` are the outages that took part.
    `odd` are the codes of what was wrong with its events (`flows.delays.clocks.odd.SENTENCES`).
    Follows from applications, events, findings and pulls; written only by
    `flows.delays.clocks.tick`.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        CheckConstraint(f"{' + '.join(SHARES)} = whole", name="sum"),
        CheckConstraint(f"least({', '.join(SHARES)}) >= 0", name="positive"),
        CheckConstraint("cardinality(parties) = cardinality(seconds)", name="pairs"),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    whole: Mapped[int]
    body: Mapped[int]
    office: Mapped[int]
    applicant: Mapped[int]
    tereze: Mapped[int]
    outage: Mapped[int]
    unknown: Mapped[int]
    parties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    seconds: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    findings: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    odd: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    split_at: Mapped[CreatedAt]


class ClockOutage(Base):
    """A proven outage as the clocks know it; what differs from the findings is followed.

    `systems` and `services` are what stands still behind it; `owner` answers for the system that
    failed, and for `own_systems`. `stops` says whether clocks of other bodies stand still
    meanwhile (`stop_on_outage`).
    """

    __tablename__ = "clock_outages"

    finding_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    system: Mapped[str]
    owner: Mapped[str]
    own_systems: Mapped[list[Any]] = mapped_column(ARRAY(Text))
    systems: Mapped[list[Any]] = mapped_column(ARRAY(Text))
    services: Mapped[list[Any]] = mapped_column(ARRAY(Text))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stops: Mapped[bool]


CLOCK_QUEUE = Table(
    "clock_queue",
    Base.metadata,
    Column("system", Text, nullable=False),
    Column("number", Text, nullable=False),
)
"""Applications whose split has to be made anew; one may stand here more than once.

No key: it is written by every pull, and that has to cost next to nothing.
"""
