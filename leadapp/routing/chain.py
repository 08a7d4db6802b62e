"""A lead's way along its chain: whom the present step asks, and when nobody is left to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadapp.routing.covers import fallback_of
from leadapp.routing.eligibility import needed_skill, refusals
from leadapp.routing.rotation import pick, turn_order
from leadapp.routing.values import (
    Ask,
    Because,
    Blank,
    Considered,
    Member,
    Offer,
    Policy,
    Progress,
    Queue,
    Reading,
    Refusal,
    Rep,
    Snapshot,
    Step,
    Team,
    Turn,
    Why,
)

_LONGEST_WAIT = 366 * 24 * 3600
Refusals = Mapping[str, tuple[Refusal, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """A lead with its team and policy settled, and what was found out on the way there."""

    snapshot: Snapshot
    now: datetime
    team: Team
    policy: Policy
    urgent: bool
    rule_id: str | None = None
    absent_owner_id: str | None = None
    covered_id: str | None = None
    skipped_rules: tuple[str, ...] = ()
    looked_at: tuple[Considered, ...] = ()
    blanks: tuple[Blank, ...] = ()
    readings: tuple[Reading, ...] = ()
    nobody_on_call: bool = False

    def why(
        self, because: Because, rep_id: str | None, considered: Sequence[Considered] = (), *, last_resort: bool = False
    ) -> Why:
        """The reason, with everybody looked at once: what was found last counts."""
        everybody = {one.rep_id: one for one in (*self.looked_at, *considered)}
        return Why(
            because=because,
            team_id=self.team.id,
            rule_id=self.rule_id,
            considered=tuple(everybody.values()),
            absent_owner_id=self.absent_owner_id,
            covered_id=self.covered_id,
            skipped_rules=self.skipped_rules,
            rep_id=rep_id,
            is_last_resort=last_resort,
            blanks=self.blanks,
            readings=self.readings,
            nobody_on_call=self.nobody_on_call,
        )

    def until(self, seconds: int) -> datetime:
        return self.now + timedelta(seconds=min(max(seconds, 1), _LONGEST_WAIT))


def offer_to(case: Case, rep: Rep, because: Because) -> Offer:
    """The lead put before one person outside the rotation, before its first step: no turn and no try is used."""
    seconds = case.policy.steps[0].seconds if case.policy.steps else case.policy.repeat_seconds
    considered = (Considered(rep.id, "offered"),)
    return _offer(case, (rep.id,), because, considered, seconds=seconds)


def walk(case: Case, progress: Progress) -> Offer | Queue:
    """The offer of the present step, or of the first later one that finds somebody; a step that finds nobody takes no
    time. After the last step the lead is queued with the fallback."""
    refused = _refused(case, progress)
    tries = progress.tries
    for index in range(max(progress.step, 0), len(case.policy.steps)):
        step = case.policy.steps[index]
        if tries < step.tries:
            offer = _ask(case, step, (index, tries + 1), progress, refused)
            if offer is not None:
                return offer
        tries = 0
    return _queue(case, progress, refused)


def _ask(case: Case, step: Step, place: tuple[int, int], progress: Progress, refused: Refusals) -> Offer | None:
    match step.ask:
        case Ask.ROTATION:
            return _ask_next(case, step, place, refused)
        case Ask.EVERYBODY:
            return _ask_everybody(case, step, place, refused)
        case Ask.PERSON:
            return _ask_person(case, step, place, progress, refused)


def _ask_next(case: Case, step: Step, place: tuple[int, int], refused: Refusals) -> Offer | None:
    eligible = [member for member in case.team.members if not refused[member.rep_id]]
    if not eligible:
        return None
    skipped = [(member, reasons[0]) for member in case.team.members if (reasons := refused[member.rep_id])]
    turn = pick(eligible, case.team.virtual_time, skipped=skipped, rejoin=case.team.rejoin, now=case.now)
    considered = _considered(case, refused, {turn.rep_id})
    return _offer(case, (turn.rep_id,), Because.TURN, considered, seconds=step.seconds, place=place, turn=turn)


def _ask_everybody(case: Case, step: Step, place: tuple[int, int], refused: Refusals) -> Offer | None:
    """Everybody who was not asked yet: whoever let his own offer run out can still accept it late."""
    rep_ids = tuple(member.rep_id for member in _in_turn_order(case.team) if not refused[member.rep_id])
    if not rep_ids:
        return None
    considered = _considered(case, refused, set(rep_ids))
    return _offer(case, rep_ids, Because.EVERYBODY, considered, seconds=step.seconds, place=place)


def _ask_person(case: Case, step: Step, place: tuple[int, int], progress: Progress, refused: Refusals) -> Offer | None:
    rep = case.snapshot.reps.get(step.rep_id or "")
    if rep is None or rep.id in progress.barred or refusals(rep, case.now):
        return None
    considered = (*_considered(case, refused, {rep.id}), Considered(rep.id, "offered"))
    return _offer(case, (rep.id,), Because.PERSON, considered, seconds=step.seconds, place=place)


def _offer(
    case: Case,
    rep_ids: tuple[str, ...],
    because: Because,
    considered: Sequence[Considered],
    *,
    seconds: int,
    place: tuple[int, int] = (0, 0),
    turn: Turn | None = None,
) -> Offer:
    alone = rep_ids[0] if len(rep_ids) == 1 and because is not Because.EVERYBODY else None
    return Offer(
        rep_ids=rep_ids,
        accountable_id=alone or fallback_of(case.team, case.snapshot, case.now).rep_id,
        team_id=case.team.id,
        policy=case.policy,
        step=place[0],
        tries=place[1],
        expires_at=case.until(seconds),
        why=case.why(because, alone, considered),
        urgent=case.urgent,
        turn=turn,
    )


def _queue(case: Case, progress: Progress, refused: Refusals) -> Queue:
    fallback = fallback_of(case.team, case.snapshot, case.now)
    considered = _considered(case, refused, set())
    return Queue(
        accountable_id=fallback.rep_id,
        team_id=case.team.id,
        policy=case.policy,
        ring_again_at=case.until(case.policy.repeat_seconds),
        why=case.why(_why_queued(case, progress), fallback.rep_id, considered, last_resort=fallback.is_last_resort),
        urgent=case.urgent,
    )


def _why_queued(case: Case, progress: Progress) -> Because:
    if progress.asked or progress.step > 0 or progress.tries > 0:
        return Because.NOBODY_TOOK_IT
    members = (case.snapshot.reps.get(member.rep_id) for member in case.team.members)
    has_somebody = any(rep is not None and rep.active for rep in members)
    return Because.NOBODY_ELIGIBLE if has_somebody else Because.EMPTY_TEAM


def _refused(case: Case, progress: Progress) -> Refusals:
    """Every member of the team with the reasons against him; a member whose rep is gone counts as inactive."""
    members = {member.rep_id: case.snapshot.reps.get(member.rep_id) for member in case.team.members}
    skill = needed_skill(case.snapshot.lead.fields.get("service"), [rep for rep in members.values() if rep is not None])
    taken = progress.asked | progress.barred
    return {
        rep_id: ((Refusal.INACTIVE,) if rep is None else refusals(rep, case.now, skill=skill))
        + ((Refusal.ALREADY_ASKED,) if rep_id in taken else ())
        for rep_id, rep in members.items()
    }


def _considered(case: Case, refused: Refusals, offered: set[str]) -> tuple[Considered, ...]:
    """Every member, in the order of the turns, with the weightiest reason against him."""
    return tuple([_verdict(member.rep_id, refused[member.rep_id], offered) for member in _in_turn_order(case.team)])


def _verdict(rep_id: str, reasons: tuple[Refusal, ...], offered: set[str]) -> Considered:
    if rep_id in offered:
        return Considered(rep_id, "offered")
    return Considered(rep_id, "skipped", reasons[0]) if reasons else Considered(rep_id, "eligible")


def _in_turn_order(team: Team) -> list[Member]:
    return sorted(team.members, key=turn_order)
