"""Working time as a number: seconds worked since a calendar's first day, and back."""

from alembic import op

revision = "0001_working_time"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION worked_until(named text, moment timestamptz) RETURNS numeric
        LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
            SELECT worked_before
                 + least(extract(epoch FROM moment - opens_at),
                         extract(epoch FROM closes_at - opens_at))
            FROM calendar_days
            WHERE calendar = named AND working AND opens_at <= moment
            ORDER BY opens_at DESC LIMIT 1
        $$
    """)
    op.execute("""
        CREATE FUNCTION worked_moment(named text, worked numeric) RETURNS timestamptz
        LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
            SELECT opens_at + make_interval(secs => (worked - worked_before)::float8)
            FROM calendar_days
            WHERE calendar = named AND working AND worked_before < ceil(worked)::bigint
            ORDER BY worked_before DESC LIMIT 1
        $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION worked_moment(text, numeric)")
    op.execute("DROP FUNCTION worked_until(text, timestamptz)")
