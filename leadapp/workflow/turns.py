"""Turns of the rotation that are not decided with a lead: joining, coming back, giving back. Each keeps the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.facts import member_facts, rejoin_facts
from leadapp.ids import new_id
from leadapp.models import Lead, Membership, Offer, Team, Turn
from leadapp.routing import rotation, values
from leadapp.routing.said import Said, as_json, said
from leadapp.routing.values import LeadOutcome, Refusal, TurnKind
from leadapp.words import words_for
from leadapp.workflow.locks import lock_routing


def join_rotation(team_id: str, rep_id: str, weight: float, now: datetime) -> None:
    """The rep becomes a member, level with the others: his first turn is earned. Nothing is caught up."""
    lock_routing()
    level = db.session.get_one(Team, team_id, populate_existing=True).virtual_time
    place = {"weight": weight, "virtual_start": level, "turns_in_hand": 1, "joined_at": now}
    db.session.add(Membership(team_id=team_id, rep_id=rep_id, **place))
    _write(team_id, rep_id, TurnKind.EARNED, said("You joined, level with the others."), now)


def leave_rotation(place: Membership, now: datetime) -> None:
    """The rep is no longer a member. The turns he had are gone, and his ledger says so: should he join again, it still
    comes to what he has."""
    lock_routing()
    db.session.refresh(place)
    for _ in range(place.turns_in_hand + place.turns_to_catch_up):
        _write(place.team_id, place.rep_id, TurnKind.SKIPPED, said("You left the team before this turn came."), now)
    db.session.delete(place)


def come_back(rep_id: str) -> None:
    """Who comes back from being out joins each rotation level, or is next where the team keeps his turn. Not after a
    job: the rotation itself keeps the place of those who are busy for a while."""
    lock_routing()
    members = select(Membership, Team).join(Team, Team.id == Membership.team_id).where(Membership.rep_id == rep_id)
    for member, team in db.session.execute(members.execution_options(populate_existing=True)):
        missed = rotation.missed_for(Refusal.OUT, rejoin_facts(team))
        _move(member, rotation.come_back(member_facts(member), team.virtual_time, missed))


def give_back_turns(lead: Lead, now: datetime) -> None:
    """The lead was junk: whoever it cost a turn gets it back, unless he has left the team."""
    for offer in db.session.scalars(select(Offer).where(Offer.lead_id == lead.id, Offer.used_turn)):
        was_junk = said("The lead was {outcome}.", outcome=words_for(LeadOutcome(str(lead.outcome))))
        give_back_turn(offer, was_junk, now)


def give_back_turn(offer: Offer, reason: Said, now: datetime) -> None:
    """The offer came to nothing, and not by whoever it was made to: if it cost him a turn he gets it back, unless he
    has left the team."""
    lock_routing()
    member = db.session.get(Membership, (offer.team_id, offer.rep_id), populate_existing=True)
    if member is None or not offer.used_turn:
        return
    offer.used_turn = False
    level = db.session.get_one(Team, offer.team_id, populate_existing=True).virtual_time
    _move(member, rotation.give_back(member_facts(member), level))
    _write(offer.team_id, offer.rep_id, TurnKind.GIVEN_BACK, reason, now, offer.lead_id)


def use_turn_again(offer: Offer, reason: Said, now: datetime) -> None:
    """What he had been given his turn back for was taken back."""
    lock_routing()
    member = db.session.get(Membership, (offer.team_id, offer.rep_id), populate_existing=True)
    if member is None:
        return
    offer.used_turn = True
    _move(member, rotation.use_again(member_facts(member)))
    _write(offer.team_id, offer.rep_id, TurnKind.USED, reason, now, offer.lead_id)


def give_back_passed_turn(offer: Offer, now: datetime) -> None:
    """The rep passed, and his team keeps a passed turn for him or lets him catch it up."""
    team = db.session.get_one(Team, offer.team_id)
    missed = rejoin_facts(team).passed
    if not offer.used_turn or missed is values.Missed.LEVEL:
        return
    lock_routing()
    db.session.refresh(team)
    member = db.session.get(Membership, (offer.team_id, offer.rep_id), populate_existing=True)
    if member is None:
        return
    before = member_facts(member)
    after = rotation.after_pass(before, team.virtual_time, missed)
    if after != before:
        offer.used_turn = False
        _move(member, after)
        is_kept = said("You passed, and your turn is kept.")
        _write(offer.team_id, offer.rep_id, TurnKind.GIVEN_BACK, is_kept, now, offer.lead_id)


def _move(row: Membership, member: values.Member) -> None:
    row.virtual_start, row.last_offer_at = member.virtual_start, member.last_offer_at
    row.turns_in_hand, row.turns_to_catch_up = member.turns_in_hand, member.turns_to_catch_up


def _write(team_id: str, rep_id: str, kind: TurnKind, reason: Said, now: datetime, lead_id: str | None = None) -> None:
    line = {"kind": kind, "reason": reason, "said": as_json(reason)}
    db.session.add(Turn(id=new_id(), at=now, team_id=team_id, rep_id=rep_id, lead_id=lead_id, **line))
