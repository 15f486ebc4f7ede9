"""Alerts, their groups and notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_alerts()
    _create_notices()


def _create_alerts() -> None:
    op.create_table(
        "alert_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_changes")),
    )
    op.create_index("ix_alert_changes_fingerprint", "alert_changes", ["fingerprint"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "annotations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silenced_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "severity IN ('critical', 'warning', 'info')", name=op.f("ck_alerts_severity")
        ),
        sa.CheckConstraint(
            "state IN ('firing', 'acknowledged', 'silenced', 'resolved')",
            name=op.f("ck_alerts_state"),
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_changed_at", "alerts", ["changed_at"], unique=False)
    op.create_index("ix_alerts_group", "alerts", ["group_key", "state"], unique=False)
    op.create_index(
        "ix_alerts_news",
        "alerts",
        ["group_key"],
        unique=False,
        postgresql_where="(state = 'firing' AND notified_at IS NULL) OR (state = 'resolved' AND notified_at IS NOT NULL)",
    )
    op.create_index(
        "ix_alerts_number",
        "alerts",
        [sa.literal_column("(labels ->> 'system')"), sa.literal_column("(labels ->> 'number')")],
        unique=False,
        postgresql_where="labels ? 'number'",
    )


def _create_notices() -> None:
    op.create_table(
        "alert_groups",
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("group_key", name=op.f("pk_alert_groups")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("groups", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "numbers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed')", name=op.f("ck_notices_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_state", "notices", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notices_state", table_name="notices")
    op.drop_table("notices")
    op.drop_index("ix_alerts_number", table_name="alerts", postgresql_where="labels ? 'number'")
    op.drop_index(
        "ix_alerts_news",
        table_name="alerts",
        postgresql_where="(state = 'firing' AND notified_at IS NULL) OR (state = 'resolved' AND notified_at IS NOT NULL)",
    )
    op.drop_index("ix_alerts_group", table_name="alerts")
    op.drop_index("ix_alerts_changed_at", table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("alert_groups")
    op.drop_index("ix_alert_changes_fingerprint", table_name="alert_changes")
    op.drop_table("alert_changes")
