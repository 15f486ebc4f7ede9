"""Which alerts were told of, what a notice's numbers were, and the ways to find both quickly."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = ("0002", "0001_working_time")  # joins two lines that grew side by side
branch_labels = None
depends_on = None

NEWS = (
    "(state = 'firing' AND notified_at IS NULL)"
    " OR (state = 'resolved' AND notified_at IS NOT NULL)"
)


def upgrade() -> None:
    op.add_column("alerts", sa.Column("notified_at", sa.DateTime(timezone=True)))
    op.create_index("ix_alerts_news", "alerts", ["group_key"], postgresql_where=sa.text(NEWS))
    op.create_index(
        "ix_alerts_number",
        "alerts",
        [sa.text("(labels ->> 'system')"), sa.text("(labels ->> 'number')")],
        postgresql_where=sa.text("labels ? 'number'"),
    )
    op.add_column("notices", sa.Column("numbers", JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("notices", "numbers")
    op.drop_index("ix_alerts_number", "alerts")
    op.drop_index("ix_alerts_news", "alerts")
    op.drop_column("alerts", "notified_at")
