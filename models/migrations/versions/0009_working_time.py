"""Working time as a number: seconds worked since a calendar's first day, and back."""

from alembic import op

revision = "0009"
down_revision = "0008"
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
    # How far stops move the end of a term, in order of their beginning: each that begins before
    # the end, as moved by those before it. An open one lasts for ever. An aggregate, and not
    # sums over windows, because those may not run in parallel.
    op.execute("""
        CREATE FUNCTION move_end(moved float8, at float8, till float8, budget float8)
        RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT CASE WHEN at - moved < budget THEN moved + till - at ELSE moved END
        $$
    """)
    op.execute("""
        CREATE AGGREGATE moved_by(at float8, till float8, budget float8) (
            SFUNC = move_end, STYPE = float8, INITCOND = '0', PARALLEL = SAFE
        )
    """)
    op.execute("""
        CREATE FUNCTION first_close(named text, since date, still tstzmultirange) RETURNS date
        LANGUAGE sql STABLE PARALLEL SAFE AS $$
            SELECT day FROM calendar_days
            WHERE calendar = named AND working AND day >= since AND NOT closes_at <@ still
            ORDER BY day LIMIT 1
        $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION first_close(text, date, tstzmultirange)")
    op.execute("DROP AGGREGATE moved_by(float8, float8, float8)")
    op.execute("DROP FUNCTION move_end(float8, float8, float8, float8)")
    op.execute("DROP FUNCTION worked_moment(text, numeric)")
    op.execute("DROP FUNCTION worked_until(text, timestamptz)")
