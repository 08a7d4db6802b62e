"""Messages say that the provider refused our account, and there are alarms about it.

On SQLite a check can only be changed by copying its table; nothing refers to alarms, so none is lost by that.
"""

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
_STANDS = sa.text("cleared_at IS NULL")


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
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_alarms_kind"), "alarms", type_="check")
        op.create_check_constraint(op.f("ck_alarms_kind"), "alarms", allowed)
        return
    op.drop_index("ix_alarms_standing", "alarms")
    op.create_table(
        "alarms_again",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(allowed, name=op.f("ck_alarms_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.execute("INSERT INTO alarms_again SELECT * FROM alarms")
    op.drop_table("alarms")
    op.rename_table("alarms_again", "alarms")
    op.create_index(
        "ix_alarms_standing", "alarms", ["kind", "subject"], unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
    )
