"""A pass can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("offers", sa.Column("before_pass", sa.JSON(), nullable=True))


def downgrade():
    # Not in a batch: others refer to offers, so on SQLite its table cannot be made anew.
    op.drop_column("offers", "before_pass")
