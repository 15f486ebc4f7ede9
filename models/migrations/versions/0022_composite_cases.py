"""Composite services: call-backs, circuits, cases for an office, forms that were not accepted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_assistance_cases()
    _create_composite_call_backs()
    _create_composite_circuits()
    _create_composite_not_accepted()


def _create_assistance_cases() -> None:
    op.create_table(
        "assistance_cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        _text("step"),
        _text("kind"),
        _text("office"),
        _text("reason"),
        _text("missing"),
        _text("todo"),
        _text("state"),
        _text("how", null=True),
        _text("resolution", null=True),
        sa.Column("answers", _json(), nullable=True),
        _text("resolved_by", null=True),
        sa.Column("opened_at", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("resolved_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('assistance', 'task', 'letter', 'incident')",
            name=op.f("ck_assistance_cases_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'resolved', 'withdrawn')", name=op.f("ck_assistance_cases_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance_cases")),
    )
    op.create_index(
        "ix_assistance_cases_due_at",
        "assistance_cases",
        ["due_at"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_index(
        "uq_assistance_cases_open",
        "assistance_cases",
        ["application", "step", "kind"],
        unique=True,
        postgresql_where="state = 'open'",
    )


def _create_composite_call_backs() -> None:
    op.create_table(
        "composite_call_backs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("received_at", _moment(), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=True),
        _text("step", null=True),
        _text("outcome"),
        _text("sentence"),
        _text("body"),
        _text("body_sha256"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composite_call_backs")),
    )
    op.create_index(
        "ix_composite_call_backs_step",
        "composite_call_backs",
        ["application", "step"],
        unique=False,
    )


def _create_composite_circuits() -> None:
    op.create_table(
        "composite_circuits",
        _text("system"),
        _text("state"),
        _text("reason"),
        _text("sentence"),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("try_at", _moment(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trying", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("expected_at", _moment(), nullable=True),
        sa.Column("released_at", _moment(), nullable=True),
        sa.CheckConstraint("state IN ('closed', 'open')", name=op.f("ck_composite_circuits_state")),
        sa.PrimaryKeyConstraint("system", name=op.f("pk_composite_circuits")),
    )


def _create_composite_not_accepted() -> None:
    op.create_table(
        "composite_not_accepted",
        _text("composite"),
        _text("field"),
        _text("code"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint(
            "composite", "field", "code", name=op.f("pk_composite_not_accepted")
        ),
    )


def _json() -> "postgresql.JSONB":
    return postgresql.JSONB(astext_type=sa.Text())


def _moment() -> "sa.DateTime":
    return sa.DateTime(timezone=True)


def _text(name: str, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=null)


def downgrade() -> None:
    for table in (
        "assistance_cases",
        "composite_call_backs",
        "composite_circuits",
        "composite_not_accepted",
    ):
        op.drop_table(table)
