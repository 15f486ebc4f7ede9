"""Forecasts of breaches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _create_models()
    _create_groups()
    _create_forecasts()


def _moment(name: str, nullable: bool = True, now: bool = False) -> "sa.Column[object]":
    default = sa.text("clock_timestamp()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=default)


def _create_models() -> None:
    op.create_table(
        "forecast_models",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        _moment("as_of", nullable=False),
        _moment("since", nullable=False),
        _moment("trained_at", nullable=False, now=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("cases", "late", "points")),
        sa.Column("trees", sa.LargeBinary(), nullable=True),
        sa.Column("quality", postgresql.JSONB(), nullable=False, server_default="{}"),
        sa.CheckConstraint(
            "state IN ('ready', 'too_few')", name=op.f("ck_forecast_models_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_models")),
    )


def _create_groups() -> None:
    counts = ("decided", "late", "recently_decided", "recently_late", "waiting", "closed")
    op.create_table(
        "forecast_groups",
        sa.Column("grouping", sa.Integer(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("grouping", "key", "mark", name=op.f("pk_forecast_groups")),
    )
    op.create_table(
        "forecast_looks",
        sa.Column("system", sa.Text(), nullable=False),
        _moment("as_of", nullable=False),
        _moment("until", nullable=False),
        sa.PrimaryKeyConstraint("system", name=op.f("pk_forecast_looks")),
    )


def _create_forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default="not_scored_yet"),
        sa.Column("chance", sa.Float(), nullable=True),
        _moment("as_of"),
        sa.Column("mark", sa.Float(), nullable=True),
        sa.Column("grouping", sa.Text(), nullable=True),
        sa.Column("decided", sa.Integer(), nullable=True),
        sa.Column("late", sa.Integer(), nullable=True),
        _moment("due_at"),
        _moment("next_at"),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name=op.f("ck_forecasts_chance")),
        sa.CheckConstraint(
            "outcome IN ('late', 'on_time', 'withdrawn')", name=op.f("ck_forecasts_outcome")
        ),
        sa.PrimaryKeyConstraint("system", "number", name=op.f("pk_forecasts")),
    )
    _index("next_at", "next_at IS NOT NULL")
    _index("due_at", "outcome IS NULL")


def _index(column: str, where: str) -> None:
    op.create_index(
        f"ix_forecasts_{column}", "forecasts", [column], postgresql_where=sa.text(where)
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("forecasts", "forecast_looks", "forecast_groups", "forecast_models"):
        op.drop_table(table)
