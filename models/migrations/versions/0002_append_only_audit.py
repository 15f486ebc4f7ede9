"""The audit trail refuses to be changed."""

from alembic import op

revision = "0002"
down_revision = "0001_working_time"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """)
    op.execute("INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, repeat('0', 64))")


def downgrade() -> None:
    op.execute("DROP TRIGGER append_only ON audit_entries")
    op.execute("DROP FUNCTION refuse_audit_change()")
    op.execute("DELETE FROM audit_head")
