"""/leads/{id}: the customer, why me, and everything done to a lead from a screen."""

from dataclasses import replace

import pytest

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.routing.values import LeadOutcome, LeadState, Presence
from leadapp.transaction import transaction
from leadapp.workflow.offers import accept_offer
from tests.builders import make_lead, make_source, pending_offer, reread

CUSTOMER = {
    "name": "Sam Rivera",
    "phone": "+14155550123",
    "message": "No hot water",
    "address": "1 Main St & Co",
    "city": "Oakland",
}


@pytest.fixture
def taken(office, clock):
    """A lead that Ana has accepted."""
    lead = make_lead(**CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now())
    return reread(lead.id)


def test_the_owner_reaches_the_customer_in_one_tap(office, visit, taken):
    page = visit(office.ana).open(f"/leads/{taken.id}").text

    for link in ('href="tel:+14155550123"', 'href="sms:+14155550123"', "query=1+Main+St+%26+Co%2C+Oakland"):
        assert link in page
    assert "(415) 555-0123" in page
    assert "No hot water" in page


def test_it_says_why_me_and_who_else_was_looked_at(office, visit, taken):
    page = visit(office.ana).open(f"/leads/{taken.id}").text

    assert taken.why["sentence"] in page.replace("&#39;", "'")
    assert "Who else was looked at" in page


def test_before_accepting_there_is_no_customer(office, visit):
    page = visit(office.ana).open(f"/leads/{make_lead(**CUSTOMER).id}").text

    assert ">Accept</button>" in page
    for hidden in ("Sam", "0123", "Main St", "No hot water"):
        assert hidden not in page


@pytest.mark.parametrize("result", ["talked", "texted", "mailed"])
def test_saying_how_it_went_stops_the_clock(office, visit, taken, result):
    answer = visit(office.ana).press(f"/leads/{taken.id}/contact", htmx=True, result=result, on="lead")

    assert answer.status_code == 200
    assert 'data-state="contacted"' in answer.text
    assert reread(taken.id).contacted_at


@pytest.mark.parametrize("outcome", list(LeadOutcome))
def test_closing_says_how_it_ended(office, visit, taken, outcome):
    visit(office.ana).press(f"/leads/{taken.id}/closure", outcome=outcome.value, reason="As it was", on="lead")

    lead = reread(taken.id)
    assert (lead.state, lead.outcome, lead.outcome_reason) == (LeadState.CLOSED, outcome, "As it was")


@pytest.mark.parametrize(
    ("action", "values"), [("closure", {"outcome": "sold"}), ("contact", {"result": "x"}), ("release", {})]
)
def test_a_form_that_says_too_little_changes_nothing(office, visit, taken, action, values):
    answer = visit(office.ana).press(f"/leads/{taken.id}/{action}", on="lead", **values)

    assert answer.status_code == 422
    assert reread(taken.id).state is LeadState.CLAIMED


def test_handing_back_gives_it_to_another_and_leads_the_rep_home(office, visit, taken):
    answer = visit(office.ana).press(f"/leads/{taken.id}/release", reason="Wrong part of town", on="lead", htmx=True)

    assert answer.headers["HX-Redirect"] == "/my"
    assert pending_offer(taken).rep_id == office.ben.id


def test_handing_back_says_where_it_has_gone(office, visit, taken):
    with transaction():
        office.ben.presence = Presence.OUT
    visitor = visit(office.ana)

    visitor.press(f"/leads/{taken.id}/release", reason="Wrong part of town", on="lead")

    assert "Handed back. It waits in the queue." in visitor.open("/my").text


def test_the_office_gives_it_to_somebody(office, visit, taken):
    answer = visit(office.mia).press(f"/leads/{taken.id}/assignment", rep=office.ben.id, on="lead", htmx=True)

    assert "It is Ben&#39;s now." in answer.text
    assert reread(taken.id).owner_id == office.ben.id


def test_the_office_cannot_give_it_to_nobody(office, visit, taken):
    answer = visit(office.mia).press(f"/leads/{taken.id}/assignment", rep="nobody", on="lead")

    assert answer.status_code == 422
    assert reread(taken.id).owner_id == office.ana.id


def test_acting_on_a_closed_lead_says_that_it_is_closed(office, visit, taken):
    visitor = visit(office.ana)
    visitor.press(f"/leads/{taken.id}/closure", outcome="won", on="lead")

    answer = visitor.press(f"/leads/{taken.id}/contact", result="talked", on="lead", htmx=True)

    assert answer.status_code == 409
    assert "closed" in answer.text


def test_dirty_text_is_shown_as_text(office, visit):
    lead = make_lead(name="<script>alert(1)</script>" + "N" * 10_000, message="مرحبا 🚿", attributes={"<b>x": {"a": 1}})

    page = visit(office.mia).open(f"/leads/{lead.id}").text

    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert 'dir="auto">مرحبا 🚿' in page


def test_the_office_reads_how_the_requests_came_and_a_rep_does_not(office, visit, client):
    client.post(f"/f/{make_source().key}", data={"phone": "+14155550123"}, headers={"Referer": "https://a.example/"})
    [lead] = db.session.query(Lead)

    seen = visit(office.mia).open(f"/leads/{lead.id}").text

    assert "Proof that they asked" in seen
    assert "from 127.0.0.1" in seen
    assert "Proof that they asked" not in visit(office.ana).open(f"/leads/{lead.id}").text


@pytest.mark.parametrize(("provider", "href"), [("log", "sms:+14155550123"), ("twilio", "#text-0")])
def test_text_writes_from_the_businesss_number_where_texts_leave(
    app, office, visit, taken, monkeypatch, provider, href
):
    monkeypatch.setitem(app.config, "LEADAPP", replace(app.config["LEADAPP"], sms_provider=provider))

    page = visit(office.ana).open(f"/leads/{taken.id}").text

    assert f'href="{href}"' in page
    assert (f'id="{href[1:]}"' in page) == (provider == "twilio")
