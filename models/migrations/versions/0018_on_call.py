"""The rota of those on call, and what they did with alerts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _silences()
    _hand_overs()
    _attempts()
    op.drop_index("ix_alerts_changed_at", "alerts")  # nothing asks it, and storms pay for it
    op.add_column("alerts", sa.Column("assignee", sa.Text(), nullable=True))
    op.add_column(
        "alerts", sa.Column("escalated", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index(
        "ix_alerts_unanswered",
        "alerts",
        ["notified_at"],
        postgresql_where=sa.text("state = 'firing' AND notified_at IS NOT NULL"),
    )
    op.add_column("alert_groups", sa.Column("told", _json(), server_default="[]", nullable=False))
    op.create_index(
        "ix_alert_groups_told",
        "alert_groups",
        ["said_at"],
        postgresql_where=sa.text("told <> '[]'::jsonb"),
    )
    op.add_column("notices", sa.Column("others", _json(), server_default="[]", nullable=False))
    op.add_column("notices", sa.Column("stands_for", sa.BigInteger(), nullable=True))
    op.add_column("notices", sa.Column("next_attempt_at", _moment(), nullable=True))
    _states("'pending', 'sent', 'failed', 'superseded'")
    op.create_index("ix_notices_receiver", "notices", ["receiver", "created_at"])


def _silences() -> None:
    op.create_table(
        "silences",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("matchers", _json(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", _moment(), nullable=False),
        sa.Column("ends_at", _moment(), nullable=False),
        sa.Column("lifted_at", _moment(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_silences_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
    )


def _hand_overs() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("rota", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
    )
    op.create_index("ix_hand_overs_rota_at", "hand_overs", ["rota", "at"])


def _attempts() -> None:
    op.create_table(
        "notice_attempts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("at", _moment(), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome IN ('taken', 'refused')", name=op.f("ck_notice_attempts_outcome")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_attempts_notice_id_notices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_attempts")),
    )
    op.create_index("ix_notice_attempts_notice", "notice_attempts", ["notice_id"])


def _states(allowed: str) -> None:
    op.drop_constraint(op.f("ck_notices_state"), "notices", type_="check")
    op.create_check_constraint(op.f("ck_notices_state"), "notices", f"state IN ({allowed})")


def _json() -> "postgresql.JSONB":
    return postgresql.JSONB(astext_type=sa.Text())


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def downgrade() -> None:
    op.drop_index("ix_notices_receiver", "notices")
    op.execute("UPDATE notices SET state = 'failed' WHERE state = 'superseded'")
    _states("'pending', 'sent', 'failed'")
    for column in ("next_attempt_at", "stands_for", "others"):
        op.drop_column("notices", column)
    op.drop_index("ix_alert_groups_told", "alert_groups")
    op.drop_column("alert_groups", "told")
    op.drop_index("ix_alerts_unanswered", "alerts")
    op.drop_column("alerts", "escalated")
    op.drop_column("alerts", "assignee")
    op.create_index("ix_alerts_changed_at", "alerts", ["changed_at"])
    op.drop_table("notice_attempts")
    op.drop_table("hand_overs")
    op.drop_table("silences")
