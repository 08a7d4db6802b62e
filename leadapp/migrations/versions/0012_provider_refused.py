"""Messages say that the provider refused our account, and there are alarms about it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_BEFORE = (
    "rule_skipped",
    "team_empty",
    "last_resort",
    "rep_unreachable",
    "push_refused",
    "clock_late",
    "no_worker",
    "redis_away",
    "sends_fail",
)
_NEW = ("provider_refused",)


def upgrade():
    _allow_kinds(*_BEFORE, *_NEW)
    op.add_column("messages", sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()))
    refused = sa.text("refused")
    op.create_index(
        "ix_messages_refused", "messages", ["channel", "id"], sqlite_where=refused, postgresql_where=refused
    )


def downgrade():
    op.drop_index("ix_messages_refused", "messages")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("refused")
    op.execute("DELETE FROM alarms WHERE kind = 'provider_refused'")
    _allow_kinds(*_BEFORE)


def _allow_kinds(*kinds):
    allowed = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    with op.batch_alter_table("alarms") as batch_op:
        batch_op.drop_constraint(op.f("ck_alarms_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alarms_kind"), allowed)
