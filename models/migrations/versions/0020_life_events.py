"""Life events, and consents to services without an application."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        _text("system"),
        _text("person"),
        _text("phone", null=True),
        _text("language", null=True),
        sa.Column("given_at", _moment(), nullable=False),
        sa.Column("withdrawn_at", _moment(), nullable=True),
        sa.Column("changed_at", _moment(), nullable=True),
        _text("source"),
        sa.Column("pull_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("system", "person", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_person", "consents", ["person"], unique=False)
    op.create_table(
        "life_events",
        _text("system"),
        _text("event"),
        _text("kind"),
        _text("person"),
        sa.Column("happened_at", _moment(), nullable=False),
        _text("details", null=True),
        sa.Column("changed_at", _moment(), nullable=True),
        _text("source"),
        sa.Column("pull_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", _moment(), nullable=True),
        _text("started", null=True),
        _text("reason", null=True),
        _text("sentence", null=True),
        sa.PrimaryKeyConstraint("system", "event", name=op.f("pk_life_events")),
    )
    op.create_index(
        "ix_life_events_not_started",
        "life_events",
        ["kind"],
        unique=False,
        postgresql_where="started IS NULL",
    )
    op.create_index("ix_life_events_person", "life_events", ["person"], unique=False)


def _moment() -> "sa.DateTime":
    return sa.DateTime(timezone=True)


def _text(name: str, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=null)


def downgrade() -> None:
    op.drop_table("life_events")
    op.drop_table("consents")
