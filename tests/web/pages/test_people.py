"""/people: set anyone away, hand over their leads."""

from leadapp.extensions import db
from leadapp.queries.configuration import rep_shapes
from leadapp.routing.values import Presence
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, record_contact
from tests.builders import make_lead, pending_offer, reread


def test_the_office_sets_somebody_out_with_a_cover(office, visit):
    answer = visit(office.mia).press(
        f"/people/{office.ana.id}/presence", htmx=True, state="out", cover=office.ben.id, **{"for": "tomorrow"}
    )

    assert "Ana is out of office until tomorrow 8:00 am." in answer.text
    assert "Ben covers" in answer.text
    db.session.refresh(office.ana)
    assert office.ana.presence is Presence.OUT


def test_hand_over_gives_every_taken_lead_to_another(office, visit, clock):
    leads = [make_lead(phone=f"+1415555000{number}") for number in (1, 2)]
    for lead in leads:
        accept_offer(pending_offer(lead).id, now=clock.now())
    mine = [lead for lead in leads if reread(lead.id).owner_id == office.ana.id]

    answer = visit(office.mia).press(f"/people/{office.ana.id}/hand-over", htmx=True, to=office.ben.id)

    assert f"{len(mine)} lead handed over to Ben." in answer.text
    assert {reread(lead.id).owner_id for lead in leads} == {office.ben.id}


def test_nobody_hands_over_to_himself(office, visit):
    answer = visit(office.mia).press(f"/people/{office.ana.id}/hand-over", to=office.ana.id)

    assert answer.status_code == 422


def test_everybody_is_listed_with_what_they_have(office, visit, clock):
    accept_offer(pending_offer(make_lead()).id, now=clock.now())

    page = visit(office.mia).open("/people").text

    for name in ("Ana", "Ben", "Mia", "Olivia"):
        assert f">{name}</h2>" in page
    assert "rep · 1 open</p>" in page


def test_open_is_the_same_number_here_and_in_the_api(office, visit, clock):
    leads = [make_lead(phone=f"+1415555010{number}") for number in range(3)]
    for lead in leads:
        assign_lead(lead.id, office.ana.id, now=clock.now())
    record_contact(leads[0].id, kind="call", now=clock.now())

    page = visit(office.mia).open("/people").text

    [ana] = rep_shapes([office.ana], clock.now())
    assert ana["open_count"] == 2
    assert "2 open, 1 spoken to" in page


def test_what_was_spoken_about_can_be_handed_over_too(office, visit, clock):
    lead = make_lead()
    assign_lead(lead.id, office.ana.id, now=clock.now())
    record_contact(lead.id, kind="call", now=clock.now())

    page = visit(office.mia).open("/people").text

    assert f'action="/people/{office.ana.id}/hand-over"' in page
