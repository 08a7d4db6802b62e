"""The decision: who is offered a lead, until when, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from leadapp.routing.chain import Case, offer_to, walk
from leadapp.routing.covers import covers, fallback_of
from leadapp.routing.eligibility import refusals
from leadapp.routing.hours import is_open, next_opening
from leadapp.routing.oncall import on_call_reps
from leadapp.routing.rules import placement
from leadapp.routing.values import (
    AfterHours,
    Because,
    Considered,
    Decision,
    Hold,
    Offer,
    Policy,
    Refusal,
    Rep,
    Rule,
    Snapshot,
    Team,
)


class NoTeam(Exception):
    """A snapshot without any team: there is no named human to give the lead to."""


def decide(snapshot: Snapshot, now: datetime) -> Decision:
    """What happens next with a lead nobody has taken.

    A lead without a team (`progress.team_id` None: just captured, or held until opening) is placed: outside the team's
    hours by the after-hours rule, else with the rep who has worked with the contact or his cover, else with the rep who
    has another open lead of this contact, else by the first matching rule, else in the source's or the default team.
    A placed lead goes along its chain; one whose chain has not begun goes first to whoever else is on call while the
    team is closed. Ids that lead nowhere are passed over. Raises NoTeam only if there is no team at all.

    `Offer.step` and `Offer.tries` are the lead's new progress: `tries` counts the offers its step has used, this one
    included. An offer to the contact's owner, a cover, the person a rule names or the one on call comes before the
    chain: it uses neither a turn nor a try.
    """
    progress = snapshot.progress
    if progress.team_id is None:
        return _place(snapshot, now)
    team = snapshot.teams.get(progress.team_id) or _default_team(snapshot)
    urgent = snapshot.lead.urgent
    case = Case(snapshot, now, team, progress.policy or _policy(team, urgent), urgent)
    return _to_next_on_call(case) or walk(case, progress)


def _place(snapshot: Snapshot, now: datetime) -> Decision:
    lead, progress = snapshot.lead, snapshot.progress
    found = placement(snapshot.rules, lead, lambda rule: _names_somebody(rule, snapshot))
    rule, urgent = found.rule, lead.urgent or found.urgent
    team = _team_for(rule, snapshot)
    case = Case(
        snapshot,
        now,
        team,
        progress.policy or _policy(team, urgent),
        urgent,
        rule_id=rule.id if rule else None,
        skipped_rules=found.skipped,
        blanks=found.blanks,
        readings=found.readings,
    )

    if not is_open(team.hours, team.time_zone, now):
        closed, not_free = _while_closed(case)
        if closed is not None:
            return closed
        case = replace(case, looked_at=not_free, nobody_on_call=bool(not_free))

    owner_id = lead.contact_owner_id
    if owner_id is not None and owner_id not in progress.barred:
        offer, passed_over = _to_owner(_whatever_the_rules(case), owner_id)
        if offer is not None:
            return offer
        absent_owner_id = _if_working(owner_id, snapshot)
        case = replace(case, absent_owner_id=absent_owner_id, looked_at=(*case.looked_at, *passed_over))

    if lead.holder_id is not None:
        offer, passed_over = _to_person(_whatever_the_rules(case), lead.holder_id, Because.HOLDER)
        if offer is not None:
            return offer
        case = replace(case, looked_at=(*case.looked_at, *passed_over))

    if rule is not None and rule.rep_id is not None:
        offer, passed_over = _to_person(case, rule.rep_id, Because.RULE)
        if offer is not None:
            return offer
        case = replace(case, looked_at=(*case.looked_at, *passed_over))

    return walk(case, progress)


def _whatever_the_rules(case: Case) -> Case:
    """The case without what the rules said of it, for who comes before them."""
    return replace(case, rule_id=None, blanks=(), readings=())


def _while_closed(case: Case) -> tuple[Hold | Offer | None, tuple[Considered, ...]]:
    """What the team's after-hours rule does with the lead, and who is on call and was passed over. None when it is
    routed as if the team were open, as is a lead that nobody on call can take, and one for a team that never opens."""
    match after_hours(case.team, urgent=case.urgent):
        case AfterHours.ON_CALL:
            return _to_on_call(case)
        case AfterHours.HOLD:
            return _hold(case), ()
        case AfterHours.ROUTE:
            return None, ()


def after_hours(team: Team, *, urgent: bool) -> AfterHours:
    """What the team does with a lead while it is closed. Unless it says so, an urgent one is never held."""
    if not urgent:
        return team.after_hours
    usual = AfterHours.ROUTE if team.after_hours is AfterHours.HOLD else team.after_hours
    return team.urgent_after_hours or usual


def _hold(case: Case) -> Hold | None:
    opening = next_opening(case.team.hours, case.team.time_zone, case.now)
    if opening is None:
        return None
    fallback = fallback_of(case.team, case.snapshot, case.now)
    why = case.why(Because.CLOSED, fallback.rep_id, last_resort=fallback.is_last_resort)
    return Hold(opening, fallback.rep_id, case.team.id, case.policy, why, case.urgent)


def _to_on_call(case: Case) -> tuple[Offer | None, tuple[Considered, ...]]:
    """To the rep whose week it is, else to his cover, else to the next of the rota or his cover."""
    team, passed_over = case.team, tuple[Considered, ...]()
    on_call = on_call_reps(team.on_call, team.time_zone, case.now)
    for rep_id in on_call:
        offer, missed = _to_person(replace(case, looked_at=passed_over), rep_id, Because.ON_CALL)
        if offer is not None:
            covered_id = on_call[0] if offer.accountable_id != on_call[0] else None
            return replace(offer, why=replace(offer.why, covered_id=covered_id)), ()
        passed_over += missed
    return None, passed_over


def _to_next_on_call(case: Case) -> Offer | None:
    """Somebody on call did not take it: the next of the rota comes before the team is woken."""
    progress, team = case.snapshot.progress, case.team
    if progress.step or progress.tries or after_hours(team, urgent=case.urgent) is not AfterHours.ON_CALL:
        return None
    return None if is_open(team.hours, team.time_zone, case.now) else _to_on_call(case)[0]


def _to_owner(case: Case, owner_id: str) -> tuple[Offer | None, tuple[Considered, ...]]:
    """As `_to_person`; for somebody who has left the company nobody stands in."""
    if owner_id in case.snapshot.reps and _if_working(owner_id, case.snapshot) is None:
        return None, (Considered(owner_id, "skipped", Refusal.INACTIVE),)
    return _to_person(case, owner_id, Because.OWNER)


def _if_working(rep_id: str, snapshot: Snapshot) -> str | None:
    rep = snapshot.reps.get(rep_id)
    return rep_id if rep is not None and rep.active else None


def _to_person(case: Case, rep_id: str, because: Because) -> tuple[Offer | None, tuple[Considered, ...]]:
    """An offer to this rep or the nearest cover who can take it, and those who were passed over on the way."""
    reps, passed_over = case.snapshot.reps, list[Considered]()
    named = [reps[rep_id]] if rep_id in reps else []
    stand_ins = () if because is Because.HOLDER else covers(rep_id, reps, case.now)
    for rep in (*named, *stand_ins):
        reasons = _reasons_against(rep, case, because)
        if not reasons:
            seen = replace(case, looked_at=(*case.looked_at, *passed_over))
            if rep.id == rep_id or because is Because.ON_CALL:
                return offer_to(seen, rep, because), ()
            absent_owner_id = rep_id if because is Because.OWNER else case.absent_owner_id
            return offer_to(replace(seen, covered_id=rep_id, absent_owner_id=absent_owner_id), rep, Because.COVER), ()
        passed_over.append(Considered(rep.id, "skipped", reasons[0]))
    return None, tuple(passed_over)


def _reasons_against(rep: Rep, case: Case, because: Because) -> tuple[Refusal, ...]:
    """Skill never counts for a person who is meant by name, nor does the shift of whoever is on call."""
    progress = case.snapshot.progress
    if rep.id in progress.asked or rep.id in progress.barred:
        return (Refusal.ALREADY_ASKED,)
    reasons = refusals(rep, case.now)
    if because is Because.ON_CALL:
        return tuple(reason for reason in reasons if reason is not Refusal.OFF_SHIFT)
    return reasons


def _names_somebody(rule: Rule, snapshot: Snapshot) -> bool:
    rep = snapshot.reps.get(rule.rep_id or "")
    return rule.team_id in snapshot.teams or (rep is not None and rep.active)


def _team_for(rule: Rule | None, snapshot: Snapshot) -> Team:
    """The rule's team, or the first team of the rep it names; without a rule the source's team; else the default."""
    teams = snapshot.teams
    if rule is None:
        return teams.get(snapshot.lead.source_team_id or "") or _default_team(snapshot)
    team = teams.get(rule.team_id or "") or _first_team_of(rule.rep_id, snapshot)
    return team or _default_team(snapshot)


def _first_team_of(rep_id: str | None, snapshot: Snapshot) -> Team | None:
    teams = snapshot.teams.values()
    return next((team for team in teams if any(member.rep_id == rep_id for member in team.members)), None)


def _default_team(snapshot: Snapshot) -> Team:
    team = snapshot.teams.get(snapshot.default_team_id) or next(iter(snapshot.teams.values()), None)
    if team is None:
        raise NoTeam("there is no team to route to")
    return team


def _policy(team: Team, urgent: bool) -> Policy:
    return team.urgent_policy if urgent else team.policy
