"""The page behind the link of a text: it is answered without signing in, tells nothing of the customer, and looking at
it changes nothing."""

from __future__ import annotations

import pytest

from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import Channel, Message, Rep
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.transaction import transaction
from leadapp.workflow.ownership import assign_lead
from tests.builders import make_lead, offers_of, reread


@pytest.fixture
def lead(office):
    with transaction():
        db.session.get_one(Rep, office.ana.id).phone = "+14155550100"
    return make_lead(name="Maria Secret", phone="+14155550142", address="1 Secret Street", service="Slow drain")


@pytest.fixture
def link(lead) -> str:
    """Where the text that Ana got points."""
    jobs.deliver_due()
    db.session.rollback()
    text = db.session.query(Message).filter_by(channel=Channel.SMS, lead_id=lead.id, to="+14155550100").one()
    return text.body.rpartition("http://localhost")[2]


def test_looking_changes_nothing_and_tells_nothing_of_the_customer(visit, lead, link):
    page = visit().open(link).text

    assert "Slow drain" in page
    assert "Secret" not in page
    assert "5550142" not in page
    assert reread(lead.id).state is LeadState.OFFERED


def test_accept_claims_it_and_the_page_says_so(office, visit, lead, link):
    answer = visit().client.post(f"{link}/accept")

    assert (answer.status_code, answer.location) == (303, link)
    assert reread(lead.id).owner_id == office.ana.id
    assert "It is yours." in visit().open(link).text


def test_pass_moves_it_on(visit, lead, link):
    visit().client.post(f"{link}/pass")

    assert [offer.outcome for offer in offers_of(lead)] == [OfferOutcome.PASSED, OfferOutcome.PENDING]
    assert "You passed." in visit().open(link).text


def test_whoever_comes_too_late_is_told_who_has_it(office, visit, clock, lead, link):
    assign_lead(lead.id, office.ben.id, now=clock.now())

    visit().client.post(f"{link}/accept")

    assert reread(lead.id).owner_id == office.ben.id
    assert "Ben</bdi> has it." in visit().open(link).text


def test_another_site_cannot_answer(visit, lead, link):
    answer = visit().client.post(f"{link}/accept", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert reread(lead.id).state is LeadState.OFFERED


@pytest.mark.parametrize("path", ["/a/nothing", "/a/%00", "/a/" + "x" * 2000])
def test_a_link_that_we_did_not_send_opens_nothing(office, visit, path):
    assert visit().open(path).status_code == 404


def test_the_receipt_of_a_push_opens_no_page(office, visit, lead):
    with transaction():
        about = {"cause": "x", "channel": Channel.PUSH, "to": "x", "body": "x", "created_at": lead.stored_at}
        moments = {"due_at": lead.stored_at, "expires_at": lead.stored_at}
        db.session.add(Message(id="m", receipt="of-a-push", data={"title": "x"}, **about, **moments))

    assert visit().open("/a/of-a-push").status_code == 404


def test_only_what_the_page_offers_can_be_said(visit, link):
    assert visit().client.post(f"{link}/nothing").status_code == 404
