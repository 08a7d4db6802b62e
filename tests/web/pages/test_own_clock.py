"""Times by the clock of whoever reads them, and telephone numbers as they are written where the business is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import Business, Event, EventKind, Message, Rep, Team
from leadapp.transaction import transaction
from leadapp.workflow.calls import record_call
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.people import set_presence
from tests.builders import make_lead, make_rep, make_team, offers_of, pending_offer

NEW_YORK, DENVER = "America/New_York", "America/Denver"


@pytest.fixture
def taken(office, clock):
    """A lead of Ana, who works by the clocks of Denver; the office is in UTC, where it is ten in the morning."""
    with transaction():
        db.session.get_one(Rep, office.ana.id).time_zone = DENVER
    lead = make_lead(name="Sam", phone="+14155550123")
    accept_offer(pending_offer(lead).id, now=clock.now())
    return lead


@pytest.fixture
def voicemail(office, clock, taken):
    """What Ana says of her call: that she calls again in so many hours."""

    def record(hours: int) -> None:
        again_at = clock.now() + timedelta(hours=hours)
        record_call(taken.id, "voicemail", again_at=again_at, now=clock.now(), actor_id=office.ana.id)

    return record


def timeline(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page[page.index('id="timeline"') :])


def test_what_happened_is_told_by_the_clock_of_the_reader(office, visit, taken, voicemail):
    with transaction():
        db.session.get_one(Rep, office.olivia.id).time_zone = NEW_YORK
    voicemail(9)

    readers = (office.ana, office.mia, office.olivia)
    read = {rep.name: timeline(visit(rep).open(f"/leads/{taken.id}").text) for rep in readers}

    assert "3:00 amAna left a voicemail. Next call 12:00 pm." in read["Ana"]
    assert "10:00 amAna left a voicemail. Next call 7:00 pm." in read["Mia"]
    assert "5:00 amAna left a voicemail. Next call 2:00 pm." in read["Olivia"]


def test_a_day_is_named_as_seen_from_the_day_on_which_it_is_read(office, visit, clock, taken, voicemail):
    voicemail(33)
    reader = visit(office.mia)

    assert "Next call tomorrow 7:00 pm." in timeline(reader.open(f"/leads/{taken.id}").text)

    clock.advance(24 * 3600)
    assert "Next call 7:00 pm." in timeline(reader.open(f"/leads/{taken.id}").text)


def test_a_time_is_said_in_the_language_of_the_reader(office, visit, taken, voicemail):
    with transaction():
        db.session.get_one(Rep, office.mia.id).language = Language.SPANISH
    voicemail(33)

    assert "mañana 7:00 pm" in timeline(visit(office.mia).open(f"/leads/{taken.id}").text)


def test_programs_get_the_time_as_it_was_said(taken, voicemail):
    voicemail(9)

    said = db.session.query(Event.text).filter_by(lead_id=taken.id, kind=EventKind.CALLED).scalar()
    assert said == "Ana left a voicemail. Next call today at 12:00 PM."


def test_who_has_set_no_zone_reads_and_is_rung_by_the_clocks_of_his_team(office, visit, clock):
    dee = make_rep("Dee", phone="+13035550101")
    team = make_team("Denver", [dee], office.mia, time_zone=DENVER)
    with transaction():
        db.session.get_one(Team, office.plumbing.id).is_default = False
        db.session.get_one(Team, team.id).is_default = True
    [offer] = offers_of(make_lead())

    [text] = db.session.query(Message).filter_by(offer_id=offer.id, rep_id=dee.id, channel="sms")
    set_presence(dee.id, state="busy", until=clock.now() + timedelta(hours=1), now=clock.now())

    assert f"until {(offer.expires_at - timedelta(hours=7)):%-I:%M} AM" in text.body
    assert "until 4:00 am" in visit(dee).open("/me").text


def test_a_number_of_the_country_is_written_as_there_and_one_from_abroad_so_that_it_can_be_dialled(
    office, visit, clock
):
    with transaction():
        db.session.get_one(Business, 1).country = "US"
        db.session.get_one(Rep, office.ana.id).phone = "+14155550101"
    known = {"+14155550123": "(415) 555-0123", "+525512345678": "+52 55 1234 5678"}
    for number, written in known.items():
        lead = make_lead(phone=number)
        accept_offer(pending_offer(lead).id, now=clock.now(), actor_id=office.olivia.id)

        assert f"<dd>{written}</dd>" in visit(office.mia).open(f"/leads/{lead.id}").text

    assert "(415) 555-0101" in visit(office.ana).open("/me").text
