"""Whose clock: how the time of each application is split."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SHARES = ("body", "office", "applicant", "tereze", "outage", "unknown")
_INDEX = "ix_application_events_number"
_KEY = ["system", "number", "at"]


def upgrade() -> None:
    _create_clocks()
    _create_outages()
    op.create_table("clock_queue", _text("system"), _text("number"))
    op.execute("INSERT INTO clock_queue SELECT system, number FROM applications")
    op.add_column("clock_stops", sa.Column("finding_id", sa.BigInteger(), nullable=True))
    # Everything that a split needs of an event, so that no row of the table has to be read.
    op.drop_index(_INDEX, "application_events")
    op.create_index(_INDEX, "application_events", _KEY, postgresql_include=["kind", "holder"])


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _array(name: str, kind: "sa.types.TypeEngine[Any]", nullable: bool) -> "sa.Column[Any]":
    return sa.Column(name, postgresql.ARRAY(kind), nullable=nullable)


def _moment(name: str, nullable: bool, default: str | None = None) -> "sa.Column[object]":
    made = sa.text(default) if default else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=made)


def _create_clocks() -> None:
    op.create_table(
        "clocks",
        _text("system"),
        _text("number"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("whole", *_SHARES)),
        _array("parties", sa.Text(), nullable=False),
        _array("seconds", sa.Integer(), nullable=False),
        _array("findings", sa.BigInteger(), nullable=True),
        _array("odd", sa.Text(), nullable=True),
        _moment("split_at", nullable=False, default="clock_timestamp()"),
        sa.CheckConstraint(f"{' + '.join(_SHARES)} = whole", name=op.f("ck_clocks_sum")),
        sa.CheckConstraint(f"least({', '.join(_SHARES)}) >= 0", name=op.f("ck_clocks_positive")),
        sa.CheckConstraint(
            "cardinality(parties) = cardinality(seconds)", name=op.f("ck_clocks_pairs")
        ),
        sa.PrimaryKeyConstraint("system", "number", name=op.f("pk_clocks")),
    )


def _create_outages() -> None:
    op.create_table(
        "clock_outages",
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        _text("system"),
        _text("owner"),
        _array("own_systems", sa.Text(), nullable=False),
        _array("systems", sa.Text(), nullable=False),
        _array("services", sa.Text(), nullable=False),
        _moment("began_at", nullable=False),
        _moment("ended_at", nullable=True),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_clock_outages")),
    )


def downgrade() -> None:
    op.drop_index(_INDEX, "application_events")
    op.create_index(_INDEX, "application_events", _KEY)
    op.drop_column("clock_stops", "finding_id")
    for table in ("clock_queue", "clock_outages", "clocks"):
        op.drop_table(table)
