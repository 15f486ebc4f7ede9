"""Rules of counting, applied once to each stretch of receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_spans",
        sa.Column("bin", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("till", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs", sa.Interval(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("worked", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("end_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_length", sa.Integer(), nullable=True),
        sa.Column("end_worked", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("bin", "after", name=op.f("pk_counted_spans")),
    )
    op.create_table(
        "counted_years",
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "year", name=op.f("pk_counted_years")),
    )
    op.create_table(
        "counting_rules",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("day_of_receipt", sa.Text(), nullable=False),
        sa.Column("day_ends", sa.Text(), nullable=False),
        sa.Column("after_hours", sa.Text(), nullable=False),
        sa.Column("cut", sa.Double(), nullable=False),
        sa.CheckConstraint("id < 1800000000", name=op.f("ck_counting_rules_few")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_rules")),
        sa.UniqueConstraint(
            "calendar",
            "term",
            "unit",
            "day_of_receipt",
            "day_ends",
            "after_hours",
            name="uq_counting_rules_whole",
            postgresql_nulls_not_distinct=True,
        ),
    )


def downgrade() -> None:
    op.drop_table("counting_rules")
    op.drop_table("counted_years")
    op.drop_table("counted_spans")
