"""What happens to leads: they come in, are accepted, passed, left lying, handed over, closed; the clock moves on."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from leadapp.capture.lead import from_fields
from leadapp.routing.values import LeadOutcome, LeadState
from leadapp.workflow.arrivals import Capture
from leadapp.workflow.decisions import take_decision_back
from leadapp.workflow.escalation import advance_due_leads, advance_lead
from leadapp.workflow.following import find_due_reps, follow_rep
from leadapp.workflow.intake import SamePerson, capture_lead, store_together
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead, take_queued
from leadapp.workflow.passes import take_pass_back
from tests.stories.office.machine import WHICH, OfficeMachine, one_of

#: Few, so that people come again, by another way, and share phones; odd and blank, as they come in real life.
REQUESTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Dana", "Eli", "", "Ünal 🛠"]),
        "phone": st.sampled_from(["(415) 555-0123", "+1 415 555 0124", "", "ask my wife", "+442079460958"]),
        "email": st.sampled_from(["dana@example.com", "eli@example.com", "", "not an address"]),
        "message": st.sampled_from(["Hello", "A pipe has burst, water everywhere", "no emergency, just a drip"]),
        "service": st.sampled_from(["", "Drains", "roof leak", "n/a", "Select"]),
    },
    optional={"external_id": st.sampled_from(["A-1", "A-2"]), "favourite colour": st.just("blue")},
)


class Leads(OfficeMachine):
    @initialize(requests=st.lists(REQUESTS, min_size=1, max_size=3))
    def the_office_opens_and_the_first_leads_come_in(self, requests):
        self.open_office()
        for request in requests:
            self._capture(request)

    @rule(request=REQUESTS)
    def a_lead_comes_in(self, request):
        self._capture(request)

    @rule(service=st.sampled_from(["", "Drains", "roof leak"]))
    def somebody_comes_in_who_leaves_only_a_few_words(self, service):
        self._capture({"message": "call me", "service": service})

    @rule(phone=st.sampled_from(["4155550131", "4155550132", "4155550133"]))
    def an_emergency_comes_in(self, phone):
        self._capture({"message": "Emergency! A pipe has burst", "phone": phone})

    @rule(requests=st.lists(REQUESTS, min_size=2, max_size=4))
    def several_leads_come_in_at_once(self, requests):
        captures, taken = [], set()
        for request in requests:
            capture = self._request(request)
            if taken.isdisjoint(capture.identities):
                captures.append(capture)
                taken |= capture.identities
        try:
            self._keep(store_together(captures))
        except SamePerson:
            for capture in captures:
                self._keep(store_together([capture]))

    @precondition(lambda self: self.books.pending)
    @rule(which=WHICH)
    def who_is_asked_accepts(self, which):
        self._accept(one_of(self.books.pending, which))

    @precondition(lambda self: self.books.offers)
    @rule(which=st.integers(0, 60))
    def somebody_taps_accept_on_an_offer_of_any_age(self, which):
        self._accept(one_of(list(self.books.offers.values()), which))

    @precondition(lambda self: self.books.pending)
    @rule(which=WHICH)
    def who_is_asked_passes(self, which):
        self.attempt(pass_offer, one_of(self.books.pending, which).id, reason="too far")

    @precondition(lambda self: self.books.offers)
    @rule(which=st.integers(0, 60))
    def somebody_taps_pass_on_an_offer_of_any_age(self, which):
        self.attempt(pass_offer, one_of(list(self.books.offers.values()), which).id)

    @precondition(lambda self: self.books.offers)
    @rule(which=WHICH)
    def who_passed_takes_it_back(self, which):
        passed = [offer for offer in self.books.offers.values() if offer.outcome == "passed"]
        offer = one_of(passed or list(self.books.offers.values()), which)
        self.attempt(take_pass_back, offer.id, actor_id=offer.rep_id)

    @precondition(lambda self: self.books.leads)
    @rule(which=WHICH, to=WHICH)
    def the_office_gives_a_lead_to_somebody(self, which, to):
        lead, rep_id = one_of(list(self.books.leads.values()), which), one_of(self.reps, to)
        self.decided(lead.id)
        if self.attempt(assign_lead, lead.id, rep_id, actor_id=self.mia):
            self.must_own(lead.id, rep_id)

    @precondition(lambda self: self.books.decisions)
    @rule(which=WHICH)
    def a_decision_is_taken_back(self, which):
        lead = one_of(self.books.decisions, which)
        self.decided(lead.id)
        self.attempt(take_decision_back, lead.id, lead.before_decision["mark"], actor_id=self.mia)

    @precondition(lambda self: self.books.open_leads)
    @rule(which=WHICH, by=WHICH)
    def somebody_takes_a_lead_from_the_queue(self, which, by):
        lead, rep = one_of(self.books.open_leads, which), one_of(self.reps, by)
        works_here = self.books.roster.reps[rep].active
        assert self.attempt(take_queued, lead.id, rep) == (lead.owner_id == rep or (not lead.owner_id and works_here))

    @precondition(lambda self: self.taken)
    @rule(which=WHICH)
    def an_owner_hands_a_lead_back(self, which):
        lead = one_of(self.taken, which)
        self.decided(lead.id)
        assert self.attempt(release_lead, lead.id, reason="ill", actor_id=lead.owner_id)

    @precondition(lambda self: self.taken)
    @rule(which=WHICH)
    def an_owner_reaches_the_customer(self, which):
        assert self.attempt(record_contact, one_of(self.taken, which).id, kind="call")

    @precondition(lambda self: self.books.open_leads)
    @rule(which=WHICH, outcome=st.sampled_from(LeadOutcome))
    def a_lead_is_closed(self, which, outcome):
        assert self.attempt(close_lead, one_of(self.books.open_leads, which).id, outcome=outcome)

    @rule(seconds=st.sampled_from([1, 61, 300, 3_600]), at_once=st.sampled_from([1, 10]))
    def time_passes(self, seconds, at_once):
        self.clock.advance(seconds)
        self._sweep(at_once)

    @precondition(lambda self: self.next_due_at)
    @rule()
    def time_passes_until_the_next_clock_runs_out(self):
        self.clock.advance(max(0.0, (self.next_due_at - self.now).total_seconds()))
        self._sweep(10)

    @rule(hours=st.sampled_from([8, 13, 64]))
    def a_night_or_a_weekend_passes(self, hours):
        self.clock.advance(hours * 3600)
        self._sweep(10)

    @rule(seconds=st.sampled_from([30, 61, 700]))
    def time_passes_and_the_clock_is_late(self, seconds):
        self.clock.advance(seconds)

    @rule()
    def the_clock_looks_again(self):
        self._sweep(10)

    @precondition(lambda self: self.books.leads)
    @rule(which=WHICH)
    def the_clock_looks_at_one_lead_twice(self, which):
        lead_id = one_of(list(self.books.leads), which)
        advance_lead(lead_id, self.now)
        assert not advance_lead(lead_id, self.now)

    @property
    def taken(self):
        return [lead for lead in self.books.open_leads if lead.owner_id]

    @property
    def next_due_at(self):
        return min((lead.next_due_at for lead in self.books.open_leads if lead.next_due_at), default=None)

    def _sweep(self, at_once):
        """As the clock does: everybody whose presence or shift has changed, then every lead that is due, until nothing
        is."""
        while True:
            reps = find_due_reps(self.now, at_once)
            for rep_id in reps:
                follow_rep(rep_id, self.now)
            if not advance_due_leads(self.now, at_once) and not reps:
                break
        self.swept()

    def _capture(self, request):
        capture = self._request(request)
        self._keep([capture_lead(capture.captured, now=self.now)])

    def _request(self, fields):
        return Capture(from_fields(fields, country="US", now=self.now), self.now)

    def _keep(self, stored):
        for one in stored:
            assert (one.lead_id in self.stored) == (one.how != "created")
            self.stored.add(one.lead_id)

    def _accept(self, offer):
        """A late tap wins a lead that nobody has; nobody ever takes one from its owner."""
        lead, rep = self.books.leads[offer.lead_id], self.books.roster.reps[offer.rep_id]
        is_open = lead.state is not LeadState.CLOSED
        is_his = is_open and lead.owner_id == rep.id
        can_win = is_open and lead.owner_id is None and rep.active and not offer.released_at
        assert self.attempt(accept_offer, offer.id) == (is_his or can_win)
        if is_his or can_win:
            self.must_own(lead.id, rep.id)
