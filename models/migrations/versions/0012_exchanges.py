"""Exchanges between systems."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNTS = ("requests", "failed", "silent", "paired", "paired_failed", "paired_silent", "repeated")


def upgrade() -> None:
    _create_sources()
    _create_series()
    _create_exchanges()
    _create_counts("exchange_slices")
    _create_counts("exchange_hours")
    _create_counts("exchange_days", buckets=False)
    _create_networks_and_faults()
    _create_quarantine()


def _text(name: str, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _whole(name: str, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _small(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def _big(name: str, default: "str | None" = None) -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default=default)


def _json(name: str, nullable: bool) -> "sa.Column[object]":
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=nullable)


def _create_sources() -> None:
    op.create_table(
        "exchange_sources",
        _text("source"),
        _text("system"),
        _json("cursor", nullable=True),
        *(_moment(name, nullable=True) for name in ("looked_until", "tried_at", "failing_since")),
        sa.Column("failed_reads", sa.Integer(), server_default="0", nullable=False),
        _text("reason", nullable=True),
        _text("sentence", nullable=True),
        *(_big(name, "0") for name in ("read", "stored", "quarantined")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_exchange_sources")),
    )


def _create_series() -> None:
    op.create_table(
        "exchange_series",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        _text("source"),
        _small("side"),
        _text("service"),
        _text("client"),
        _text("system", nullable=True),
        _whole("lead", nullable=True),
        _moment("first_at"),
        _moment("last_at"),
        _moment("last_good_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_series")),
        sa.UniqueConstraint(
            "source",
            "side",
            "service",
            "client",
            name=op.f("uq_exchange_series_source_side_service_client"),
        ),
    )


def _create_exchanges() -> None:
    op.create_table(
        "exchanges",
        _moment("at"),
        _big("key"),
        _big("size"),
        _whole("request"),
        _whole("digest"),
        _whole("series"),
        _whole("sent", nullable=True),
        _whole("got", nullable=True),
        _whole("took"),
        _small("side"),
        _small("outcome"),
        _text("message"),
        _text("fault", nullable=True),
        sa.CheckConstraint("side IN (1, 2)", name=op.f("ck_exchanges_side")),
        sa.CheckConstraint("outcome BETWEEN 0 AND 3", name=op.f("ck_exchanges_outcome")),
        sa.PrimaryKeyConstraint(
            "key", "at", "request", "side", "digest", name=op.f("pk_exchanges")
        ),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index(
        "ix_exchanges_not_good",
        "exchanges",
        ["series", "at"],
        postgresql_where=sa.text("outcome <> 0"),
    )


def _create_counts(table: str, buckets: bool = True) -> None:
    by = ("bucket",) if buckets else ()
    op.create_table(
        table,
        _moment("at"),
        _whole("series"),
        *(_small(name) for name in by),
        *(_whole(name) for name in COUNTS),
        _big("took"),
        _big("size"),
        sa.PrimaryKeyConstraint("at", "series", *by, name=op.f(f"pk_{table}")),
    )


def _create_networks_and_faults() -> None:
    op.create_table(
        "exchange_networks",
        _moment("at"),
        *(_whole(name) for name in ("client_series", "producer_series", "pairs")),
        *(_big(name) for name in ("there", "served", "back")),
        _whole("out_of_step"),
        _big("ahead"),
        sa.PrimaryKeyConstraint(
            "at", "client_series", "producer_series", name=op.f("pk_exchange_networks")
        ),
    )
    op.create_table(
        "exchange_faults",
        _moment("at"),
        _whole("series"),
        _text("code"),
        _whole("faults"),
        sa.PrimaryKeyConstraint("at", "series", "code", name=op.f("pk_exchange_faults")),
    )


def _create_quarantine() -> None:
    op.create_table(
        "exchange_quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *(_text(name) for name in ("source", "fingerprint", "code", "reason")),
        _json("record", nullable=False),
        _moment("held_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_quarantine")),
        sa.UniqueConstraint(
            "source", "fingerprint", name=op.f("uq_exchange_quarantine_source_fingerprint")
        ),
    )
    op.create_index("ix_exchange_quarantine_held_at", "exchange_quarantine", ["held_at"])


def downgrade() -> None:
    tables = ("quarantine", "faults", "networks", "days", "hours", "slices")
    for table in (*(f"exchange_{name}" for name in tables), "exchanges"):
        op.drop_table(table)
    op.drop_table("exchange_series")
    op.drop_table("exchange_sources")
