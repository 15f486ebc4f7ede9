"""Probes: every single look at a target, and how each target stands."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

OUTCOMES = ("good", "failed", "certificate", "not_looked")
_LISTED = ", ".join(f"'{each}'" for each in OUTCOMES)


class ProbeResult(Base):
    """One look of one round; kept for `failures.keep`.

    `outcome` is `good`; `failed`; `certificate` where the system answers but its certificate is
    broken; or `not_looked` where the look failed on our side. `reason` is a code and `sentence`
    its words, empty where it is good. `took_ms` is the time until the whole answer was there,
    `status` the HTTP status, `ends_at` the end of the first certificate of the chain to end.
    """

    __tablename__ = "probe_results"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({_LISTED})", name="outcome"),
        Index("ix_probe_results_looked_at", "looked_at"),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    probe: Mapped[str] = mapped_column(primary_key=True)
    looked_at: Mapped[datetime] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    took_ms: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    status: Mapped[int | None]
    ends_at: Mapped[datetime | None]


class ProbeTarget(Base):
    """How a target stands, so that judging costs by targets and not by looks.

    `tried_at` is the last round that had it, `looked_at` the last real look, which ended in
    `outcome`, `reason`, `sentence`, `took_ms` and `ends_at`; `looks` of this outcome came on end
    since `since`. `good_at` is the last good look, `changes` the last changes of outcome.
    `recent_ms` are the last answer times and `slow_since` the first look of those that are
    slower than the objective. `missed` counts the rounds on end since `missed_since` in which we
    could not look, for the reason `missed_reason` in `missed_sentence`.
    """

    __tablename__ = "probe_targets"

    system: Mapped[str] = mapped_column(primary_key=True)
    probe: Mapped[str] = mapped_column(primary_key=True)
    tried_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str] = mapped_column(server_default="")
    sentence: Mapped[str] = mapped_column(server_default="")
    took_ms: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    ends_at: Mapped[datetime | None]
    since: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(server_default="0")
    good_at: Mapped[datetime | None]
    changes: Mapped[list[datetime]] = mapped_column(
        ARRAY(DateTime(timezone=True)), server_default="{}"
    )
    recent_ms: Mapped[list[float]] = mapped_column(ARRAY(DOUBLE_PRECISION), server_default="{}")
    slow_since: Mapped[datetime | None]
    missed: Mapped[int] = mapped_column(server_default="0")
    missed_since: Mapped[datetime | None]
    missed_reason: Mapped[str] = mapped_column(server_default="")
    missed_sentence: Mapped[str] = mapped_column(server_default="")
