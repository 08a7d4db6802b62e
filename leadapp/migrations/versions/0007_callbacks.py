"""Calls back from the telephone provider that came to nothing are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "callback_counts",
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("why", name=op.f("pk_callback_counts")),
    )


def downgrade():
    op.drop_table("callback_counts")
