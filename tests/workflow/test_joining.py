"""The same person again, a person who shares a phone, and whose customer it is."""

from __future__ import annotations

from datetime import timedelta

from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import Contact, Message, Turn
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import AfterHours, LeadState
from leadapp.transaction import transaction
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import record_contact
from leadapp.workflow.people import retire_rep, set_presence
from leadapp.workflow.preview import WouldJoin, preview_lead
from tests.builders import Office, make_lead, make_rep, make_source, offers_of, pending_offer, reread

DAY = 24 * 3600
PHONE = "+14155550123"


def messages(rep, cause):
    found = db.session.query(Message).filter_by(rep_id=rep.id).order_by(Message.id).all()
    return [message for message in found if message.cause.startswith(cause)]


def taken(lead, clock):
    accept_offer(pending_offer(lead).id, now=clock.now())
    return reread(lead.id)


def test_form_call_and_text_of_one_person_are_one_lead_that_rings_its_holder_and_uses_one_turn(app, clock):
    office = Office()
    form = make_lead(name="Dana", phone=PHONE, through=make_source("Website"))
    clock.advance(3600)

    call = make_lead(phone="(415) 555-0123", message="missed call", through=make_source("Calls"))
    text = make_lead(phone="415.555.0123", message="there is a gas leak now", through=make_source("Texts"))

    assert call.id == text.id == form.id
    assert reread(form.id).urgent
    assert len(messages(office.ana, "again")) == 1
    assert db.session.query(Turn).filter_by(lead_id=form.id).count() == 1


def test_the_merge_window_runs_from_the_last_time_they_got_in_touch(app, clock):
    Office()
    first = make_lead(phone=PHONE)
    clock.advance(DAY - 60)
    again = make_lead(phone=PHONE)
    clock.advance(DAY - 60)

    once_more = make_lead(phone=PHONE)

    assert first.id == again.id == once_more.id


def test_after_the_window_a_new_lead_goes_to_whoever_has_the_open_one_and_uses_no_turn(app, clock):
    office = Office()
    first = taken(make_lead(phone=PHONE), clock)
    clock.advance(DAY)

    second = make_lead(phone=PHONE)

    assert second.id != first.id
    assert second.accountable_id == first.owner_id == office.ana.id
    assert second.linked_lead_id == first.id
    assert second.why["sentence"].startswith("Ana has another open lead of this customer")
    assert not pending_offer(second).used_turn
    assert "The same customer sent another lead." in [row["text"] for row in lead_shape(first.id)["timeline"]]
    assert lead_shape(second.id)["linked_to"] == first.id


def test_each_team_has_its_own_window(app, clock):
    office = Office()
    change_team(office.plumbing.id, {"merge_seconds": 600}, now=clock.now())
    first = make_lead(phone=PHONE)
    clock.advance(599)
    assert make_lead(phone=PHONE).id == first.id
    clock.advance(600)

    assert make_lead(phone=PHONE).id != first.id


def test_a_window_of_nothing_makes_each_a_lead_of_its_own(app, clock):
    office = Office()
    change_team(office.plumbing.id, {"merge_seconds": 0}, now=clock.now())

    assert make_lead(phone=PHONE).id != make_lead(phone=PHONE).id


def test_what_the_sender_had_days_ago_is_not_what_they_say_today(app, clock):
    Office()
    old = make_lead(phone=PHONE, received_at=(clock.now() - timedelta(days=3)).isoformat())

    assert make_lead(phone=PHONE).id != old.id


def test_two_people_on_one_phone_are_two_leads_with_one_holder(app, clock):
    office = Office()
    dana = taken(make_lead(name="Dana", phone=PHONE, email="dana@example.com"), clock)

    sam = make_lead(name="Sam", phone=PHONE, email="sam@example.com")

    assert sam.id != dana.id
    assert sam.contact_id != dana.contact_id
    assert (sam.linked_lead_id, sam.accountable_id) == (dana.id, office.ana.id)
    assert "Somebody with the same phone has another open lead." in [
        row["text"] for row in lead_shape(sam.id)["timeline"]
    ]


def test_the_second_goes_to_the_one_who_is_asked_also_before_he_has_accepted(app, clock):
    office = Office()
    dana = make_lead(name="Dana", phone=PHONE, email="dana@example.com")

    sam = make_lead(name="Sam", phone=PHONE, email="sam@example.com")

    assert dana.accountable_id == sam.accountable_id == office.ana.id


def test_while_nobody_has_the_first_the_second_takes_its_own_turn(app, clock):
    office = Office()
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=clock.now())
    dana = make_lead(name="Dana", phone=PHONE, email="dana@example.com")
    set_presence(office.ben.id, state="available", now=clock.now())

    sam = make_lead(name="Sam", phone=PHONE, email="sam@example.com")

    assert sam.linked_lead_id == dana.id
    assert sam.accountable_id == office.ben.id


def test_a_held_lead_goes_to_the_holder_of_the_other_at_opening(app, clock):
    office = Office()
    first = taken(make_lead(phone=PHONE), clock)
    clock.advance(DAY)
    hours = {"hours": {"mon": [["08:00", "17:00"]], "tue": [["08:00", "17:00"]]}, "after_hours": "hold"}
    clock.advance(12 * 3600)  # Monday night
    change_team(office.plumbing.id, hours, now=clock.now())
    second = make_lead(phone=PHONE)
    assert second.state is LeadState.HELD

    clock.advance((second.next_due_at - clock.now()).total_seconds())
    advance_lead(second.id, clock.now())

    assert reread(second.id).accountable_id == first.owner_id


def test_the_owner_of_the_relationship_is_told_when_his_cover_gets_his_customer(app, clock):
    office = Office()
    first = taken(make_lead(phone=PHONE), clock)
    record_contact(first.id, kind="call", now=clock.now())
    clock.advance(2 * DAY)
    set_presence(office.ana.id, state="out", cover_id=office.mia.id, now=clock.now())

    again = make_lead(phone=PHONE)

    assert again.accountable_id == office.mia.id
    assert again.why["sentence"] == "Mia covers for Ana, who has worked with this customer."
    [told] = messages(office.ana, f"absent:{again.id}")
    assert "You are not free, so Mia has it." in told.body


def test_the_owner_is_told_at_opening_when_his_customers_lead_was_held(app, clock):
    office = Office(after_hours=AfterHours.HOLD, hours={"sun": [["08:00", "11:00"]], "mon": [["08:00", "17:00"]]})
    first = taken(make_lead(phone=PHONE), clock)
    record_contact(first.id, kind="call", now=clock.now())
    clock.advance(8 * 3600 + DAY)
    held = make_lead(phone=PHONE)
    set_presence(office.ana.id, state="out", now=clock.now())
    assert messages(office.ana, f"absent:{held.id}") == []

    clock.advance((held.next_due_at - clock.now()).total_seconds())
    advance_lead(held.id, clock.now())

    assert reread(held.id).accountable_id == office.ben.id
    assert len(messages(office.ana, f"absent:{held.id}")) == 1


def test_nobody_is_told_of_a_customer_whose_owner_left_and_the_next_who_works_with_them_owns_them(app, clock):
    office = Office()
    first = taken(make_lead(phone=PHONE), clock)
    record_contact(first.id, kind="call", now=clock.now())
    retire_rep(office.ana.id, now=clock.now())
    accept_offer(pending_offer(reread(first.id)).id, now=clock.now())
    record_contact(first.id, kind="call", now=clock.now())
    clock.advance(2 * DAY)

    again = make_lead(phone=PHONE)

    assert again.accountable_id == office.ben.id
    assert again.why["sentence"] == "Ben has worked with this customer before."
    assert messages(office.ana, "absent") == []
    assert db.session.get(Contact, again.contact_id).owner_id == office.ben.id


def test_covers_in_a_circle_are_cut_and_the_rules_go_on(app, clock):
    """Such a circle is refused when it is saved; if it arises anyway, no lead is lost in it."""
    office = Office()
    carla = make_rep("Carla")
    first = taken(make_lead(phone=PHONE), clock)
    record_contact(first.id, kind="call", now=clock.now())
    clock.advance(2 * DAY)
    set_presence(office.ana.id, state="out", cover_id=carla.id, now=clock.now())
    set_presence(carla.id, state="out", now=clock.now())
    with transaction():
        carla.cover_id = office.ana.id

    again = make_lead(phone=PHONE)

    assert again.accountable_id == office.ben.id
    assert [offer.rep_id for offer in offers_of(again)] == [office.ben.id]


def test_a_preview_of_the_same_person_says_which_lead_it_would_join(app, clock):
    Office()
    lead = make_lead(phone=PHONE)

    found = preview_lead_of(clock, phone=PHONE)

    assert found == WouldJoin(lead.id, "Joins the open lead of the same person, which Ana has.")


def test_a_preview_goes_to_the_holder_of_the_other_lead_as_the_lead_itself_would(app, clock):
    Office()
    make_lead(name="Dana", phone=PHONE, email="dana@example.com")

    found = preview_lead_of(clock, name="Sam", phone=PHONE, email="sam@example.com")
    sam = make_lead(name="Sam", phone=PHONE, email="sam@example.com")

    assert found.why == sam.why


def preview_lead_of(clock, **fields):
    from_form = {"message": "Hello"} | fields
    return preview_lead(from_fields(from_form, country="US", now=clock.now()), now=clock.now())


def test_an_emergency_line_makes_the_lead_it_joins_urgent(app, clock):
    Office()
    lead = make_lead(phone=PHONE)

    make_lead(phone=PHONE, through=make_source("Emergency line", urgent=True))

    lead = reread(lead.id)
    assert (lead.urgent, lead.urgent_because) == (True, ["source Emergency line"])
