"""Runs of our own jobs: what looked, when, and how it ended. The watch on the watch reads it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt


class JobRun(Base):
    """One run of a job (`delays`, `failures`, `ingest`, …) on `subject` (a source, or empty).

    `state` is `running`, `completed` or `failed`; a run whose process was killed stays
    `running` until the next run of the job closes it as `lost`.
    """

    __tablename__ = "job_runs"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'completed', 'failed', 'lost')", name="state"),
        Index("ix_job_runs_job", "job", "subject", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    job: Mapped[str]
    subject: Mapped[str] = mapped_column(server_default="")
    actor: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="running")
    sentence: Mapped[str | None]
    started_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
