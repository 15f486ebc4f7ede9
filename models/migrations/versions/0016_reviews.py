"""Reviews of breaches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_CAUSES = (
    "'late_at_body', 'late_hand_over', 'outage', 'missing_documents', 'own_staff',"
    " 'registration_late', 'data_wrong', 'tereze', 'not_known'"
)
_STATES = "'open', 'accepted', 'disputed', 'closed', 'withdrawn'"
_CLOSED = (
    "(state = 'closed') = (settled_cause IS NOT NULL AND measure IS NOT NULL"
    " AND restored IS NOT NULL AND closed_at IS NOT NULL)"
)


def upgrade() -> None:
    _create_reviews()
    _create_cases()
    _create_changes()
    op.add_column("breaches", _text("reviewed_state", nullable=True))
    op.create_index(
        "ix_breaches_unreviewed",
        "breaches",
        ["system", "number"],
        postgresql_where=sa.text("reviewed_state IS DISTINCT FROM state"),
    )


def _text(name: str, nullable: bool = False, default: str | None = None) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=default)


def _json(name: str, default: str | None = None) -> "sa.Column[object]":
    kind = postgresql.JSONB(astext_type=sa.Text())
    return sa.Column(name, kind, nullable=False, server_default=default)


def _moment(name: str, nullable: bool = False, default: str | None = None) -> "sa.Column[object]":
    made = sa.text(default) if default else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=made)


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _text("key"),
        _text("state", default="open"),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        _text("cause"),
        _text("party", nullable=True),
        _json("evidence", "{}"),
        *(_text(name, nullable=True) for name in ("region", "department")),
        _json("questions", "[]"),
        _moment("opened_at"),
        _moment("due_at", nullable=True),
        _json("answers", "[]"),
        *(_text(name, nullable=True) for name in ("settled_cause", "settled_body", "measure")),
        sa.Column("restored", sa.Boolean(), nullable=True),
        _moment("closed_at", nullable=True),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_reviews_state")),
        sa.CheckConstraint(f"cause IN ({_CAUSES})", name=op.f("ck_reviews_cause")),
        sa.CheckConstraint(f"settled_cause IN ({_CAUSES})", name=op.f("ck_reviews_settled_cause")),
        sa.CheckConstraint(_CLOSED, name=op.f("ck_reviews_closed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(
        "ix_reviews_open",
        "reviews",
        ["key"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'accepted', 'disputed')"),
    )
    op.create_index("ix_reviews_state", "reviews", ["state", "due_at"])


def _create_cases() -> None:
    op.create_table(
        "review_cases",
        *(_text(name) for name in ("system", "number", "clock")),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        _text("state"),
        _moment("due_at"),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("seconds", postgresql.ARRAY(sa.Integer()), nullable=False),
        _json("timeline"),
        _moment("as_of"),
        _moment("added_at"),
        sa.PrimaryKeyConstraint("system", "number", "clock", name=op.f("pk_review_cases")),
    )
    op.create_index("ix_review_cases_review_id", "review_cases", ["review_id"])


def _create_changes() -> None:
    op.create_table(
        "review_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        _text("was", nullable=True),
        *(_text(name) for name in ("became", "reason", "sentence", "actor")),
        _moment("as_of"),
        _moment("at", default="clock_timestamp()"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_changes")),
    )
    op.create_index("ix_review_changes_review_id", "review_changes", ["review_id"])


def downgrade() -> None:
    op.drop_index("ix_breaches_unreviewed", "breaches")
    op.drop_column("breaches", "reviewed_state")
    for table in ("review_changes", "review_cases", "reviews"):
        op.drop_table(table)
