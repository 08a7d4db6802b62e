"""Messages climb a ladder, texts can be answered, and a number can ask for none."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW = ("while_state", "unless_shown", "reply_code", "provider_id", "answered_at")


def upgrade():
    op.execute(
        "ALTER TABLE messages ADD COLUMN while_state VARCHAR(20) CONSTRAINT ck_messages_while_state CHECK"
        " (while_state IN ('new', 'held', 'offered', 'queued', 'claimed', 'contacted', 'closed'))"
    )
    op.add_column("messages", sa.Column("unless_shown", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("messages", sa.Column("reply_code", sa.Integer(), nullable=True))
    op.add_column("messages", sa.Column("provider_id", sa.String(length=64), nullable=True))
    op.add_column("messages", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_messages_provider_id", "messages", ["provider_id"])
    has_code = sa.text("reply_code IS NOT NULL")
    op.create_index(
        "ix_messages_codes", "messages", ["to", "expires_at"], sqlite_where=has_code, postgresql_where=has_code
    )
    op.add_column("reps", sa.Column("ladder", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))

    op.create_table(
        "opt_outs",
        sa.Column("phone", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "inbound_texts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=26), nullable=True),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=True),
        sa.Column("lead_id", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_inbound_texts_source_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_inbound_texts_rep_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_inbound_texts_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_texts")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_inbound_texts_provider_id")),
    )
    op.create_index("ix_inbound_texts_lead_id", "inbound_texts", ["lead_id"])


def downgrade():
    op.drop_table("inbound_texts")
    op.drop_table("opt_outs")
    op.drop_column("reps", "ladder")
    op.drop_index("ix_messages_codes", "messages")
    op.drop_index("ix_messages_provider_id", "messages")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(op.f("ck_messages_while_state"), type_="check")
        for column in _NEW:
            batch_op.drop_column(column)
