"""What went wrong is mailed to office and owner at times, and how a customer's number came is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
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


def downgrade():
    op.drop_index("ix_events_breaches", "events")
    with op.batch_alter_table("reps") as batch_op:
        batch_op.drop_column("digested_at")
        batch_op.drop_constraint(op.f("ck_reps_digest"), type_="check")
        batch_op.drop_column("digest")
