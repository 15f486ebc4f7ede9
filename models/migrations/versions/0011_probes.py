"""What probes saw."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_results()
    _create_targets()


def _moment(name: str, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _empty(name: str, kind: "sa.types.TypeEngine[Any]", default: str) -> "sa.Column[object]":
    return sa.Column(name, kind, server_default=default, nullable=False)


def _create_results() -> None:
    op.create_table(
        "probe_results",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("system", "probe")),
        _moment("looked_at", nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("outcome", "reason", "sentence")),
        sa.Column("took_ms", postgresql.DOUBLE_PRECISION(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        _moment("ends_at"),
        sa.CheckConstraint(
            "outcome IN ('good', 'failed', 'certificate', 'not_looked')",
            name=op.f("ck_probe_results_outcome"),
        ),
        sa.PrimaryKeyConstraint("system", "probe", "looked_at", name=op.f("pk_probe_results")),
    )
    op.create_index("ix_probe_results_looked_at", "probe_results", ["looked_at"])


def _create_targets() -> None:
    numbers: postgresql.ARRAY[float] = postgresql.ARRAY(postgresql.DOUBLE_PRECISION())
    op.create_table(
        "probe_targets",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("system", "probe")),
        _moment("tried_at", nullable=False),
        _moment("looked_at"),
        sa.Column("outcome", sa.Text(), nullable=True),
        *(_empty(name, sa.Text(), "") for name in ("reason", "sentence")),
        sa.Column("took_ms", postgresql.DOUBLE_PRECISION(), nullable=True),
        *(_moment(name) for name in ("ends_at", "since")),
        _empty("looks", sa.Integer(), "0"),
        _moment("good_at"),
        _empty("changes", postgresql.ARRAY(sa.DateTime(timezone=True)), "{}"),
        _empty("recent_ms", numbers, "{}"),
        _moment("slow_since"),
        _empty("missed", sa.Integer(), "0"),
        _moment("missed_since"),
        *(_empty(name, sa.Text(), "") for name in ("missed_reason", "missed_sentence")),
        sa.PrimaryKeyConstraint("system", "probe", name=op.f("pk_probe_targets")),
    )


def downgrade() -> None:
    for table in ("probe_targets", "probe_results"):
        op.drop_table(table)
