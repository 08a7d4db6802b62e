"""What went wrong is mailed to office and owner at times, and how a customer's number came is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "ALTER TABLE reps ADD COLUMN digest VARCHAR(20) DEFAULT 'hourly' NOT NULL CONSTRAINT ck_reps_digest CHECK"
        " (digest IN ('hourly', 'daily', 'never'))"
    )
    op.add_column("reps", sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True))
    is_breach = sa.text("kind IN ('queued', 'rang')")
    op.create_index("ix_events_breaches", "events", ["at"], sqlite_where=is_breach, postgresql_where=is_breach)
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint("door IN ('api', 'form', 'website', 'text', 'call')", name=op.f("ck_consents_door")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_consents_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_lead", "consents", ["lead_id"])
    op.create_index("ix_consents_phone", "consents", ["phone"])


def downgrade():
    op.drop_table("consents")
    op.drop_index("ix_events_breaches", "events")
    # Not in a batch: others refer to reps, so on SQLite its table cannot be made anew. The check goes with its column.
    op.drop_column("reps", "digested_at")
    op.drop_column("reps", "digest")
