"""Composite services: definitions, applications, steps, attempts, changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_composite_applications()
    _create_composite_attempts()
    _create_composite_changes()
    _create_composite_definitions()
    _create_composite_steps()


def _create_composite_applications() -> None:
    op.create_table(
        "composite_applications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("number"),
        _text("composite"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("state"),
        _text("outcome", null=True),
        _text("reason"),
        _text("sentence"),
        _text("applicant"),
        _text("language"),
        _text("channel", null=True),
        _text("office", null=True),
        _text("region", null=True),
        sa.Column("data", _json(), nullable=False),
        sa.Column("facts", _json(), server_default="{}", nullable=False),
        _text("same"),
        _text("origin"),
        sa.Column("received_at", _moment(), nullable=False),
        sa.Column("undo_from", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column(
            "changed_at",
            _moment(),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (outcome IS NOT NULL)",
            name=op.f("ck_composite_applications_ended"),
        ),
        sa.CheckConstraint(
            "outcome IN ('done', 'partly', 'refused', 'cancelled')",
            name=op.f("ck_composite_applications_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('running', 'waiting', 'held', 'person', 'cancelling', 'ended')",
            name=op.f("ck_composite_applications_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composite_applications")),
        sa.UniqueConstraint("number", name=op.f("uq_composite_applications_number")),
    )
    op.create_index(
        "ix_composite_applications_applicant", "composite_applications", ["applicant"], unique=False
    )
    op.create_index(
        "ix_composite_applications_state",
        "composite_applications",
        ["state"],
        unique=False,
        postgresql_where="state <> 'ended'",
    )
    op.create_index(
        "uq_composite_applications_same",
        "composite_applications",
        ["composite", "same"],
        unique=True,
        postgresql_where="outcome IS NULL OR outcome IN ('done', 'partly')",
    )


def _create_composite_attempts() -> None:
    op.create_table(
        "composite_attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        _text("step"),
        _text("does"),
        _text("system"),
        sa.Column("lease", sa.BigInteger(), nullable=False),
        _text("worker"),
        sa.Column("began_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        _text("outcome", null=True),
        _text("code", null=True),
        _text("sentence", null=True),
        _text("asked", null=True),
        _text("asked_sha256", null=True),
        _text("answered", null=True),
        _text("answered_sha256", null=True),
        sa.Column("shared", _json(), server_default="[]", nullable=False),
        sa.CheckConstraint(
            "does IN ('call', 'ask', 'undo', 'ask_undo', 'notify')",
            name=op.f("ck_composite_attempts_does"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composite_attempts")),
    )
    op.create_index(
        "ix_composite_attempts_step", "composite_attempts", ["application", "step"], unique=False
    )


def _create_composite_changes() -> None:
    op.create_table(
        "composite_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        _text("step", null=True),
        _text("was", null=True),
        _text("became"),
        _text("reason"),
        _text("sentence"),
        _text("actor"),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composite_changes")),
    )
    op.create_index(
        "ix_composite_changes_application", "composite_changes", ["application", "id"], unique=False
    )


def _create_composite_definitions() -> None:
    op.create_table(
        "composite_definitions",
        _text("composite"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("digest"),
        sa.Column("definition", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "accepted_at",
            _moment(),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("composite", "version", name=op.f("pk_composite_definitions")),
    )


def _create_composite_steps() -> None:
    op.create_table(
        "composite_steps",
        sa.Column("application", sa.BigInteger(), nullable=False),
        _text("step"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("kind"),
        _text("system", null=True),
        _text("service", null=True),
        _text("sub_type", null=True),
        _text("state"),
        _text("reason"),
        _text("sentence"),
        _text("key"),
        _text("reply_token", null=True),
        sa.Column("next_at", _moment(), nullable=True),
        sa.Column("lease", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("undo_attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", _json(), nullable=True),
        sa.Column("refusal", _json(), nullable=True),
        _text("reference", null=True),
        sa.Column("began_at", _moment(), nullable=True),
        sa.Column("sent_at", _moment(), nullable=True),
        sa.Column("due_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'ready', 'calling', 'waiting', 'held', 'person', 'done', 'refused', 'skipped', 'dropped', 'undoing', 'undone')",
            name=op.f("ck_composite_steps_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application"],
            ["composite_applications.id"],
            name=op.f("fk_composite_steps_application_composite_applications"),
        ),
        sa.PrimaryKeyConstraint("application", "step", name=op.f("pk_composite_steps")),
        sa.UniqueConstraint("key", name=op.f("uq_composite_steps_key")),
        sa.UniqueConstraint("reply_token", name=op.f("uq_composite_steps_reply_token")),
    )
    op.create_index(
        "ix_composite_steps_held",
        "composite_steps",
        ["system"],
        unique=False,
        postgresql_where="state = 'held'",
    )
    op.create_index(
        "ix_composite_steps_next",
        "composite_steps",
        ["next_at"],
        unique=False,
        postgresql_where="next_at IS NOT NULL",
    )


def _json() -> "postgresql.JSONB":
    return postgresql.JSONB(astext_type=sa.Text())


def _moment() -> "sa.DateTime":
    return sa.DateTime(timezone=True)


def _text(name: str, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=null)


def downgrade() -> None:
    for table in (
        "composite_steps",
        "composite_definitions",
        "composite_changes",
        "composite_attempts",
        "composite_applications",
    ):
        op.drop_table(table)
