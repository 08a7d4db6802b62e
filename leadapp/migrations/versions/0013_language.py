"""Everybody reads in the language they have chosen."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "ALTER TABLE reps ADD COLUMN language VARCHAR(20) CONSTRAINT ck_reps_language CHECK (language IN ('en', 'es'))"
    )


def downgrade():
    # Not in a batch: others refer to reps, so on SQLite its table cannot be made anew. The check goes with its column.
    op.drop_column("reps", "language")
