"""What the whole of routing keeps: turns in hand, absences, alarms, blank fields per rule.

Columns are added as they are, without copying a table: on SQLite a copy would drop the one that others refer to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "alarms",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rule_skipped",
                "team_empty",
                "last_resort",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    stands = sa.text("cleared_at IS NULL")
    op.create_index(
        "ix_alarms_standing", "alarms", ["kind", "subject"], unique=True, sqlite_where=stands, postgresql_where=stands
    )

    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum("available", "busy", "out", name="state", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cover_id", sa.String(length=26), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'available'", name=op.f("ck_absences_is_away")),
        sa.ForeignKeyConstraint(["cover_id"], ["reps.id"], name=op.f("fk_absences_cover_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_absences_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_rep", "absences", ["rep_id", "starts_at"])

    op.create_table(
        "rule_blanks",
        sa.Column("rule_id", sa.String(length=26), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("leads", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name=op.f("fk_rule_blanks_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "field", name=op.f("pk_rule_blanks")),
    )

    op.add_column(
        "leads",
        sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00"),
    )
    op.execute("UPDATE leads SET last_heard_at = stored_at")
    op.add_column("leads", sa.Column("rings", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "ALTER TABLE leads ADD COLUMN linked_lead_id VARCHAR(26)"
        " CONSTRAINT fk_leads_linked_lead_id REFERENCES leads (id)"
    )

    for column in ("turns_in_hand", "turns_to_catch_up"):
        op.execute(
            f"ALTER TABLE memberships ADD COLUMN {column} INTEGER DEFAULT 0 NOT NULL"
            f" CONSTRAINT ck_memberships_{column}_not_negative CHECK ({column} >= 0)"
        )
    op.add_column("memberships", sa.Column("catches_up_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("reps", sa.Column("next_change_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_reps_next_change_at", "reps", ["next_change_at"])

    op.execute(
        "ALTER TABLE teams ADD COLUMN urgent_after_hours VARCHAR(20)"
        " CONSTRAINT ck_teams_urgent_after_hours CHECK (urgent_after_hours IN ('hold', 'on_call', 'route'))"
    )
    op.execute(
        "ALTER TABLE teams ADD COLUMN merge_seconds INTEGER DEFAULT 86400 NOT NULL"
        " CONSTRAINT ck_teams_merge_seconds_not_negative CHECK (merge_seconds >= 0)"
    )
    op.add_column("teams", sa.Column("rejoin", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))


def downgrade():
    with op.batch_alter_table("teams") as batch_op:
        for column in ("rejoin", "merge_seconds", "urgent_after_hours"):
            batch_op.drop_column(column)
    with op.batch_alter_table("reps") as batch_op:
        batch_op.drop_index("ix_reps_next_change_at")
        batch_op.drop_column("next_change_at")
    with op.batch_alter_table("memberships") as batch_op:
        for column in ("catches_up_at", "turns_to_catch_up", "turns_in_hand"):
            batch_op.drop_column(column)
    with op.batch_alter_table("leads") as batch_op:
        for column in ("rings", "last_heard_at", "linked_lead_id"):
            batch_op.drop_column(column)
    op.drop_table("rule_blanks")
    op.drop_table("absences")
    op.drop_table("alarms")
