"""Office and owner are mailed what went wrong: a mail an hour at most or one a morning, and none while all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import AlarmKind, Business, Channel, Digest, Message
from leadapp.transaction import transaction
from leadapp.workflow.alarms import clear_alarms, note_alarm
from leadapp.workflow.configuration.reps import change_rep
from leadapp.workflow.digests import send_digests
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import close_lead, record_contact, take_queued
from tests.builders import make_business, make_lead, pending_offer

SETTLES = 30  # seconds until what happened is mailed


@pytest.fixture
def office(app, clock):
    return make_business(tries=1, claim_seconds=60, contact_seconds=900)


def mails() -> list[Message]:
    db.session.rollback()
    written = db.session.query(Message).filter(Message.cause.startswith("digest:"))
    return written.order_by(Message.created_at, Message.id).populate_existing().all()


def mails_to(who) -> list[Message]:
    return [mail for mail in mails() if mail.rep_id == who.id]


def let_it_go_to_the_queue(lead, clock) -> None:
    """Nobody takes it within the minute that the one who is asked has."""
    advance_lead(lead.id, clock.advance(61))


def lead_in_the_queue(clock, **fields):
    lead = make_lead(**fields)
    let_it_go_to_the_queue(lead, clock)
    return lead


def look(clock, after=SETTLES) -> int:
    return send_digests(clock.advance(after))


def test_a_lead_that_nobody_took_is_mailed_to_the_office_and_the_owner_and_to_no_rep(office, clock):
    lead = lead_in_the_queue(clock, service="Slow drain", city="Austin", postcode="78704")

    assert look(clock) == 2

    told = mails()
    assert {(mail.to, mail.channel) for mail in told} == {
        ("mia@example.com", Channel.EMAIL),
        ("olivia@example.com", Channel.EMAIL),
    }
    assert {mail.data["title"] for mail in told} == {"1 lead not taken in time"}
    assert "Slow drain. Austin 78704. Came today at 10:00 AM.\nNobody has taken it yet; it is with Mia." in told[0].body
    assert f"http://localhost/leads/{lead.id}" in told[0].body


def test_while_all_is_well_nobody_is_mailed(office, clock):
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.advance(20))
    record_contact(lead.id, kind="call", now=clock.advance(60))

    assert look(clock, 4_000) == 0


def test_a_mail_holds_nothing_by_which_a_customer_is_known(office, clock):
    lead_in_the_queue(clock, name="Robin Quist", phone="+14155550123", email="r@quist.example", address="5 Elm Street")

    look(clock)

    assert not any(word in mails()[0].body for word in ("Quist", "5550123", "quist", "Elm"))


def test_what_goes_wrong_within_the_hour_waits_for_the_next_mail(office, clock):
    lead_in_the_queue(clock, service="First")
    look(clock)
    lead_in_the_queue(clock, service="Second")

    assert look(clock) == 0
    assert look(clock, 3_600) == 2

    first, second = mails_to(office.olivia)
    assert "First" in first.body
    assert "Second" not in first.body
    assert "Second" in second.body


def test_what_was_going_on_while_a_mail_was_written_is_in_the_next_one(office, clock):
    lead_in_the_queue(clock, service="First")
    clock.advance(SETTLES)
    lead_in_the_queue(clock, service="Second")
    send_digests(clock.advance(1))

    look(clock, 3_601)

    first, second = mails_to(office.olivia)
    assert "Second" not in first.body
    assert "Second" in second.body


def test_two_clocks_that_look_together_write_one_mail_each(office, clock):
    lead_in_the_queue(clock)
    at = clock.advance(SETTLES)

    assert [send_digests(at), send_digests(at)] == [2, 0]


def test_a_customer_whom_the_owner_of_the_lead_has_not_called_is_mailed_as_such(office, clock):
    lead = make_lead(service="Slow drain")
    rep = accept_offer(pending_offer(lead).id, now=clock.advance(60))
    assert rep is not None
    advance_lead(lead.id, clock.advance(900))

    look(clock)

    mail = mails_to(office.olivia)[0]
    assert mail.data["title"] == "1 customer not called in time"
    assert "Ana took it today at 10:01 AM; nobody has spoken to the customer yet." in mail.body


@pytest.mark.parametrize("taken", [True, False])
def test_it_says_how_a_lead_stands_by_now(office, clock, taken):
    lead = lead_in_the_queue(clock)
    if taken:
        take_queued(lead.id, office.mia.id, now=clock.advance(10))
        record_contact(lead.id, kind="call", now=clock.advance(49))
    else:
        close_lead(lead.id, outcome="spam", now=clock.advance(59))

    look(clock)

    said = "Mia reached the customer today at 10:02 AM." if taken else "It was closed since."
    assert said in mails()[0].body


def test_an_alarm_is_mailed_and_said_to_be_over_when_it_is(office, clock):
    clock.advance(1)
    with transaction():
        note_alarm(AlarmKind.TEAM_EMPTY, "roofing", "Nobody is in Roofing.", clock.now())
        note_alarm(AlarmKind.PUSH_REFUSED, "key", "Alerts do not leave.", clock.now())
        clear_alarms(AlarmKind.PUSH_REFUSED, now=clock.now())

    look(clock)

    mail = mails_to(office.olivia)[0]
    assert mail.data["title"] == "2 alarms"
    assert "Nobody is in Roofing.\nSince today at 10:00 AM." in mail.body
    assert "Alerts do not leave.\nSince today at 10:00 AM; it has been put right." in mail.body


def test_a_daily_mail_comes_in_the_morning_where_the_reader_lives_and_tells_of_the_day_before(office, clock):
    change_rep(office.olivia.id, {"digest": Digest.DAILY, "time_zone": "America/New_York"}, now=clock.now())
    lead_in_the_queue(clock, service="Sunday's")
    seven = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # 7:00 AM in New York

    send_digests(seven + timedelta(seconds=SETTLES - 1))
    assert mails_to(office.olivia) == []
    send_digests(seven + timedelta(seconds=SETTLES))
    assert "Sunday's" in mails_to(office.olivia)[0].body

    clock.advance(3 * 3_600)
    lead_in_the_queue(clock, service="Later")
    for hours in range(1, 24):
        send_digests(seven + timedelta(hours=hours))
    assert len(mails_to(office.olivia)) == 1
    send_digests(seven + timedelta(days=1, seconds=SETTLES))
    assert "Later" in mails_to(office.olivia)[1].body
    assert "Sunday's" not in mails_to(office.olivia)[1].body


@pytest.mark.parametrize("change", [{"digest": Digest.NEVER}, {"email": None}, {"roles": ["rep"]}])
def test_who_wants_none_has_no_address_or_no_such_role_gets_none(office, clock, change):
    if "roles" in change:  # the last owner stays one
        change_rep(office.mia.id, change, now=clock.now())
        who = office.mia
    else:
        change_rep(office.olivia.id, change, now=clock.now())
        who = office.olivia
    lead_in_the_queue(clock)

    look(clock)

    assert mails_to(who) == []
    assert len(mails()) == 1


def test_somebody_new_is_not_mailed_what_was_before_him_and_nobody_what_is_long_past(office, clock):
    lead_in_the_queue(clock, service="Old news")
    clock.advance(26 * 3_600)

    assert look(clock) == 0


def test_no_mail_is_too_long_to_read(office, clock):
    for number in range(33):
        make_lead(service=f"Drain {number}", phone=f"+1415555{1000 + number}")
    clock.advance(61)
    for lead_id in [row.id for row in db.session.execute(db.text("SELECT id FROM leads"))]:
        advance_lead(lead_id, clock.now())

    look(clock)

    mail = mails_to(office.olivia)[0]
    assert mail.data["title"] == "33 leads not taken in time"
    assert mail.body.count("http://localhost/leads/") == 30
    assert "And 3 more; the board has those that are open: http://localhost/board" in mail.body


def test_before_there_is_a_business_nobody_is_mailed(app, clock):
    assert db.session.get(Business, 1) is None
    assert send_digests(clock.now()) == 0
