"""Standards in versions and the calendars they are counted in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_calendars()
    _create_standards()


def _create_calendars() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_before", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("calendar", "day", name=op.f("pk_calendar_days")),
    )
    op.create_index(
        "ix_calendar_days_opens_at",
        "calendar_days",
        ["calendar", "opens_at"],
        unique=False,
        postgresql_where="working",
    )
    op.create_index(
        "ix_calendar_days_worked",
        "calendar_days",
        ["calendar", "worked_before"],
        unique=False,
        postgresql_where="working",
    )
    op.create_index(
        "ix_calendar_days_working",
        "calendar_days",
        ["calendar", "ordinal"],
        unique=True,
        postgresql_where="working",
    )
    op.create_table(
        "calendars",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_calendars")),
    )


def _create_standards() -> None:
    op.create_table(
        "standards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("sub_type", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("day_of_receipt", sa.Text(), server_default="not_counted", nullable=False),
        sa.Column("day_ends", sa.Text(), server_default="close_of_business", nullable=False),
        sa.Column("after_hours", sa.Text(), server_default="next_working_day", nullable=False),
        sa.Column("inner_due", sa.Interval(), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), server_default="environment", nullable=False),
        sa.CheckConstraint(
            "after_hours IN ('next_working_day', 'same_day')", name=op.f("ck_standards_after_hours")
        ),
        sa.CheckConstraint(
            "day_ends IN ('close_of_business', 'end_of_day', 'same_clock_time')",
            name=op.f("ck_standards_day_ends"),
        ),
        sa.CheckConstraint(
            "day_of_receipt IN ('not_counted', 'counted')", name=op.f("ck_standards_day_of_receipt")
        ),
        sa.CheckConstraint("unit = 'given' OR term >= 0", name=op.f("ck_standards_term")),
        sa.CheckConstraint(
            "unit IN ('minutes', 'working_hours', 'working_days', 'calendar_days', 'given')",
            name=op.f("ck_standards_unit"),
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_standards_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standards")),
        sa.UniqueConstraint(
            "service",
            "sub_type",
            "channel",
            "valid_from",
            name=op.f("uq_standards_service_sub_type_channel_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "standards_in_force",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("sub_type", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("day_of_receipt", sa.Text(), nullable=False),
        sa.Column("day_ends", sa.Text(), nullable=False),
        sa.Column("after_hours", sa.Text(), nullable=False),
        sa.Column("inner_due", sa.Interval(), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("origin", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "service", "sub_type", "channel", "from_at", name=op.f("pk_standards_in_force")
        ),
    )


def downgrade() -> None:
    op.drop_table("standards_in_force")
    op.drop_table("standards")
    op.drop_table("calendars")
    op.drop_index(
        "ix_calendar_days_working", table_name="calendar_days", postgresql_where="working"
    )
    op.drop_index("ix_calendar_days_worked", table_name="calendar_days", postgresql_where="working")
    op.drop_index(
        "ix_calendar_days_opens_at", table_name="calendar_days", postgresql_where="working"
    )
    op.drop_table("calendar_days")
