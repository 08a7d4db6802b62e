"""Messages say when they failed, and there are alarms about the machine itself."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEFORE = ("rule_skipped", "team_empty", "last_resort", "rep_unreachable", "push_refused")
_NEW = ("clock_late", "no_worker", "redis_away", "sends_fail")


def upgrade():
    _allow_kinds(*_BEFORE, *_NEW)
    op.add_column("messages", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    has_failed = sa.text("failed_at IS NOT NULL")
    op.create_index(
        "ix_messages_failed", "messages", ["failed_at"], sqlite_where=has_failed, postgresql_where=has_failed
    )


def downgrade():
    op.drop_index("ix_messages_failed", "messages")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("failed_at")
    op.execute(f"DELETE FROM alarms WHERE kind IN ({', '.join(repr(kind) for kind in _NEW)})")
    _allow_kinds(*_BEFORE)


def _allow_kinds(*kinds):
    allowed = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    with op.batch_alter_table("alarms") as batch_op:
        batch_op.drop_constraint(op.f("ck_alarms_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alarms_kind"), allowed)
