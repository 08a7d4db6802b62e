"""Whose turn it is: weighted fair queueing (WF2Q) over the members who are eligible now, and what the turn costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from leadapp.routing.values import Entry, Member, Missed, Offer, Refusal, Rejoin, Team, Turn, TurnKind

#: How far behind the team's virtual time a skipped member may fall, in turns of his own. Zero would put him level at
#: each skip, and then a rep who is busy at every second lead never gets another (simulated: 1 turn of 667 due). A
#: whole turn or more gives floods. With half a turn he keeps his place and never gets two in a row on coming back.
PLACE_KEPT = 0.5

#: More than this nobody is owed: two months away would be caught up for half a year.
MOST_TO_CATCH_UP = 20

ALL_LEVEL = Rejoin()

#: Starts are sums of fractions such as 1/3; without slack their rounding, not the rule, would decide equal turns.
_SLACK = 1e-9
_NEVER = datetime.min.replace(tzinfo=UTC)


def pick(
    eligible: Sequence[Member],
    virtual_time: float,
    *,
    skipped: Sequence[tuple[Member, Refusal]] = (),
    rejoin: Rejoin = ALL_LEVEL,
    now: datetime = _NEVER,
) -> Turn:
    """The next of `eligible` (at least one), and what it costs.

    V = max(V, smallest v); among the members with v <= V the smallest v + 1/weight is picked (ties: longest since the
    last offer, then id); his v grows by 1/weight and V by 1 / (sum of the weights of those who are there). Those are
    the eligible, and whoever was asked for this very lead already: without them, leads that move on would let the
    shares drift, by 14 turns in 400 leads.

    `skipped` are the team's members who cannot be asked now, each with the reason. Whoever is not there keeps his place
    but never falls more than half a turn behind V, so that an absence nobody announced, however long, ends level;
    `rejoin` says for which reasons a turn is kept. Somebody who has turns to catch up is picked beside the rotation,
    which then stands still, once his time for that (`catches_up_at`) has come at `now`; never twice in a row.

    The ledger: a turn is earned when V reaches v, used when it is picked, and skipped (free) when it comes to a member
    who is not there. Whoever is not there earns none, so an absence is one line, and not one for each lead.
    """
    level = max(virtual_time, min(member.virtual_start for member in eligible))
    chosen = min((m for m in eligible if m.virtual_start <= level + _SLACK), key=turn_order)
    creditor = _who_may_catch_up(eligible, chosen, now)
    if creditor is not None:
        return _extra_turn(creditor, virtual_time, rejoin, now)

    asked = [member for member, reason in skipped if reason is Refusal.ALREADY_ASKED]
    after = level + 1 / sum(member.weight for member in (*eligible, *asked))
    book = _Book(after, rejoin)
    for member, reason in sorted(skipped, key=lambda pair: pair[0].rep_id):
        if reason is not Refusal.ALREADY_ASKED:
            book.skip(member, reason, is_due=member.virtual_start <= level + _SLACK and _precedes(member, chosen))
    book.use(chosen)
    for member in sorted((*eligible, *asked), key=lambda member: member.rep_id):
        book.earn(member)
    return Turn(chosen.rep_id, after, book.members, tuple(book.entries))


class _Book:
    """Members as a pick leaves them at virtual time `after`, and the lines it writes."""

    def __init__(self, after: float, rejoin: Rejoin) -> None:
        self.members: dict[str, Member] = {}
        self.entries: list[Entry] = []
        self._after = after
        self._rejoin = rejoin

    def use(self, member: Member) -> None:
        if member.turns_in_hand == 0:  # he is back, and his place was kept
            self.entries.append(Entry(member.rep_id, TurnKind.EARNED))
        self.entries.append(Entry(member.rep_id, TurnKind.USED))
        self.members[member.rep_id] = replace(
            member,
            virtual_start=member.virtual_start + 1 / member.weight,
            turns_in_hand=max(member.turns_in_hand - 1, 0),
        )

    def earn(self, member: Member) -> None:
        """The next turn of a member who is there has come round."""
        member = self.members.get(member.rep_id, member)
        if member.turns_in_hand == 0 and member.virtual_start <= self._after + _SLACK:
            self.entries.append(Entry(member.rep_id, TurnKind.EARNED))
            self.members[member.rep_id] = replace(member, turns_in_hand=1)

    def skip(self, member: Member, reason: Refusal, *, is_due: bool) -> None:
        """`is_due`: it was his turn."""
        missed = missed_for(reason, self._rejoin)
        if missed is Missed.CATCH_UP and member.turns_to_catch_up < MOST_TO_CATCH_UP:
            self._owe(member, is_due=is_due)
            return
        if missed is Missed.KEEP:
            self.earn(member)
        elif is_due and member.turns_in_hand > 0:
            self.entries.append(Entry(member.rep_id, TurnKind.SKIPPED, reason))
            self.members[member.rep_id] = replace(member, turns_in_hand=member.turns_in_hand - 1)
        self._keep_place(member, 1.0 if missed is Missed.KEEP else PLACE_KEPT)

    def _owe(self, member: Member, *, is_due: bool) -> None:
        """His turn goes from his hand to what he has to catch up, and the next is earned as if he had used it."""
        self.earn(member)
        member = self.members.get(member.rep_id, member)
        if is_due and member.turns_in_hand > 0:
            self.members[member.rep_id] = replace(
                member,
                virtual_start=member.virtual_start + 1 / member.weight,
                turns_in_hand=member.turns_in_hand - 1,
                turns_to_catch_up=member.turns_to_catch_up + 1,
            )

    def _keep_place(self, member: Member, turns: float) -> None:
        member = self.members.get(member.rep_id, member)
        least = self._after - turns / member.weight
        if member.virtual_start < least:
            self.members[member.rep_id] = replace(member, virtual_start=least)


def _who_may_catch_up(eligible: Sequence[Member], chosen: Member, now: datetime) -> Member | None:
    """Not whoever is next anyway, nor whoever had the last offer."""
    owed = [m for m in eligible if m.turns_to_catch_up > 0 and (m.catches_up_at is None or m.catches_up_at <= now)]
    if not owed:
        return None
    last = max(eligible, key=lambda member: (member.last_offer_at or _NEVER, member.rep_id))
    return min((m for m in owed if m.rep_id not in (chosen.rep_id, last.rep_id)), key=turn_order, default=None)


def _extra_turn(member: Member, virtual_time: float, rejoin: Rejoin, now: datetime) -> Turn:
    again_at = now + timedelta(hours=1) / rejoin.catch_up_per_hour
    caught_up = replace(member, turns_to_catch_up=member.turns_to_catch_up - 1, catches_up_at=again_at)
    used = Entry(member.rep_id, TurnKind.USED, is_extra=True)
    return Turn(member.rep_id, virtual_time, {member.rep_id: caught_up}, (used,))


def team_after(team: Team, offer: Offer, now: datetime) -> Team:
    """The team when an offer made `now` has cost what it costs; members who did not change are the same objects."""
    turn = offer.turn
    changed = turn.members if turn else {}

    def after(member: Member) -> Member:
        if member.rep_id in offer.rep_ids:
            return replace(changed.get(member.rep_id, member), last_offer_at=now)
        return changed.get(member.rep_id, member)

    return replace(
        team,
        members=tuple(after(member) for member in team.members),
        virtual_time=turn.virtual_time if turn else team.virtual_time,
    )


def missed_for(reason: Refusal, rejoin: Rejoin) -> Missed:
    """What becomes of a turn that somebody missed for this reason."""
    match reason:
        case Refusal.OUT:
            return rejoin.out
        case Refusal.AT_CAPACITY:
            return rejoin.at_capacity
        case Refusal.UNREACHABLE:
            return rejoin.unreachable
        case _:
            return Missed.LEVEL


def turn_order(member: Member) -> tuple[float, datetime, str]:
    """Sorts members by whose turn ends first; ties: longest since the last offer (never = longest), then id."""
    finish = round(member.virtual_start + 1 / member.weight, 6)
    return finish, member.last_offer_at or _NEVER, member.rep_id


def _precedes(member: Member, chosen: Member) -> bool:
    return turn_order(member) < turn_order(chosen)


def come_back(member: Member, virtual_time: float, missed: Missed = Missed.LEVEL) -> Member:
    """A member who joins the team or comes back to it: level with the others, never behind, or next if his turn was
    kept.

    The workflow stores it when a rep joins a team, is made active again, or comes back from being out. It is not needed
    for busy periods and shifts: `pick` looks after those who are skipped.
    """
    kept = 1 / member.weight if missed is Missed.KEEP else 0.0
    return replace(member, virtual_start=max(member.virtual_start, virtual_time - kept))


def give_back(member: Member, virtual_time: float) -> Member:
    """A member whose turn was wasted (junk), and is given back: an offer that does not count does not decide a tie.

    In the rotation nobody is more than one turn ahead, so what is given back beyond that is caught up beside it, at so
    many an hour: else a pile of junk closed at once would bring a flood.
    """
    member = replace(member, last_offer_at=None)
    if member.virtual_start < virtual_time - _SLACK:
        return replace(member, turns_to_catch_up=member.turns_to_catch_up + 1)
    before = member.virtual_start - 1 / member.weight
    return replace(member, virtual_start=before, turns_in_hand=member.turns_in_hand + 1)


def use_again(member: Member) -> Member:
    """A member who takes back a pass that had brought him a turn: what `after_pass` gave him is used after all."""
    if member.turns_in_hand > 0:
        start = member.virtual_start + 1 / member.weight
        return replace(member, virtual_start=start, turns_in_hand=member.turns_in_hand - 1)
    return replace(member, turns_to_catch_up=max(member.turns_to_catch_up - 1, 0))


def after_pass(member: Member, virtual_time: float, missed: Missed) -> Member:
    """A member who passed the offer that his turn brought. Level: the turn is used. Keep: it comes back to him, never
    more than one turn ahead of the others. Catch up: it is made up for later."""
    match missed:
        case Missed.KEEP:
            return come_back(give_back(member, virtual_time), virtual_time, Missed.KEEP)
        case Missed.CATCH_UP if member.turns_to_catch_up < MOST_TO_CATCH_UP:
            return replace(member, turns_to_catch_up=member.turns_to_catch_up + 1)
        case _:
            return member
