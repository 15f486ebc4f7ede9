"""Exchanges between systems: what was asked of whom, how it ended, and the counts of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Integer, SmallInteger

from models.base import Base

CLIENT, PRODUCER = 1, 2
"""Sides of an exchange: who asks, and who is asked. A gateway's log and our own calls are the
client's."""

GOOD, FAILED, SILENT, REFUSED = 0, 1, 2, 3
"""Outcomes: it worked; it failed; it says it worked and carries a fault; the asker's mistake."""


class ExchangeSource(Base):
    """Where a source of exchanges stands; `cursor` moves only with the rows behind it.

    `looked_until`: all exchanges up to then are known. `failed_reads` counts the reads on end
    that failed, since `failing_since`; `reason` and `sentence` say how the last one ended.
    """

    __tablename__ = "exchange_sources"

    source: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str]
    cursor: Mapped[Any | None] = mapped_column(JSONB)
    looked_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failed_reads: Mapped[int] = mapped_column(server_default="0")
    reason: Mapped[str | None]
    sentence: Mapped[str | None]
    read: Mapped[int] = mapped_column(BigInteger, server_default="0")
    stored: Mapped[int] = mapped_column(BigInteger, server_default="0")
    quarantined: Mapped[int] = mapped_column(BigInteger, server_default="0")


class ExchangeSeries(Base):
    """Who asks which service, as one source sees it from one side.

    `system` is the system of systems.yaml that answers; null: nobody has said whose it is, and
    nothing is judged. `last_good_at` is the request of the latest exchange that worked. `lead` is
    the first series of the same source, side and service: it stands for all clients together.
    """

    __tablename__ = "exchange_series"
    __table_args__ = (UniqueConstraint("source", "side", "service", "client"),)

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    source: Mapped[str]
    side: Mapped[int] = mapped_column(SmallInteger)
    service: Mapped[str]
    client: Mapped[str]
    system: Mapped[str | None]
    lead: Mapped[int | None] = mapped_column(Integer)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    last_good_at: Mapped[datetime | None]


class Exchange(Base):
    """One exchange as one side saw it, in a partition for each day (UTC).

    `at` is when the side got the request; `sent`, `got` and `took` are milliseconds after it:
    request passed on, answer got, answer passed on. `key` is a hash of `message`, the message
    id; `request` one of the request id, 0 without one; `digest` one of all else that was said, so
    that the same ids at the same moment are the same exchange only where all is the same. `size`
    is in bytes, both ways.
    """

    __tablename__ = "exchanges"
    __table_args__ = (
        PrimaryKeyConstraint("key", "at", "request", "side", "digest"),
        CheckConstraint("side IN (1, 2)", name="side"),
        CheckConstraint("outcome BETWEEN 0 AND 3", name="outcome"),
        Index("ix_exchanges_not_good", "series", "at", postgresql_where="outcome <> 0"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    at: Mapped[datetime]
    key: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    request: Mapped[int] = mapped_column(Integer, autoincrement=False)
    digest: Mapped[int] = mapped_column(Integer, autoincrement=False)
    series: Mapped[int] = mapped_column(Integer)
    sent: Mapped[int | None] = mapped_column(Integer)
    got: Mapped[int | None] = mapped_column(Integer)
    took: Mapped[int] = mapped_column(Integer)
    side: Mapped[int] = mapped_column(SmallInteger, autoincrement=False)
    outcome: Mapped[int] = mapped_column(SmallInteger)
    message: Mapped[str]
    fault: Mapped[str | None]


class _Sums:
    """Counts of a series in a stretch of time.

    `paired` counts the exchanges whose other side is known, with how many of them failed or were
    silent; `repeated` those whose message id came before or after on the same side. `took` is a
    sum of milliseconds, `size` of bytes.
    """

    at: Mapped[datetime]
    series: Mapped[int] = mapped_column(Integer, autoincrement=False)
    requests: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)
    silent: Mapped[int] = mapped_column(Integer)
    paired: Mapped[int] = mapped_column(Integer)
    paired_failed: Mapped[int] = mapped_column(Integer)
    paired_silent: Mapped[int] = mapped_column(Integer)
    repeated: Mapped[int] = mapped_column(Integer)
    took: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)


class _Histogram(_Sums):
    """The same by duration: bucket b holds those up to 2^(b/4) ms. `series` is a lead."""

    bucket: Mapped[int] = mapped_column(SmallInteger, autoincrement=False)


class ExchangeSlice(_Histogram, Base):
    """Counts by five minutes, of all clients together: short windows."""

    __tablename__ = "exchange_slices"
    __table_args__ = (PrimaryKeyConstraint("at", "series", "bucket"),)


class ExchangeHour(_Histogram, Base):
    """Counts by hour, of all clients together: long windows, and what is usual."""

    __tablename__ = "exchange_hours"
    __table_args__ = (PrimaryKeyConstraint("at", "series", "bucket"),)


class ExchangeDay(_Sums, Base):
    """Counts by day (UTC) and client: the error budget, and who asks whom."""

    __tablename__ = "exchange_days"
    __table_args__ = (PrimaryKeyConstraint("at", "series"),)


class ExchangeNetwork(Base):
    """Pairs by hour of the producer's request: what lay between the two sides.

    `there`, `served` and `back` are sums of milliseconds: from the client's server to the
    producer's, in the service itself, and back. `out_of_step` counts the pairs with a negative
    time beyond the tolerance, `ahead` sums how far the producer's clock is ahead in them.
    """

    __tablename__ = "exchange_networks"
    __table_args__ = (PrimaryKeyConstraint("at", "client_series", "producer_series"),)

    at: Mapped[datetime]
    client_series: Mapped[int] = mapped_column(Integer, autoincrement=False)
    producer_series: Mapped[int] = mapped_column(Integer, autoincrement=False)
    pairs: Mapped[int] = mapped_column(Integer)
    there: Mapped[int] = mapped_column(BigInteger)
    served: Mapped[int] = mapped_column(BigInteger)
    back: Mapped[int] = mapped_column(BigInteger)
    out_of_step: Mapped[int] = mapped_column(Integer)
    ahead: Mapped[int] = mapped_column(BigInteger)


class ExchangeFault(Base):
    """Faults by hour and code; beyond a bound of codes they are counted as `other`."""

    __tablename__ = "exchange_faults"
    __table_args__ = (PrimaryKeyConstraint("at", "series", "code"),)

    at: Mapped[datetime]
    series: Mapped[int] = mapped_column(Integer, autoincrement=False)
    code: Mapped[str]
    faults: Mapped[int] = mapped_column(Integer)


class QuarantinedExchange(Base):
    """A record that broke a rule, with the rule's code and why; without personal fields."""

    __tablename__ = "exchange_quarantine"
    __table_args__ = (
        UniqueConstraint("source", "fingerprint"),
        Index("ix_exchange_quarantine_held_at", "held_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    fingerprint: Mapped[str]
    code: Mapped[str]
    reason: Mapped[str]
    record: Mapped[Any] = mapped_column(JSONB)
    held_at: Mapped[datetime]
