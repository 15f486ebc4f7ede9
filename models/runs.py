"""Runs of our own jobs and rounds of the watch: what looked, when, at what, how it ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt


class JobRun(Base):
    """One run of a job (`delays`, `failures`, `ingest`, …) on `subject` (a source, or empty).

    `state` is `running`, `completed`, `failed`, or `cancelled` where another run was going on
    and nothing was done. A run whose process was killed stays `running` until another run, or
    the watch, finds that nobody holds it, and closes it as `lost`.
    """

    __tablename__ = "job_runs"
    __table_args__ = (
        CheckConstraint(
            "state IN ('running', 'completed', 'failed', 'cancelled', 'lost')", name="state"
        ),
        Index("ix_job_runs_job", "job", "subject", "started_at"),
        Index("ix_job_runs_started_at", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    job: Mapped[str]
    subject: Mapped[str] = mapped_column(server_default="")
    actor: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="running")
    sentence: Mapped[str | None]
    started_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]


class WatchRound(Base):
    """One round of the watch over all systems, as of a moment.

    `verdicts` were said by the sides, `changed` findings changed their state, `unseen` sides
    could not look.
    """

    __tablename__ = "watch_rounds"

    as_of: Mapped[datetime] = mapped_column(primary_key=True)
    ended_at: Mapped[CreatedAt]
    verdicts: Mapped[int]
    changed: Mapped[int]
    unseen: Mapped[int]
