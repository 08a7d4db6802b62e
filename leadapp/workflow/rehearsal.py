"""What a draft of the set-up would have made of the leads of the past. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from leadapp.extensions import db
from leadapp.models import Absence, Contact, Lead, Source
from leadapp.routing.moves import Comparison, compare
from leadapp.routing.past import Away, Outcome, Past, SetUp
from leadapp.routing.rehearsal import rehearse
from leadapp.routing.values import LeadOutcome
from leadapp.transaction import end_reads
from leadapp.workflow.configuration.draft import Draft, Drafted, drafted_roster
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.roster import Roster, default_team
from leadapp.workflow.snapshot import FIELDS, People, in_view_of, lead_facts

#: Is told the share of the work that is done.
Progress = Callable[[float], object]

_JUNK = (LeadOutcome.SPAM, LeadOutcome.DUPLICATE)
_COLUMNS = (
    Lead.id, Lead.phone_raw, Lead.email_raw, Lead.attributes, Lead.urgent, Lead.source_id, Lead.contact_id,
    Lead.linked_lead_id, Lead.owner_id, Lead.received_at, Lead.claimed_at, Lead.contacted_at, Lead.closed_at,
    Lead.outcome, *(getattr(Lead, name) for name in FIELDS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the draft changes. `names` are of everybody and everything in it, by id, `names_now` as they are called at
    present; `new` are the ids of what is in the draft alone; `lead_names` are of the leads that moved."""

    comparison: Comparison
    names_now: Mapping[str, str]
    names: Mapping[str, str]
    new: frozenset[str]
    lead_names: Mapping[str, str | None]


def rehearse_stored(
    draft: Draft, *, days: int, now: datetime, most: int | None = None, progress: Progress = lambda _: None
) -> Rehearsal:
    """The leads of the last `days` through the present set-up and through the draft, with the presences as they were.

    Raises Invalid as saving the draft would, and for more than `most` leads; Conflict while there is no team.
    """
    drafted = _drafted(draft, now)
    since = now - timedelta(days=days)
    if most is not None and (found := _count_leads(since, now)) > most:
        raise Invalid(("days", f"There are {found:,} leads in these days, and {most:,} can be rehearsed. Take fewer."))
    past, absences = stored_leads(since, now), absences_between(since, now)
    return rehearse_through(drafted, past, absences, until=now, progress=progress)


def rehearse_leads(
    draft: Draft, leads: Callable[[Roster], Sequence[Past]], *, now: datetime, progress: Progress = lambda _: None
) -> Rehearsal:
    """Leads from elsewhere through both, with the absences of their time; `leads` makes them, told who there is.

    Raises Invalid as saving the draft would; Conflict while there is no team.
    """
    drafted = _drafted(draft, now)
    past = leads(drafted.present)
    times = [each.lead.received_at for each in past]
    absences = absences_between(min(times), max(times)) if times else []
    return rehearse_through(drafted, past, absences, until=None, progress=progress)


def rehearse_through(
    drafted: Drafted, past: Sequence[Past], absences: Sequence[Away], *, until: datetime | None, progress: Progress
) -> Rehearsal:
    """The same leads through both rosters; through one, when the draft changes nothing. Touches no database."""
    end_reads()
    present, draft = drafted.present, drafted.drafted
    changes = draft is not present
    step = _counting(progress, len(past) * (1 + changes))
    before = _through(present, past, absences, until, step)
    after = _through(draft, past, absences, until, step) if changes else before
    in_rotation = {
        member.rep_id for roster in (present, draft) for team in roster.team_facts.values() for member in team.members
    }
    compared = compare(
        before, after, [rep_id for rep_id in draft.reps if rep_id in in_rotation], draft.business.time_zone
    )
    moved = {move.before.lead_id for move in compared.moves}
    lead_names = {each.lead.id: each.lead.fields["name"] or None for each in past if each.lead.id in moved}
    return Rehearsal(compared, present.names, draft.names, drafted.new, lead_names)


def stored_leads(since: datetime, until: datetime) -> list[Past]:
    """The leads that came in between, oldest first, as far as a rehearsal needs them."""
    teams = dict(db.session.execute(select(Source.id, Source.team_id)).all())
    owners = _owners_before(since, until)
    came_in = select(*_COLUMNS).where(_came_in(since, until)).order_by(Lead.received_at, Lead.id)
    return [_past(row, teams.get(row.source_id), owners.get(row.contact_id)) for row in db.session.execute(came_in)]


def absences_between(since: datetime, until: datetime) -> list[Away]:
    """Who was away then, in the order in which they said so."""
    overlaps = (Absence.starts_at <= until) & or_(Absence.ends_at.is_(None), Absence.ends_at > since)
    found = db.session.scalars(select(Absence).where(overlaps).order_by(Absence.declared_at, Absence.id))
    return [Away(each.rep_id, each.state, each.starts_at, each.ends_at, each.cover_id) for each in found]


def _counting(progress: Progress, whole: int) -> Callable[[int], object]:
    done = 0

    def step(more: int) -> None:
        nonlocal done
        done += more
        progress(done / whole)

    return step


def _drafted(draft: Draft, now: datetime) -> Drafted:
    drafted = drafted_roster(draft, now=now)
    if not drafted.drafted.teams:
        raise Conflict("There is no team yet, so no lead could go anywhere. Make a team first.")
    return drafted


def _through(
    roster: Roster,
    past: Sequence[Past],
    absences: Sequence[Away],
    until: datetime | None,
    progress: Callable[[int], object],
) -> list[Outcome]:
    seen = [replace(each, lead=in_view_of(roster, each.lead)) for each in past]
    return rehearse(_set_up(roster), seen, absences, until=until, progress=progress)


def _set_up(roster: Roster) -> SetUp:
    return SetUp(
        teams=roster.team_facts,
        reps=roster.rep_facts,
        rules=roster.rule_facts,
        default_team_id=default_team(roster.teams.values()).id,
    )


def _count_leads(since: datetime, until: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(Lead).where(_came_in(since, until))) or 0


def _came_in(since: datetime, until: datetime) -> Any:
    return Lead.received_at.between(since, until)


def _owners_before(since: datetime, until: datetime) -> dict[str, str]:
    """Whose the contacts of these leads were at `since`. Nobody wrote down when a contact became somebody's, but it is
    the first who works with them: an owner who worked on none of these leads was the owner before, and so was one with
    an older lead that was worked on."""
    ended = Lead.contacted_at.is_not(None) | (Lead.closed_at.is_not(None) & Lead.outcome.not_in(_JUNK))
    worked_on = select(Lead.contact_id).where(Lead.contact_id.is_not(None), Lead.owner_id.is_not(None), ended)
    older = worked_on.where(Lead.received_at < since)
    by_owner = worked_on.where(_came_in(since, until), Lead.owner_id == Contact.owner_id).where(
        Lead.contact_id == Contact.id
    )
    recent = select(Lead.contact_id).where(_came_in(since, until))
    known = select(Contact.id, Contact.owner_id).where(
        Contact.owner_id.is_not(None),
        Contact.id.in_(recent),
        or_(Contact.id.in_(older), ~by_owner.correlate(Contact).exists()),
    )
    return {contact_id: owner_id for contact_id, owner_id in db.session.execute(known) if owner_id}


def _past(row: Any, source_team_id: str | None, owner_id: str | None) -> Past:
    closed_at = row.closed_at if row.outcome not in _JUNK else None
    ended_at = row.contacted_at or row.closed_at
    took = ended_at - row.claimed_at if ended_at and row.claimed_at else None
    return Past(
        lead=lead_facts(row, source_team_id, People(owner_id)),
        contact_id=row.contact_id,
        linked_id=row.linked_lead_id,
        reached_at=(row.contacted_at or closed_at) if row.owner_id else None,
        took=took,
    )
