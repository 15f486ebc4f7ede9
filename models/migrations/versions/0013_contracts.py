"""Contracts as last accepted, and what a pull's batch looked like."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MOMENTS = ("accepted_at", "seen_at", "differs_since", "unreadable_since", "good_since")


def upgrade() -> None:
    op.add_column("pulls", sa.Column("facts", _json(), server_default="{}", nullable=False))
    op.create_table(
        "source_habits",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("last_pull_id", sa.BigInteger(), nullable=False),
        sa.Column("looked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("habits", _json(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_habits")),
    )
    op.create_table(
        "contracts",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("accepted", _json(), nullable=True),
        sa.Column("accepted_digest", sa.Text(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("seen", _json(), nullable=True),
        sa.Column("seen_digest", sa.Text(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in _MOMENTS),
        sa.Column("unreadable", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('wsdl', 'openapi', 'columns')", name=op.f("ck_contracts_kind")
        ),
        sa.PrimaryKeyConstraint("system", "name", name=op.f("pk_contracts")),
    )


def _json() -> "postgresql.JSONB":
    return postgresql.JSONB(astext_type=sa.Text())


def downgrade() -> None:
    op.drop_table("contracts")
    op.drop_table("source_habits")
    op.drop_column("pulls", "facts")
