"""Forecasts of breaches: what was learned, the groups looked at, each application's chance."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt

FORECAST_REASONS = ("forecast", "too_few_cases", "clock_stopped", "not_scored_yet")
"""Why an application has a chance, or has none."""


class ForecastModel(Base):
    """What was learned from cases decided until `as_of`; the newest `ready` one is used.

    `state` is `too_few` where there was not enough to learn from: `reason` says what was missing.
    `features` names what was looked at: what was learned from other features is not used.
    `trees` are plain arrays (`flows.delays.forecast.trees`), never code. `quality` is how it did
    on the later part of what it learned from, before it had seen that.
    """

    __tablename__ = "forecast_models"
    __table_args__ = (CheckConstraint("state IN ('ready', 'too_few')", name="state"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    as_of: Mapped[datetime]
    since: Mapped[datetime]
    trained_at: Mapped[CreatedAt]
    state: Mapped[str]
    reason: Mapped[str]
    features: Mapped[str]
    cases: Mapped[int]
    late: Mapped[int]
    points: Mapped[int]
    trees: Mapped[bytes | None] = mapped_column(LargeBinary)
    quality: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class ForecastGroup(Base):
    """How the cases of a group fared that were still open at a mark of their term, as of a moment.

    `grouping` is one of `flows.delays.forecast.cases.GROUPINGS` by its place, `key` a hash of the
    group's codes, `mark` the place among `MARKS`. `decided` of them it is known how they ended,
    `late` of those ended late; `recently_*` in the last weeks. `waiting` are open now, `closed`
    were completed in the last week. Written whole, by `flows.delays.forecast.groups`.
    """

    __tablename__ = "forecast_groups"

    grouping: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    mark: Mapped[int] = mapped_column(primary_key=True)
    decided: Mapped[float]
    late: Mapped[float]
    recently_decided: Mapped[float]
    recently_late: Mapped[float]
    waiting: Mapped[float]
    closed: Mapped[float]


class ForecastLook(Base):
    """Up to when each system's cases are counted in `forecast_groups`, and as of which moment."""

    __tablename__ = "forecast_looks"

    system: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[datetime]
    until: Mapped[datetime]


class Forecast(Base):
    """An open application's chance of a breach, as of `as_of`, at the mark of its term reached.

    `decided` cases of `grouping` were still open at that mark and are decided; `late` of them
    ended late. `chance` is null where `reason` is not `forecast`. `next_at` is when it is looked
    at again; null once it is decided: then `outcome` says whether it was late. Nothing is deleted.
    """

    __tablename__ = "forecasts"
    __table_args__ = (
        CheckConstraint("chance BETWEEN 0 AND 1", name="chance"),
        CheckConstraint("outcome IN ('late', 'on_time', 'withdrawn')", name="outcome"),
        Index("ix_forecasts_next_at", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index("ix_forecasts_due_at", "due_at", postgresql_where="outcome IS NULL"),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    model_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(server_default="not_scored_yet")
    chance: Mapped[float | None]
    as_of: Mapped[datetime | None]
    mark: Mapped[float | None]
    grouping: Mapped[str | None]
    decided: Mapped[int | None]
    late: Mapped[int | None]
    due_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
