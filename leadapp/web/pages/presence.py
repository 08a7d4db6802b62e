"""The presence form of /me and /people: what was chosen, what was said back, and how to undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from leadapp.models import Rep
from leadapp.routing.values import Presence
from leadapp.web.api.field_types import FIRST_YEAR, LAST_YEAR
from leadapp.web.htmx import Undo
from leadapp.web.pages.formats import frozen_now, moment, zone
from leadapp.workflow import people
from leadapp.workflow.errors import Invalid

_SPANS = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1), "2h": timedelta(hours=2)}
_BACK_AT = time(8)


@dataclass(frozen=True)
class Said:
    """What has been changed, in one sentence or two, and the way back."""

    notice: str
    undo: Undo


def change_presence(rep: Rep, form: Mapping[str, str], *, url: str, actor: Rep) -> Said:
    """Declares the presence that the form describes. Raises Invalid."""
    undo = Undo(url, _as_form(rep))
    state = form.get("state", "")
    if state not in set(Presence):
        raise Invalid(("state", "Choose available, on a job or out."))
    until = None if state == Presence.AVAILABLE else _until(form)
    change = people.set_presence(
        rep.id,
        state=Presence(state),
        now=frozen_now(),
        until=until,
        start=_exact(form.get("exact_from")),
        cover_id=form.get("cover") or None,
        note=form.get("note") or None,
        actor_id=actor.id,
    )
    who = "You are" if rep.id == actor.id else f"{rep.name} is"
    notice = f"{who} {_doing(Presence(state))}{f' until {moment(until)}' if until else ''}."
    if change.offers_moved:
        notice += f" {_count(change.offers_moved, 'offer')} moved on."
    if change.still_claimed and state == Presence.OUT:
        notice += f" {_count(change.still_claimed, 'taken lead')} to hand over."
    return Said(notice, undo)


def _until(form: Mapping[str, str]) -> datetime | None:
    """The end of the period, from a preset or a local time; empty = until changed."""
    if exact := _exact(form.get("exact_until")):
        return exact
    choice, local_now = form.get("for", ""), frozen_now().astimezone(zone())
    tomorrow = local_now.date() + timedelta(days=1)
    if choice in _SPANS:
        return frozen_now() + _SPANS[choice]
    if choice == "today":
        return datetime.combine(tomorrow, time(), tzinfo=zone())
    if choice == "tomorrow":
        return datetime.combine(tomorrow, _BACK_AT, tzinfo=zone())
    if choice == "until":
        return _local(form.get("until", ""))
    return None


def _local(value: str) -> datetime:
    try:
        if "T" in value:
            return _meant(datetime.fromisoformat(value).replace(tzinfo=zone()))
        at = datetime.combine(frozen_now().astimezone(zone()).date(), time.fromisoformat(value), tzinfo=zone())
    except ValueError:
        raise Invalid(("until", "Say until when.")) from None
    return at if at > frozen_now() else at + timedelta(days=1)


def _exact(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise Invalid(("until", "That time cannot be read.")) from None
    return _meant(at if at.tzinfo else at.replace(tzinfo=zone()))


def _meant(at: datetime) -> datetime:
    """The same years as in the API; those at the ends of the calendar cannot be told in another zone."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Invalid(("until", "That time cannot be meant."))
    return at


def _as_form(rep: Rep) -> dict[str, str]:
    moments = {"exact_until": rep.presence_until, "exact_from": rep.presence_from}
    is_over = rep.presence_until is not None and rep.presence_until <= frozen_now()
    if rep.presence == Presence.AVAILABLE or is_over:
        return {"state": Presence.AVAILABLE.value}
    values = {name: at.isoformat() for name, at in moments.items() if at}
    return values | {"state": rep.presence.value, "cover": rep.cover_id or "", "note": rep.presence_note or ""}


def _doing(state: Presence) -> str:
    return {Presence.AVAILABLE: "available", Presence.BUSY: "on a job", Presence.OUT: "out of office"}[state]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
