"""Applications, their events and stopped clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application_events",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("pull_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("system", "event", name=op.f("pk_application_events")),
    )
    op.create_index(
        "ix_application_events_number",
        "application_events",
        ["system", "number", "at"],
        unique=False,
    )
    op.create_table(
        "applications",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("sub_type", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("applicant", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("given_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("pull_id", sa.Integer(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inner_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_risk_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.Column("timeliness", sa.Text(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("completed_at >= received_at", name=op.f("ck_applications_order")),
        sa.PrimaryKeyConstraint("system", "number", name=op.f("pk_applications")),
    )
    op.create_index(
        "ix_applications_next_look",
        "applications",
        ["next_look_at"],
        unique=False,
        postgresql_where="next_look_at IS NOT NULL",
    )
    op.create_table(
        "clock_stops",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restarted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("system", "number", "stopped_at", name=op.f("pk_clock_stops")),
    )
    op.create_index("ix_clock_stops_restarted_at", "clock_stops", ["restarted_at"], unique=False)
    op.create_index("ix_clock_stops_stopped_at", "clock_stops", ["stopped_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_clock_stops_stopped_at", table_name="clock_stops")
    op.drop_index("ix_clock_stops_restarted_at", table_name="clock_stops")
    op.drop_table("clock_stops")
    op.drop_index(
        "ix_applications_next_look",
        table_name="applications",
        postgresql_where="next_look_at IS NOT NULL",
    )
    op.drop_table("applications")
    op.drop_index("ix_application_events_number", table_name="application_events")
    op.drop_table("application_events")
