"""Standards of service, in versions, and the calendars they are counted in."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint
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
    changes. Due dates are computed by joining this table; `rule` and `origin` lead on
    to `counted_spans`.
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
    rule: Mapped[int]
    origin: Mapped[datetime]


class CountingRule(Base):
    """A way of counting that standards share: all that decides the end, given the receipt.

    `cut` is the second of the UTC day at which one day of receipt usually ends and the next
    begins, so that nearly every stretch of `counted_spans` lies within one such day.
    `id` has a bound because it is told from the microseconds of a moment
    (`flows.register.counting.origin_sql`).
    """

    __tablename__ = "counting_rules"
    __table_args__ = (
        UniqueConstraint(
            "calendar",
            "term",
            "unit",
            "day_of_receipt",
            "day_ends",
            "after_hours",
            name="uq_counting_rules_whole",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("id < 1800000000", name="few"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    calendar: Mapped[str]
    term: Mapped[int | None]
    unit: Mapped[str]
    day_of_receipt: Mapped[str]
    day_ends: Mapped[str]
    after_hours: Mapped[str]
    cut: Mapped[float]


class CountedYear(Base):
    """A year (of 365.25 days, counted from 1970 in UTC) that a rule was worked out for."""

    __tablename__ = "counted_years"

    rule: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)


class CountedSpan(Base):
    """What follows from a receipt after `after`, up to and including `till`, under a rule.

    `bin` is the beginning of a day (24 hours) that the stretch touches, on a grid that no other
    rule shares (`flows.register.counting.origin_sql`). The clock starts at the receipt, but not
    before `starts_at`. The term ends at `due_at`; or `runs` after the clock's start; or, where
    both are null and no moment is given, on `ends_on` at the clock time of the start (a day on
    which clocks are changed).

    `opens_at` and `length` (seconds) are the hours of the day of registration, or of the next
    worked one; `worked` is the working time before it, in seconds since the calendar's first
    day. `end_*` are the same for the day the term ends.
    """

    __tablename__ = "counted_spans"

    bin: Mapped[datetime] = mapped_column(primary_key=True)
    after: Mapped[datetime] = mapped_column(primary_key=True)
    till: Mapped[datetime]
    registered_on: Mapped[date]
    starts_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    runs: Mapped[timedelta | None]
    opens_at: Mapped[datetime]
    length: Mapped[int]
    worked: Mapped[int]
    ends_on: Mapped[date | None]
    end_opens_at: Mapped[datetime | None]
    end_length: Mapped[int | None]
    end_worked: Mapped[int | None]


class CalendarDay(Base):
    """A day of a calendar, with all that counting terms needs, worked out beforehand.

    `ordinal` counts the working days up to and including this day. `worked_before` is the
    working time, in seconds, from the calendar's first day to this day's opening. Non-working
    days have the hours that a working one would have.
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
    name: Mapped[str | None]


class SyncedCalendar(Base):
    """A calendar as it stands in `calendar_days`; the fingerprint tells when it must be redone."""

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(primary_key=True)
    timezone: Mapped[str]
    fingerprint: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
