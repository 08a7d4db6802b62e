"""What happened, the ledger and the alarms can be read in other languages than English."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("events", "turns", "alarms")


def upgrade():
    for table in _TABLES:
        op.add_column(table, sa.Column("said", sa.JSON(), nullable=True))


def downgrade():
    for table in reversed(_TABLES):
        op.drop_column(table, "said")
