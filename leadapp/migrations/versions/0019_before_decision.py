"""A person's decision about a lead can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("leads", sa.Column("before_decision", sa.JSON(), nullable=True))


def downgrade():
    # Not in a batch: others refer to leads, so on SQLite its table cannot be made anew.
    op.drop_column("leads", "before_decision")
