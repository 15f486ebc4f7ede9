"""Functions that were observed, and candidates for the register."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OBSERVED = "'application', 'case', 'exchange', 'fee', 'form', 'operation', 'page', 'regulation'"
_KINDS = "'hidden', 'renamed', 'dormant', 'described_but_refused', 'internal', 'test'"
_STATES = (
    "'new', 'under_review', 'confirmed', 'proposed', 'entered', 'renamed', 'internal', 'rejected'"
)


def upgrade() -> None:
    _create_observed()
    _create_judgements()
    _create_candidates()
    _create_changes()


def _text(name: str, nullable: bool = False, default: str | None = None) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=default)


def _texts(name: str, default: str | None = None) -> "sa.Column[list[str]]":
    nullable = default is None
    kind = postgresql.ARRAY(sa.Text())
    return sa.Column(name, kind, nullable=nullable, server_default=default)


def _json(name: str, default: str | None = None, nullable: bool = False) -> "sa.Column[object]":
    kind = postgresql.JSONB(astext_type=sa.Text())
    return sa.Column(name, kind, nullable=nullable, server_default=default)


def _moment(name: str, nullable: bool = True, now: bool = False) -> "sa.Column[object]":
    default = sa.text("clock_timestamp()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=default)


def _create_observed() -> None:
    op.create_table(
        "observed_functions",
        *(_text(name) for name in ("system", "kind", "code")),
        _json("names"),
        *(_text(name, nullable=True) for name in ("description", "organisation")),
        _texts("regions"),
        *(_text(name, nullable=True) for name in ("service", "result", "term", "fee")),
        _texts("documents"),
        _texts("fields"),
        *(sa.Column(n, sa.BigInteger(), nullable=True) for n in ("volume", "recipients", "refused")),
        _moment("first_seen"),
        _moment("last_seen"),
        _text("source"),
        sa.Column("pull_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"kind IN ({_OBSERVED})", name=op.f("ck_observed_functions_kind")),
        sa.PrimaryKeyConstraint("system", "kind", "code", name=op.f("pk_observed_functions")),
    )
    op.create_index("ix_observed_functions_service", "observed_functions", ["service"])


def _create_judgements() -> None:
    op.create_table(
        "function_judgements",
        *(_text(n) for n in ("system", "kind", "code", "content", "asked", "in_register")),
        sa.Column("p_absent", sa.Float(), nullable=True),
        _text("why"),
        _json("signs"),
        _json("nearest"),
        sa.Column("candidate_id", sa.BigInteger(), nullable=True),
        _moment("judged_at", nullable=False, now=True),
        sa.PrimaryKeyConstraint("system", "kind", "code", name=op.f("pk_function_judgements")),
    )
    op.create_index("ix_function_judgements_candidate_id", "function_judgements", ["candidate_id"])


def _create_candidates() -> None:
    op.create_table(
        "candidates",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _text("kind"),
        _text("state", default="new"),
        _text("reason", default="found"),
        _text("sentence", default=""),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        _json("names"),
        sa.Column("registered", sa.Boolean(), server_default="false", nullable=False),
        _text("service", nullable=True),
        _texts("organisations", default="{}"),
        _texts("regions", default="{}"),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("p_service", "p_absent")),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("score", "probability")),
        _text("why"),
        _json("signs", default="[]"),
        _json("nearest", default="[]"),
        _json("evidence", default="{}"),
        _json("decided_on", nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("volume", "recipients")),
        _moment("first_seen"),
        _moment("last_seen"),
        _text("draft", nullable=True),
        _moment("found_at", nullable=False),
        _moment("changed_at", nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_candidates_state")),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_candidates_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
    )
    op.create_index("ix_candidates_state", "candidates", ["state", "probability"])
    op.create_index(
        "ix_candidates_registered",
        "candidates",
        ["kind", "service"],
        unique=True,
        postgresql_where=sa.text("registered"),
    )


def _create_changes() -> None:
    op.create_table(
        "candidate_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("candidate_id", sa.BigInteger(), nullable=False),
        _text("was", nullable=True),
        *(_text(name) for name in ("became", "reason", "sentence", "actor")),
        _moment("as_of", nullable=False),
        _moment("at", nullable=False, now=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_changes")),
    )
    op.create_index("ix_candidate_changes_candidate_id", "candidate_changes", ["candidate_id"])


def downgrade() -> None:
    for table in ("candidate_changes", "candidates", "function_judgements", "observed_functions"):
        op.drop_table(table)
