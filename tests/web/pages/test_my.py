"""/my: the live offer, my leads, and what happens on Accept and Pass."""

import re

import pytest
from sqlalchemy import event

from leadapp.extensions import db
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from leadapp.workflow import people
from leadapp.workflow.calls import start_call
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead
from tests.builders import make_lead, pending_offer, reread

CUSTOMER = {
    "name": "Sam Rivera",
    "phone": "+14155550123",
    "message": "Burst pipe, call 415 555 0123",
    "city": "Oakland",
}


def test_an_offer_says_the_job_and_not_the_customer(office, visit):
    lead = make_lead(**CUSTOMER, service="Leak repair", postcode="94107")

    page = visit(office.ana).open("/my").text

    assert f'data-lead="{lead.id}" data-state="offered"' in page
    for shown in ("Leak repair", "Oakland, 94107", "URGENT", ">Accept</button>", ">Pass</button>", "data-expires="):
        assert shown in page
    for hidden in ("Sam", "555", "tel:"):
        assert hidden not in page


def test_the_countdown_is_the_servers(office, visit, clock):
    make_lead()
    clock.advance(61)

    assert ">3:59</span>" in visit(office.ana).open("/my").text


def test_accept_without_javascript_comes_back_with_call(office, visit):
    lead = make_lead(**CUSTOMER)
    visitor = visit(office.ana)

    answer = visitor.press(f"/offers/{pending_offer(lead).id}/acceptance", on="my")
    page = visitor.open("/my").text

    assert (answer.status_code, answer.location) == (303, "/my")
    assert reread(lead.id).owner_id == office.ana.id
    assert "It is yours." in page
    assert 'href="tel:+14155550123"' in page


def test_accept_with_htmx_answers_the_part_that_replaces_itself(office, visit):
    lead = make_lead(**CUSTOMER)

    answer = visit(office.ana).press(f"/offers/{pending_offer(lead).id}/acceptance", htmx=True, on="my")

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="my"')
    assert "<html" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]
    assert 'hx-swap-oob="innerHTML"' in answer.text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_lost_race_says_who_has_it_and_shows_what_is_true_now(office, visit, clock, htmx):
    offer = pending_offer(make_lead(**CUSTOMER))
    assign_lead(offer.lead_id, office.ben.id, now=clock.now())
    clock.advance(4)

    answer = visit(office.ana).press(f"/offers/{offer.id}/acceptance", htmx=htmx, on="my")

    assert answer.status_code == 409
    assert "Ben took it 4 s ago." in answer.text
    assert "Accept" not in answer.text


def test_accepting_twice_is_fine(office, visit):
    url = f"/offers/{pending_offer(make_lead()).id}/acceptance"
    visitor = visit(office.ana)

    assert [visitor.press(url, on="my").status_code for _ in range(2)] == [303, 303]


def test_anothers_offer_is_not_there(office, visit):
    offer = pending_offer(make_lead())

    assert visit(office.ben).press(f"/offers/{offer.id}/acceptance").status_code == 404
    assert visit(office.mia).press(f"/offers/{offer.id}/pass").status_code == 404


def test_pass_takes_it_off_the_page_and_gives_it_to_the_next(office, visit):
    lead = make_lead()

    answer = visit(office.ana).press(f"/offers/{pending_offer(lead).id}/pass", htmx=True, on="my")

    assert lead.id not in answer.text
    assert pending_offer(lead).rep_id == office.ben.id


def test_the_fallback_accepts_what_nobody_took(office, visit, clock):
    lead = make_lead()
    for _ in range(2):
        pass_offer(pending_offer(lead).id, now=clock.now())
    assert reread(lead.id).state is LeadState.QUEUED
    visitor = visit(office.mia)

    assert ">Accept</button>" in visitor.open("/my").text
    visitor.press(f"/leads/{lead.id}/acceptance", on="my")

    assert reread(lead.id).owner_id == office.mia.id


@pytest.mark.parametrize("role", ["office", "rep"])
def test_a_stale_accept_takes_nothing_from_whoever_has_it_by_now(office, visit, clock, role):
    lead, offer = queued(office, clock, role)
    visitor = visit(office.mia)
    assert f'action="/leads/{lead.id}/acceptance"' in visitor.open("/my").text
    assert ">Accept</button>" in visitor.open(f"/leads/{lead.id}").text
    accept_offer(offer.id, now=clock.now())
    clock.advance(4)

    answer = visitor.press(f"/leads/{lead.id}/acceptance", htmx=True, on="my")

    assert answer.status_code == 409
    assert "Ana took it 4 s ago." in answer.text
    assert reread(lead.id).owner_id == office.ana.id


def test_accepting_from_the_queue_twice_is_fine(office, visit, clock):
    lead, _offer = queued(office, clock, "rep")
    visitor = visit(office.mia)

    assert [visitor.press(f"/leads/{lead.id}/acceptance", on="my").status_code for _ in range(2)] == [303, 303]
    assert reread(lead.id).owner_id == office.mia.id


def test_nobody_but_the_fallback_accepts_from_the_queue(office, visit, clock):
    lead, _offer = queued(office, clock, "rep")

    assert visit(office.ben).press(f"/leads/{lead.id}/acceptance", on="my").status_code == 404
    assert reread(lead.id).owner_id is None


def test_pass_says_what_is_true_afterwards(office, visit):
    lead = make_lead()

    first = visit(office.ana).press(f"/offers/{pending_offer(lead).id}/pass", htmx=True, on="my").text
    last = visit(office.ben).press(f"/offers/{pending_offer(lead).id}/pass", htmx=True, on="my").text

    assert "Passed. Somebody else is asked now." in first
    assert "Passed. It waits in the queue." in last


def test_the_office_is_told_whom_its_pass_has_gone_to(office, visit):
    with transaction():
        office.ana.roles = ["rep", "office"]
    lead = make_lead()

    answer = visit(office.ana).press(f"/offers/{pending_offer(lead).id}/pass", htmx=True, on="my")

    assert "Passed. Ben is asked now." in answer.text


def test_passing_what_somebody_has_by_now_says_so(office, visit, clock):
    offer = pending_offer(make_lead())
    assign_lead(offer.lead_id, office.ben.id, now=clock.now())

    assert "Somebody else has it." in visit(office.ana).press(f"/offers/{offer.id}/pass", htmx=True, on="my").text


def test_away_says_what_still_comes(office, visit, clock):
    for rep in (office.ana, office.mia):
        people.set_presence(rep.id, state="busy", now=clock.now())

    assert "No new leads are offered to you.</span>" in visit(office.ana).open("/my").text
    assert "What nobody takes still comes to you." in visit(office.mia).open("/my").text


def test_an_empty_page_says_whose_turn_it_is(office, visit):
    assert "You are next in Plumbing." in visit(office.ana).open("/my").text
    assert "You are next" not in visit(office.ben).open("/my").text


def test_nobody_away_is_told_to_be_next(office, visit, clock):
    people.set_presence(office.ana.id, state="out", now=clock.now())

    assert "You are next" not in visit(office.ana).open("/my").text
    assert "You are next in Plumbing." in visit(office.ben).open("/my").text


def test_an_unchanged_poll_costs_no_look_at_the_leads(office, visit):
    visitor = visit(office.ana)
    url = _poll_url(visitor.open("/my").text)
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    answer = visitor.open(url, htmx=True)

    assert answer.status_code == 204
    assert not [statement for statement in asked if "leads" in statement or "offers" in statement]


def test_a_new_offer_comes_with_the_next_poll(office, visit):
    visitor = visit(office.ana)
    url = _poll_url(visitor.open("/my").text)
    lead = make_lead()

    answer = visitor.open(url, htmx=True)

    assert answer.status_code == 200
    assert lead.id in answer.text


def test_a_page_older_than_the_product_reloads_itself(office, visit):
    answer = visit(office.ana).open("/my?seen=1.oldbuild", htmx=True)

    assert answer.headers["HX-Refresh"] == "true"


def test_an_expired_offer_leaves_with_the_clock(office, visit, clock):
    lead = make_lead()
    advance_lead(lead.id, clock.advance(301))

    assert lead.id not in visit(office.ana).open("/my").text
    assert lead.id in visit(office.ben).open("/my").text


def test_closed_leads_are_folded_away(office, visit, clock):
    lead = make_lead(**CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now())
    visitor = visit(office.ana)
    visitor.press(f"/leads/{lead.id}/closure", outcome="won", on="lead")

    page = visitor.open("/my").text

    assert "<details" in page
    assert "Sam Rivera" in page
    assert f'data-lead="{lead.id}"' not in page


def test_many_offers_leave_room_for_what_is_taken_and_the_rest_is_counted(office, visit, clock):
    people.set_presence(office.ben.id, state="busy", now=clock.now())
    taken = make_lead(**CUSTOMER)
    accept_offer(pending_offer(taken).id, now=clock.now())
    for _ in range(12):
        make_lead()

    page = visit(office.ana).open("/my").text

    assert page.count('data-state="offered"') == 10
    assert f'data-lead="{taken.id}" data-state="claimed"' in page
    assert "2 more on the board" in page


def test_a_page_shows_twenty_leads_at_most_and_counts_the_rest(office, visit, clock):
    people.set_presence(office.ben.id, state="busy", now=clock.now())
    for _ in range(15):
        accept_offer(pending_offer(make_lead()).id, now=clock.now())
    for _ in range(12):
        make_lead()

    page = visit(office.ana).open("/my").text

    assert (page.count('data-state="offered"'), page.count('data-state="claimed"')) == (10, 10)
    assert "7 more on the board" in page


def test_what_an_action_answers_is_up_to_date_for_the_next_poll(office, visit):
    visitor = visit(office.ana)
    page = visitor.press(f"/offers/{pending_offer(make_lead()).id}/acceptance", htmx=True, on="my").text

    assert visitor.open(_poll_url(page), htmx=True).status_code == 204


def test_a_person_who_no_longer_works_here_is_signed_out(office, visit):
    visitor = visit(office.ana)
    with transaction():
        office.ana.active = False

    assert visitor.open("/my").headers["Location"].startswith("/sign-in")


def queued(office, clock, role):
    """A lead that Ana and Ben have passed and that rings Mia, who has the role; and Ana's offer."""
    with transaction():
        office.mia.roles = [role]
    lead = make_lead()
    offer = pending_offer(lead)
    for _ in range(2):
        pass_offer(pending_offer(lead).id, now=clock.now())
    return reread(lead.id), offer


def _poll_url(page: str) -> str:
    return page.split('hx-get="')[1].split('"')[0]


def test_a_pass_is_undone_with_one_tap(office, visit):
    lead = make_lead()
    ana = visit(office.ana)
    passed = ana.press(f"/offers/{pending_offer(lead).id}/pass", htmx=True, on="my")
    assert "Undo" in passed.text
    undo = re.search(r'hx-post="(/offers/\w+/reinstatement)" hx-target="#my"', passed.text)[1]

    page = ana.press(undo, htmx=True, on="my").text

    assert f'data-lead="{lead.id}" data-state="offered"' in page
    assert "You are asked again." in page


def test_another_may_not_take_a_pass_back(office, visit):
    offer = pending_offer(make_lead())
    pass_offer(offer.id, now=offer.offered_at)

    assert visit(office.ben).press(f"/offers/{offer.id}/reinstatement", on="my").status_code == 404


def test_it_says_where_somebody_stands_in_each_team(office, visit):
    assert "You are next in Plumbing." in visit(office.ana).open("/my").text
    assert "One before you in Plumbing." in visit(office.ben).open("/my").text


def test_a_call_that_was_not_told_of_is_asked_about(office, visit, clock):
    lead = make_lead(**CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now())
    start_call(lead.id, now=clock.advance(60), actor_id=office.ana.id)

    page = visit(office.ana).open("/my").text

    assert "How did the call to <bdi>Sam Rivera</bdi> go?" in page
    assert f'href="/leads/{lead.id}#question"' in page
