"""News of alerts in a queue, so that telling of a hundred thousand writes no index."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_NEWS = (
    "(state = 'firing' AND notified_at IS NULL) OR (state = 'resolved' AND notified_at IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table("alert_news", sa.Column("fingerprint", sa.Text(), nullable=False))
    op.execute(f"INSERT INTO alert_news SELECT fingerprint FROM alerts WHERE {_NEWS}")
    for index in ("ix_alerts_news", "ix_alerts_unanswered", "ix_alerts_group"):
        op.drop_index(index, "alerts")
    op.create_index("ix_alerts_group", "alerts", ["state", "group_key"])
    # A row that is marked as told finds room in its page.
    op.execute("ALTER TABLE alerts SET (fillfactor = 45)")


def downgrade() -> None:
    op.execute("ALTER TABLE alerts RESET (fillfactor)")
    op.drop_index("ix_alerts_group", "alerts")
    op.create_index("ix_alerts_group", "alerts", ["group_key", "state"])
    unanswered = sa.text("state = 'firing' AND notified_at IS NOT NULL")
    op.create_index("ix_alerts_unanswered", "alerts", ["notified_at"], postgresql_where=unanswered)
    op.create_index("ix_alerts_news", "alerts", ["group_key"], postgresql_where=sa.text(_NEWS))
    op.drop_table("alert_news")
