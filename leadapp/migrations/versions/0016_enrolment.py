"""People are let in by a code typed on their own phone, and by a passkey."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "enrolment_codes",
        sa.Column("selector", sa.String(length=2), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("link_id", sa.String(length=26), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["login_links.id"], name=op.f("fk_enrolment_codes_link_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_enrolment_codes_rep_id")),
        sa.PrimaryKeyConstraint("selector", name=op.f("pk_enrolment_codes")),
        sa.UniqueConstraint("rep_id", name=op.f("uq_enrolment_codes_rep_id")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_passkeys_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_rep_id"), "passkeys", ["rep_id"], unique=False)


def downgrade():
    op.drop_index(op.f("ix_passkeys_rep_id"), table_name="passkeys")
    op.drop_table("passkeys")
    op.drop_table("enrolment_codes")
