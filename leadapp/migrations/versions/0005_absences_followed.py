"""What reps are away for now becomes their first absence, and the clock looks at everybody once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("absences", sa.Column("note", sa.String(), nullable=True))
    now = "CURRENT_TIMESTAMP"
    op.execute(
        "INSERT INTO absences (id, rep_id, state, starts_at, ends_at, cover_id, note, declared_at)"
        f" SELECT id, id, presence, COALESCE(presence_from, {now}), presence_until, cover_id, presence_note, {now}"
        f" FROM reps WHERE presence <> 'available' AND (presence_until IS NULL OR presence_until > {now})"
    )
    op.execute(f"UPDATE reps SET next_change_at = {now} WHERE active")


def downgrade():
    op.execute("UPDATE reps SET next_change_at = NULL")
    with op.batch_alter_table("absences") as batch_op:
        batch_op.drop_column("note")
