"""Findings with their history and evidence, the runs of our own jobs, the rounds of the watch."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_findings()
    _create_changes_and_evidence()
    _create_runs()
    _create_rounds()


def _json(name: str) -> "sa.Column[object]":
    return sa.Column(
        name, postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
    )


def _now(name: str) -> "sa.Column[object]":
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )


def _create_findings() -> None:
    texts = ("kind", "system", "subject", "side", "state", "severity", "reason", "sentence")
    moments = {"began_at": False, "found_at": False, "confirmed_at": True, "ended_at": True}
    op.create_table(
        "findings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        _json("numbers"),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
            for name, nullable in moments.items()
        ),
        sa.Column("looked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_back", sa.Text(), nullable=True),
        sa.Column("held_back_by", sa.Text(), nullable=True),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('suspected', 'confirmed', 'over')", name=op.f("ck_findings_state")
        ),
        sa.CheckConstraint(
            "severity IN ('critical', 'warning', 'info')", name=op.f("ck_findings_severity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(
        "ix_findings_open",
        "findings",
        ["kind", "system", "subject"],
        unique=True,
        postgresql_where=sa.text("state <> 'over'"),
    )
    op.create_index("ix_findings_subject", "findings", ["kind", "system", "subject", "id"])
    op.create_index("ix_findings_system", "findings", ["system", "began_at"])
    op.create_index(
        "ix_findings_alerted",
        "findings",
        ["id"],
        postgresql_where=sa.text("alerted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_findings_unconfirmed",
        "findings",
        ["ended_at"],
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )


def _create_changes_and_evidence() -> None:
    op.create_table(
        "finding_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column("was", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("became", "reason", "sentence")),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        _now("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_changes")),
    )
    op.create_index("ix_finding_changes_finding_id", "finding_changes", ["finding_id"])
    op.create_table(
        "finding_evidence",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("origin", "reference", "sentence")
        ),
        _json("values"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_evidence")),
        sa.UniqueConstraint(
            "finding_id",
            "origin",
            "reference",
            name=op.f("uq_finding_evidence_finding_id_origin_reference"),
        ),
    )


def _create_runs() -> None:
    op.create_table(
        "job_runs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("sentence", sa.Text(), nullable=True),
        _now("started_at"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'completed', 'failed', 'cancelled', 'lost')",
            name=op.f("ck_job_runs_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
    )
    op.create_index("ix_job_runs_job", "job_runs", ["job", "subject", "started_at"])
    op.create_index("ix_job_runs_started_at", "job_runs", ["started_at"])


def _create_rounds() -> None:
    op.create_table(
        "watch_rounds",
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        _now("ended_at"),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("verdicts", "changed", "unseen")
        ),
        sa.PrimaryKeyConstraint("as_of", name=op.f("pk_watch_rounds")),
    )


def downgrade() -> None:
    for table in ("watch_rounds", "job_runs", "finding_evidence", "finding_changes", "findings"):
        op.drop_table(table)
