"""Calls that were begun and what came of them are kept, and by when a customer was promised one.

On SQLite a check can only be changed by copying its table; nothing refers to events, so none is lost by that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BEFORE = (
    "captured",
    "joined",
    "routed",
    "held",
    "offered",
    "alerted",
    "shown",
    "opened",
    "accepted",
    "passed",
    "expired",
    "withdrawn",
    "queued",
    "rang",
    "assigned",
    "released",
    "contacted",
    "closed",
    "message",
    "note",
)
_NEW = ("called",)
_IS_OPEN = sa.text("result IS NULL")


def upgrade():
    _allow_kinds(*_BEFORE, *_NEW)
    op.add_column("leads", sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "result IN ('talked', 'voicemail', 'no_answer', 'wrong_number')", name=op.f("ck_calls_result")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_calls_lead_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_calls_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_lead_id"), "calls", ["lead_id"])
    op.create_index(
        "ix_calls_open", "calls", ["rep_id", "lead_id"], unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
    )


def downgrade():
    op.drop_table("calls")
    # Not in a batch: others refer to leads, so on SQLite its table cannot be made anew.
    op.drop_column("leads", "promised_at")
    op.execute("UPDATE events SET kind = 'note' WHERE kind = 'called'")
    _allow_kinds(*_BEFORE)


def _allow_kinds(*kinds):
    allowed = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    with op.batch_alter_table("events") as batch_op:
        batch_op.drop_constraint(op.f("ck_events_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_events_kind"), allowed)
