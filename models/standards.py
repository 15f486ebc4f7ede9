"""Standards of service, in versions, and the calendars they are counted in."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

ANY = "*"
"""The service code of a standard that holds for every service without its own."""

UNITS = ("minutes", "working_hours", "working_days", "calendar_days", "given")
DAY_ENDS = ("close_of_business", "end_of_day", "same_clock_time")
RECEIPT = ("not_counted", "counted")
AFTER_HOURS = ("next_working_day", "same_day")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Standard(Base):
    """One version of a service's term: in force from `valid_from` until before `valid_to`.

    `unit` is `given` where the provider promises a moment with each application, which is then
    the due date. A null `sub_type` or `channel` holds for all of them; the most specific
    standard wins. `inner_due` is how long before the term's end the result must be with the
    front office (null: as the environment says; zero: never).
    """

    __tablename__ = "standards"
    __table_args__ = (
        _one_of("unit", UNITS),
        _one_of("day_ends", DAY_ENDS),
        _one_of("day_of_receipt", RECEIPT),
        _one_of("after_hours", AFTER_HOURS),
        CheckConstraint("unit = 'given' OR term >= 0", name="term"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        UniqueConstraint(
            "service", "sub_type", "channel", "valid_from", postgresql_nulls_not_distinct=True
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str]
    sub_type: Mapped[str | None]
    channel: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    term: Mapped[int | None]
    unit: Mapped[str]
    day_of_receipt: Mapped[str] = mapped_column(server_default="not_counted")
    day_ends: Mapped[str] = mapped_column(server_default="close_of_business")
    after_hours: Mapped[str] = mapped_column(server_default="next_working_day")
    inner_due: Mapped[timedelta | None]
    calendar: Mapped[str | None]
    origin: Mapped[str] = mapped_column(server_default="environment")


class StandardInForce(Base):
    """The standards spread out: exactly one row for a service, sub-type, channel and moment.

    Holds the kinds of applications that have been seen, an empty string standing for none.
    Written by `flows.register.in_force`, anew whenever a standard, a channel or a calendar
    changes. Due dates are computed by joining this table.
    """

    __tablename__ = "standards_in_force"

    service: Mapped[str] = mapped_column(primary_key=True)
    sub_type: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    from_at: Mapped[datetime] = mapped_column(primary_key=True)
    to_at: Mapped[datetime]
    standard_id: Mapped[int]
    term: Mapped[int | None]
    unit: Mapped[str]
    day_of_receipt: Mapped[str]
    day_ends: Mapped[str]
    after_hours: Mapped[str]
    inner_due: Mapped[timedelta | None]
    calendar: Mapped[str]
    timezone: Mapped[str]


class CalendarDay(Base):
    """A day of a calendar, with all that counting terms needs, worked out beforehand.

    `ordinal` counts the working days up to and including this day. `worked_before` is the
    working time, in seconds, from the calendar's first day to this day's opening. `next_*` are
    those of the first working day after this one, `rolled_*` those of the first working day on or
    after this one. Non-working days have the hours that a working one would have.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (
        Index(
            "ix_calendar_days_working",
            "calendar",
            "ordinal",
            unique=True,
            postgresql_where="working",
        ),
        Index("ix_calendar_days_worked", "calendar", "worked_before", postgresql_where="working"),
        Index("ix_calendar_days_opens_at", "calendar", "opens_at", postgresql_where="working"),
    )

    calendar: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    ordinal: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    worked_before: Mapped[int]
    next_day: Mapped[date | None]
    next_opens_at: Mapped[datetime | None]
    rolled_on: Mapped[date | None]
    rolled_opens_at: Mapped[datetime | None]
    rolled_closes_at: Mapped[datetime | None]
    rolled_ends_at: Mapped[datetime | None]
    rolled_worked_before: Mapped[int | None]
    name: Mapped[str | None]


class SyncedCalendar(Base):
    """A calendar as it stands in `calendar_days`; the fingerprint tells when it must be redone."""

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(primary_key=True)
    timezone: Mapped[str]
    fingerprint: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
