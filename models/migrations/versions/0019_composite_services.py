"""Composite services: applications, steps, attempts, call-backs, assistance cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    op.create_table(
        "composite_not_accepted",
        _text("composite"),
        _text("field"),
        _text("code"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("composite", "field", "code", name=op.f("pk_composite_not_accepted")),
    )
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
        "composite_not_accepted",
        "composite_definitions",
        "composite_circuits",
        "composite_changes",
        "composite_call_backs",
        "composite_attempts",
        "composite_applications",
        "assistance_cases",
    ):
        op.drop_table(table)
