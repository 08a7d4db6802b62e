"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_table(
        "board_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_board_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_version")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False)

    op.create_table(
        "pulses",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lag_seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pulses")),
    )
    op.create_table(
        "reps",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("shifts", sa.JSON(), nullable=False),
        sa.Column("max_open", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum("available", "busy", "out", name="presence", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("presence_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("presence_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("presence_note", sa.String(), nullable=True),
        sa.Column("cover_id", sa.String(length=26), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cover_id IS NULL OR cover_id <> id", name=op.f("ck_reps_covers_another")),
        sa.CheckConstraint("max_open IS NULL OR max_open > 0", name=op.f("ck_reps_max_open_positive")),
        sa.ForeignKeyConstraint(["cover_id"], ["reps.id"], name=op.f("fk_reps_cover_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reps")),
    )
    with op.batch_alter_table("reps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reps_email", ["email"], unique=True, sqlite_where=sa.text("active"), postgresql_where=sa.text("active")
        )
        batch_op.create_index(
            "ix_reps_phone", ["phone"], unique=True, sqlite_where=sa.text("active"), postgresql_where=sa.text("active")
        )

    op.create_table(
        "vapid_keys",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("public", sa.String(length=87), nullable=False),
        sa.Column("private", sa.String(length=43), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vapid_keys")),
    )
    op.create_table(
        "business",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("fallback_id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_business_one_row")),
        sa.ForeignKeyConstraint(["fallback_id"], ["reps.id"], name=op.f("fk_business_fallback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("owner_id", sa.String(length=26), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["reps.id"], name=op.f("fk_contacts_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "login_links",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_login_links_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_login_links_digest")),
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("endpoint", sa.String(length=2048), nullable=False),
        sa.Column("p256dh", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=26), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["vapid_keys.id"], name=op.f("fk_push_subscriptions_key_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_push_subscriptions_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscriptions_endpoint")),
    )
    with op.batch_alter_table("push_subscriptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_subscriptions_rep_id"), ["rep_id"], unique=False)

    op.create_table(
        "sign_in_codes",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_sign_in_codes_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_codes")),
    )
    with op.batch_alter_table("sign_in_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_codes_rep_id"), ["rep_id"], unique=False)

    op.create_table(
        "teams",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column(
            "after_hours",
            sa.Enum(
                "hold", "on_call", "route", name="after_hours", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("on_call", sa.JSON(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("rotation", "broadcast", name="mode", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "urgent_mode",
            sa.Enum("rotation", "broadcast", name="urgent_mode", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("claim_seconds", sa.Integer(), nullable=False),
        sa.Column("urgent_claim_seconds", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("contact_seconds", sa.Integer(), nullable=False),
        sa.Column("repeat_seconds", sa.Integer(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=True),
        sa.Column("urgent_chain", sa.JSON(), nullable=True),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column("fallback_id", sa.String(length=26), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("virtual_time", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "claim_seconds >= 1 AND urgent_claim_seconds >= 1 AND tries >= 1 AND contact_seconds >= 1 AND repeat_seconds >= 1",
            name=op.f("ck_teams_clocks_positive"),
        ),
        sa.ForeignKeyConstraint(["fallback_id"], ["reps.id"], name=op.f("fk_teams_fallback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    with op.batch_alter_table("teams", schema=None) as batch_op:
        batch_op.create_index(
            "ix_teams_default",
            ["is_default"],
            unique=True,
            sqlite_where=sa.text("is_default AND retired_at IS NULL"),
            postgresql_where=sa.text("is_default AND retired_at IS NULL"),
        )

    op.create_table(
        "contact_points",
        sa.Column(
            "kind",
            sa.Enum("phone", "email", name="kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.Column("contact_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_points_contact_id")),
        sa.PrimaryKeyConstraint("kind", "value", "contact_id", name=op.f("pk_contact_points")),
    )
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_points_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("team_id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("virtual_start", sa.Double(), nullable=False),
        sa.Column("last_offer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_memberships_weight_positive")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_memberships_rep_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_memberships_team_id")),
        sa.PrimaryKeyConstraint("team_id", "rep_id", name=op.f("pk_memberships")),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("team_id", sa.String(length=26), nullable=True),
        sa.Column("rep_id", sa.String(length=26), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("team_id IS NOT NULL OR rep_id IS NOT NULL OR urgent", name=op.f("ck_rules_does_something")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_rules_rep_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rules_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "form",
                "json",
                "phone",
                "email",
                "imap",
                "google_ads",
                "meta",
                "typeform",
                "jotform",
                "gravity_forms",
                "calendly",
                "callrail",
                "thumbtack",
                "angi",
                "adf",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.String(length=26), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("defaults", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_sources_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("key", name=op.f("uq_sources_key")),
    )
    op.create_table(
        "leads",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "held",
                "offered",
                "queued",
                "claimed",
                "contacted",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_because", sa.JSON(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("phone_raw", sa.Text(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("email_raw", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("company_size", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_id", sa.String(length=26), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.String(length=26), nullable=True),
        sa.Column("team_id", sa.String(length=26), nullable=False),
        sa.Column("accountable_id", sa.String(length=26), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "won", "lost", "spam", "duplicate", name="outcome", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy", sa.JSON(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("barred", sa.JSON(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state <> 'closed' OR (closed_at IS NOT NULL AND outcome IS NOT NULL)",
            name=op.f("ck_leads_closed_has_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('contacted', 'closed') OR next_due_at IS NOT NULL", name=op.f("ck_leads_open_has_a_clock")
        ),
        sa.CheckConstraint(
            "state NOT IN ('claimed', 'contacted') OR owner_id IS NOT NULL", name=op.f("ck_leads_taken_has_owner")
        ),
        sa.CheckConstraint(
            "state NOT IN ('new', 'held', 'offered', 'queued') OR owner_id IS NULL",
            name=op.f("ck_leads_untaken_has_no_owner"),
        ),
        sa.CheckConstraint("owner_id IS NULL OR owner_id = accountable_id", name=op.f("ck_leads_owner_is_accountable")),
        sa.ForeignKeyConstraint(["accountable_id"], ["reps.id"], name=op.f("fk_leads_accountable_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_leads_contact_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["reps.id"], name=op.f("fk_leads_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_leads_source_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_leads_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.create_index("ix_leads_accountable", ["accountable_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_leads_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            "ix_leads_due",
            ["next_due_at"],
            unique=False,
            sqlite_where=sa.text("next_due_at IS NOT NULL"),
            postgresql_where=sa.text("next_due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_leads_open",
            ["accountable_id", "id"],
            unique=False,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.create_index(batch_op.f("ix_leads_received_at"), ["received_at"], unique=False)
        batch_op.create_index("ix_leads_state", ["state", "id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
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
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.String(length=26), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["reps.id"], name=op.f("fk_events_actor_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_events_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "external_ids",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_external_ids_lead_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_external_ids")),
    )
    with op.batch_alter_table("external_ids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_ids_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "offers",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("team_id", sa.String(length=26), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "pending",
                "accepted",
                "passed",
                "expired",
                "withdrawn",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("used_turn", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(outcome = 'pending') = (ended_at IS NULL)", name=op.f("ck_offers_ended_when_not_pending")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_offers_lead_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_offers_rep_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_offers_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_offers_accepted",
            ["lead_id"],
            unique=True,
            sqlite_where=sa.text("outcome = 'accepted' AND released_at IS NULL"),
            postgresql_where=sa.text("outcome = 'accepted' AND released_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_offers_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            "ix_offers_pending",
            ["lead_id", "rep_id"],
            unique=True,
            sqlite_where=sa.text("outcome = 'pending'"),
            postgresql_where=sa.text("outcome = 'pending'"),
        )
        batch_op.create_index(
            "ix_offers_rep_pending",
            ["rep_id"],
            unique=False,
            sqlite_where=sa.text("outcome = 'pending'"),
            postgresql_where=sa.text("outcome = 'pending'"),
        )

    op.create_table(
        "turns",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "earned",
                "used",
                "skipped",
                "given_back",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_turns_lead_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_turns_rep_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_turns_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turns_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_turns_rep_id"), ["rep_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("receipt", sa.String(length=43), nullable=False),
        sa.Column("cause", sa.String(length=100), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=True),
        sa.Column("offer_id", sa.String(length=26), nullable=True),
        sa.Column("rep_id", sa.String(length=26), nullable=True),
        sa.Column("subscription_id", sa.String(length=26), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "push", "sms", "call", "email", name="channel", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("to", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "sending",
                "sent",
                "shown",
                "opened",
                "answered",
                "failed",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_messages_lead_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_messages_offer_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_messages_rep_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["push_subscriptions.id"], name=op.f("fk_messages_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("cause", "to", "channel", name=op.f("uq_messages_cause_to_channel")),
        sa.UniqueConstraint("receipt", name=op.f("uq_messages_receipt")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending', 'sending')"),
            postgresql_where=sa.text("state IN ('pending', 'sending')"),
        )
        batch_op.create_index(batch_op.f("ix_messages_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_rep_id"), ["rep_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("lead_id", sa.String(length=26), nullable=False),
        sa.Column("rep_id", sa.String(length=26), nullable=False),
        sa.Column("offer_id", sa.String(length=26), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "accept", "contact", "follow_up", name="kind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_tasks_lead_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_tasks_offer_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_tasks_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_lead_id"), ["lead_id"], unique=False)

    op.execute("INSERT INTO board_version (id, version) VALUES (1, 0)")


def downgrade():
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_lead_id"))

    op.drop_table("tasks")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_messages_rep_id"))
        batch_op.drop_index(batch_op.f("ix_messages_offer_id"))
        batch_op.drop_index(batch_op.f("ix_messages_lead_id"))
        batch_op.drop_index(
            "ix_messages_due",
            sqlite_where=sa.text("state IN ('pending', 'sending')"),
            postgresql_where=sa.text("state IN ('pending', 'sending')"),
        )

    op.drop_table("messages")
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turns_rep_id"))
        batch_op.drop_index(batch_op.f("ix_turns_lead_id"))

    op.drop_table("turns")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_offers_rep_pending",
            sqlite_where=sa.text("outcome = 'pending'"),
            postgresql_where=sa.text("outcome = 'pending'"),
        )
        batch_op.drop_index(
            "ix_offers_pending",
            sqlite_where=sa.text("outcome = 'pending'"),
            postgresql_where=sa.text("outcome = 'pending'"),
        )
        batch_op.drop_index(batch_op.f("ix_offers_lead_id"))
        batch_op.drop_index(
            "ix_offers_accepted",
            sqlite_where=sa.text("outcome = 'accepted' AND released_at IS NULL"),
            postgresql_where=sa.text("outcome = 'accepted' AND released_at IS NULL"),
        )

    op.drop_table("offers")
    with op.batch_alter_table("external_ids", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_ids_lead_id"))

    op.drop_table("external_ids")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_lead_id"))

    op.drop_table("events")
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.drop_index("ix_leads_state")
        batch_op.drop_index(batch_op.f("ix_leads_received_at"))
        batch_op.drop_index(
            "ix_leads_open", sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'")
        )
        batch_op.drop_index(
            "ix_leads_due",
            sqlite_where=sa.text("next_due_at IS NOT NULL"),
            postgresql_where=sa.text("next_due_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_leads_contact_id"))
        batch_op.drop_index("ix_leads_accountable")

    op.drop_table("leads")
    op.drop_table("sources")
    op.drop_table("rules")
    op.drop_table("memberships")
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_points_contact_id"))

    op.drop_table("contact_points")
    with op.batch_alter_table("teams", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_teams_default",
            sqlite_where=sa.text("is_default AND retired_at IS NULL"),
            postgresql_where=sa.text("is_default AND retired_at IS NULL"),
        )

    op.drop_table("teams")
    with op.batch_alter_table("sign_in_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_codes_rep_id"))

    op.drop_table("sign_in_codes")
    with op.batch_alter_table("push_subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_push_subscriptions_rep_id"))

    op.drop_table("push_subscriptions")
    op.drop_table("login_links")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_owner_id"))

    op.drop_table("contacts")
    op.drop_table("business")
    op.drop_table("vapid_keys")
    with op.batch_alter_table("reps", schema=None) as batch_op:
        batch_op.drop_index("ix_reps_phone", sqlite_where=sa.text("active"), postgresql_where=sa.text("active"))
        batch_op.drop_index("ix_reps_email", sqlite_where=sa.text("active"), postgresql_where=sa.text("active"))

    op.drop_table("reps")
    op.drop_table("pulses")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    op.drop_table("board_version")
    op.drop_table("api_keys")
