"""Why a message was not sent can be read in other languages than English."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("messages", sa.Column("error_said", sa.JSON(), nullable=True))


def downgrade():
    # Not in a batch: others refer to messages, so on SQLite its table cannot be made anew.
    op.drop_column("messages", "error_said")
