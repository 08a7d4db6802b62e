"""A customer nobody reaches is not forgotten: a voicemail, a promise, and what the office hears of them."""

from __future__ import annotations

from leadapp.routing.values import LeadState
from leadapp.workflow.calls import record_call, start_call
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import record_contact
from tests.builders import make_lead, offers_of, pending_offer, reread
from tests.stories.crew import HOUR, MINUTE, Crew

CUSTOMER = "+14155550123"


def test_a_voicemail_gives_half_an_hour_and_then_the_office_is_told(app, clock):
    crew = Crew(clock, contact_seconds=10 * MINUTE)
    lead = make_lead(phone=CUSTOMER)
    crew.take(lead)
    crew.waits(2 * MINUTE)
    start_call(lead.id, now=crew.now, actor_id=crew.id_of("Ana"))
    record_call(lead.id, "voicemail", now=crew.now, actor_id=crew.id_of("Ana"))

    crew.waits(29 * MINUTE)
    assert "Mia" not in crew.told(lead)

    crew.waits(1 * MINUTE)
    assert crew.told(lead)[-2:] == ["Ana", "Mia"]
    assert crew.holder(lead) == "Ana"

    crew.waits(5 * MINUTE)
    record_call(lead.id, "talked", now=crew.now, actor_id=crew.id_of("Ana"))
    before = crew.told(lead)
    crew.waits(3 * HOUR)
    assert crew.told(lead) == before
    assert reread(lead.id).state is LeadState.CONTACTED


def test_who_calls_again_and_again_in_vain_is_heard_of_in_the_end(app, clock):
    crew = Crew(clock, contact_seconds=10 * MINUTE)
    lead = make_lead(phone=CUSTOMER)
    crew.take(lead)

    for _ in range(7):
        crew.waits(29 * MINUTE if "called" in crew.timeline(lead) else MINUTE)
        record_call(lead.id, "no_answer", now=crew.now, actor_id=crew.id_of("Ana"))
    assert "Mia" not in crew.told(lead)
    crew.waits(1 * MINUTE)

    assert crew.told(lead)[-1] == "Mia"


def test_a_promise_is_kept_or_the_office_hears_of_it(app, clock):
    crew = Crew(clock, contact_seconds=5 * MINUTE)
    kept, broken = make_lead(phone=CUSTOMER), make_lead(phone="+14155550199")
    for lead in (kept, broken):
        accept_offer(pending_offer(lead).id, now=crew.now, call_in=20)

    crew.waits(19 * MINUTE)
    record_contact(kept.id, kind="call", now=crew.now)
    crew.waits(1 * MINUTE)

    assert "Mia" not in crew.told(kept)
    assert crew.told(broken)[-1] == "Mia"
    assert all(len(offers_of(lead)) == 1 for lead in (kept, broken))
