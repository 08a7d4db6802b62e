"""The owner's own urgent phrases, and what is switched off of those that come with Leadapp."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TRADES = ("general", "plumbing", "heating_and_cooling", "electrical", "roofing", "locks", "water_damage", "pests")


def upgrade():
    op.create_table(
        "urgent_phrases",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column(
            "trade",
            sa.Enum(*TRADES, name="trade", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum("danger", "damage", "plea", name="level", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_phrases")),
    )
    op.create_table(
        "urgency_switched_off",
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_urgency_switched_off")),
    )
    op.add_column("business", sa.Column("urgency_revision", sa.String(length=26), nullable=True))


def downgrade():
    op.drop_column("business", "urgency_revision")
    op.drop_table("urgency_switched_off")
    op.drop_table("urgent_phrases")
