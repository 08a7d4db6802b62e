"""What must never happen, and what the rotation promises (PRODUCT.md): a sentence a function, held after each step."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from inspect import isfunction

from leadapp.routing.eligibility import needed_skill, presence_at, refusals
from leadapp.routing.hours import is_open
from leadapp.routing.values import Ask, LeadState, OfferOutcome, TaskKind, TurnKind
from tests.stories.office.books import Books, Step, by, policy_of

TAKEN = {LeadState.CLAIMED, LeadState.CONTACTED}
WRITTEN = {
    LeadState.HELD: {"held"},
    LeadState.OFFERED: {"offered"},
    LeadState.QUEUED: {"queued"},
    LeadState.CLAIMED: {"accepted", "assigned"},
    LeadState.CONTACTED: {"contacted"},
    LeadState.CLOSED: {"closed"},
}


def every_open_lead_bears_the_name_of_somebody_who_works_here(step: Step):
    reps = step.after.roster.reps
    if any(rep.active for rep in reps.values()):
        for lead in step.after.open_leads:
            assert reps[lead.accountable_id].active, f"{reps[lead.accountable_id].name} has left and has a lead"


def no_lead_that_was_stored_is_gone(step: Step):
    assert set(step.after.leads) == step.stored


def every_lead_has_a_clock_until_the_customer_was_reached(step: Step):
    for lead in step.after.open_leads:
        assert lead.state is LeadState.CONTACTED or lead.next_due_at is not None


def nothing_is_overdue_once_the_clock_has_looked(step: Step):
    if step.is_swept:
        for lead in step.after.open_leads:
            assert lead.next_due_at is None or lead.next_due_at > step.after.now, lead.state


def nobody_who_is_away_is_still_asked_once_the_clock_has_looked(step: Step):
    if step.is_swept:
        for offer in step.after.pending:
            rep = step.after.roster.rep_facts[offer.rep_id]
            assert presence_at(rep, step.after.now) == "available", f"{rep.name} is away and is asked"


def nobody_waits_longer_than_the_clock_of_his_policy(step: Step):
    for lead in step.after.open_leads:
        limit = {
            LeadState.QUEUED: policy_of(lead).repeat_seconds,
            LeadState.CLAIMED: policy_of(lead).contact_seconds,
        }.get(lead.state)
        if limit is not None:
            assert lead.next_due_at <= step.after.now + timedelta(seconds=limit)


def an_owner_is_replaced_by_a_person_only(step: Step):
    for lead in step.after.leads.values():
        was = step.before.leads.get(lead.id)
        if was is not None and was.owner_id not in (None, lead.owner_id):
            assert lead.id in step.decided, f"{step.after.name(was.owner_id)} lost a lead to the machine"


def a_lead_is_offered_exactly_while_somebody_is_asked(step: Step):
    asked = {offer.lead_id for offer in step.after.pending}
    assert asked == {lead.id for lead in step.after.open_leads if lead.state is LeadState.OFFERED}


def a_lead_that_is_taken_has_its_owners_name_on_it_and_no_other_has_an_owner(step: Step):
    for lead in step.after.open_leads:
        assert (lead.owner_id == lead.accountable_id) if lead.state in TAKEN else lead.owner_id is None


def one_rep_who_is_asked_has_his_name_on_the_lead(step: Step):
    for offer in step.after.pending:
        lead = step.after.leads[offer.lead_id]
        alone = sum(other.offered_at == offer.offered_at for other in step.after.offers_of[lead.id]) == 1
        if alone and _asks(lead, offer) is Ask.ROTATION:
            assert lead.accountable_id == offer.rep_id


def _asks(lead, offer):
    """Whom the offer's step asks; None past the end of the chain."""
    return next((one.ask for one in policy_of(lead).steps[offer.step :]), None)


def an_offer_that_was_accepted_and_not_released_is_its_owners(step: Step):
    for lead_id, offers in step.after.offers_of.items():
        accepted = [offer for offer in offers if offer.outcome is OfferOutcome.ACCEPTED and not offer.released_at]
        assert len(accepted) <= 1
        assert all(offer.rep_id == step.after.leads[lead_id].owner_id for offer in accepted)


def an_offer_ends_when_the_clock_of_its_lead_says(step: Step):
    for offer in step.after.pending:
        assert step.after.leads[offer.lead_id].next_due_at == offer.expires_at


def each_who_is_asked_has_one_task_and_nobody_else_has_any(step: Step):
    for lead in step.after.leads.values():
        tasks = [(task.kind, task.rep_id, task.offer_id) for task in step.after.open_tasks_of.get(lead.id, ())]
        assert sorted(tasks, key=str) == sorted(_tasks_due(lead, step.after), key=str), lead.state


def _tasks_due(lead, books: Books):
    match lead.state:
        case LeadState.OFFERED:
            pending = (offer for offer in books.pending if offer.lead_id == lead.id)
            return [(TaskKind.ACCEPT, offer.rep_id, offer.id) for offer in pending]
        case LeadState.QUEUED:
            return [(TaskKind.ACCEPT, lead.accountable_id, None)]
        case LeadState.CLAIMED:
            return [(TaskKind.CONTACT, lead.owner_id, None)]
        case _:
            return []


def only_who_could_take_it_is_asked(step: Step):
    """Said here in other words than routing's own, which could be wrong."""
    for offer in step.new_offers:
        rep, now = step.after.roster.rep_facts[offer.rep_id], offer.offered_at
        has_begun = rep.presence_from is None or rep.presence_from <= now
        is_over = rep.presence_until is not None and rep.presence_until <= now
        on_his_hands = sum(
            lead.owner_id == rep.id and lead.state is LeadState.CLAIMED for lead in step.after.leads.values()
        )
        assert rep.active, f"{rep.name} has left"
        assert rep.presence == "available" or not has_begun or is_over, f"{rep.name} is {rep.presence}"
        assert is_open(rep.shifts, rep.time_zone, now), f"{rep.name} is off shift"
        assert rep.max_open is None or on_his_hands < rep.max_open, f"{rep.name} has {on_his_hands} leads already"
        assert rep.reachable, f"{rep.name} cannot be reached"


def who_handed_a_lead_back_is_never_asked_again(step: Step):
    for offer in step.new_offers:
        assert offer.rep_id not in step.after.leads[offer.lead_id].barred


def nobody_is_asked_twice_in_one_pass(step: Step):
    for offer in step.new_offers:
        lead = step.after.leads[offer.lead_id]
        if _asks(lead, offer) is not Ask.PERSON:
            asked = [other.rep_id for other in step.after.offers_of[lead.id] if other.cycle == offer.cycle]
            assert asked.count(offer.rep_id) == 1, f"{step.after.name(offer.rep_id)} was asked again"


def a_lead_is_queued_only_when_nobody_is_left_to_ask(step: Step):
    for was, lead in step.moved:
        if lead.state is LeadState.QUEUED and lead.id not in step.decided:  # what is put back is as it was
            is_on_its_way = was is not None and was.state is LeadState.OFFERED and was.cycle == lead.cycle
            left = _left_to_ask(lead, step.after, (was.step, was.tries) if is_on_its_way else (0, 0))
            assert not left, [step.after.name(rep_id) for rep_id in left]


def _left_to_ask(lead, books: Books, place: tuple[int, int]):
    """Whom the rest of the chain could ask now."""
    team, reps = books.roster.team_facts[lead.team_id], books.roster.rep_facts
    skill = needed_skill(lead.service, [reps[member.rep_id] for member in team.members])
    asked = {offer.rep_id for offer in books.offers_of[lead.id] if offer.cycle == lead.cycle}
    left = set()
    for index, one in enumerate(policy_of(lead).steps):
        if (index, 0) < (place[0], 0) or (index == place[0] and place[1] >= one.tries):
            continue
        if one.ask is Ask.PERSON:
            left |= {one.rep_id} if not refusals(reps[one.rep_id], books.now) else set()
        else:
            members = {member.rep_id for member in team.members} - asked
            left |= {rep_id for rep_id in members if not refusals(reps[rep_id], books.now, skill=skill)}
    return left - set(lead.barred)


def a_lead_is_held_only_while_its_team_is_closed(step: Step):
    for _was, lead in step.moved:
        if lead.state is LeadState.HELD and lead.id not in step.decided:
            team = step.after.roster.teams[lead.team_id]
            assert not is_open(team.hours, team.time_zone, step.after.now)


def every_step_stands_on_the_timeline(step: Step):
    for was, lead in step.moved:
        kinds = step.new_kinds.get(lead.id, set())
        assert kinds & WRITTEN[lead.state], f"{lead.state} without a word: {kinds}"
        assert was is not None or {"captured", "routed"} <= kinds
    for offer in step.after.offers.values():
        was = step.before.offers.get(offer.id)
        if was is not None and was.outcome is not offer.outcome:
            kind = "offered" if offer.outcome is OfferOutcome.PENDING else offer.outcome.value
            assert kind in step.new_kinds.get(offer.lead_id, ())


def every_lead_says_why_it_is_where_it_is(step: Step):
    for lead in step.after.leads.values():
        assert lead.why["sentence"]


def whoever_is_asked_or_rung_was_told_or_it_is_said_that_nobody_could(step: Step):
    told = {message.offer_id for message in step.after.messages.values()}
    notes = {(event.lead_id, event.text) for event in step.after.events.values() if "was not told" in event.text}
    for offer in step.new_offers:
        untold = f"{step.after.name(offer.rep_id)} was not told: there is no phone number, e-mail or device to reach"
        assert offer.id in told or any(
            lead_id == offer.lead_id and text.startswith(untold) for lead_id, text in notes
        ), f"{step.after.name(offer.rep_id)} was asked in silence"


def the_ledger_of_each_member_comes_to_the_turns_he_has(step: Step):
    lines = by(step.after.turns.values(), lambda turn: (turn.team_id, turn.rep_id))
    for seat, member in step.after.members.items():
        kinds = Counter(turn.kind for turn in lines[seat])
        balance = kinds[TurnKind.EARNED] + kinds[TurnKind.GIVEN_BACK] - kinds[TurnKind.USED] - kinds[TurnKind.SKIPPED]
        owed = member.turns_in_hand + member.turns_to_catch_up
        assert balance == owed, f"{step.after.name(seat[1])}: {balance} by the ledger, {owed} in hand"


def every_turn_that_was_used_brought_an_offer(step: Step):
    used, given_back = (_lines(step.after, kind) for kind in (TurnKind.USED, TurnKind.GIVEN_BACK))
    by_turn = Counter((offer.lead_id, offer.rep_id) for offer in step.after.offers.values() if offer.used_turn)
    assert used - given_back == by_turn


def _lines(books: Books, kind: TurnKind):
    return Counter((turn.lead_id, turn.rep_id) for turn in books.turns.values() if turn.kind is kind)


def the_rotation_never_runs_backwards(step: Step):
    for team_id, team in step.before.roster.teams.items():
        assert step.after.roster.teams[team_id].virtual_time >= team.virtual_time


#: Every sentence above.
LAWS = [
    law for name, law in list(globals().items()) if isfunction(law) and law.__module__ == __name__ and name[0] != "_"
]
