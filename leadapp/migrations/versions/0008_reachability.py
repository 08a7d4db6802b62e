"""Messages say that nobody is at their address, and there are alarms about people who cannot be reached."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BEFORE = ("rule_skipped", "team_empty", "last_resort")
_NEW = ("rep_unreachable", "push_refused")


def upgrade():
    _allow_kinds(*_BEFORE, *_NEW)
    op.add_column("messages", sa.Column("nobody_there", sa.Boolean(), nullable=False, server_default=sa.false()))
    not_shown = sa.text("rep_id IS NOT NULL AND shown_at IS NULL")
    op.create_index(
        "ix_messages_not_shown", "messages", ["expires_at"], sqlite_where=not_shown, postgresql_where=not_shown
    )


def downgrade():
    op.drop_index("ix_messages_not_shown", "messages")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("nobody_there")
    op.execute("DELETE FROM alarms WHERE kind IN ('rep_unreachable', 'push_refused')")
    _allow_kinds(*_BEFORE)


def _allow_kinds(*kinds):
    allowed = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    with op.batch_alter_table("alarms") as batch_op:
        batch_op.drop_constraint(op.f("ck_alarms_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alarms_kind"), allowed)
