"""The presence form of /me and /people: what was chosen, what was said back, and how to undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from leadapp.models import Rep
from leadapp.routing.values import Presence
from leadapp.web.api.field_types import FIRST_YEAR, LAST_YEAR
from leadapp.web.htmx import Undo
from leadapp.web.languages import _, _n
from leadapp.web.pages.formats import frozen_now, moment, zone
from leadapp.workflow import people
from leadapp.workflow.errors import Invalid

_SPANS = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1), "2h": timedelta(hours=2)}
BACK_AT = time(8)


@dataclass(frozen=True)
class Said:
    """What has been changed, in one sentence or two, and the way back."""

    notice: str
    undo: Undo


def change_presence(rep: Rep, form: Mapping[str, str], *, url: str, target: str, actor: Rep) -> Said:
    """Declares the presence that the form at `url` describes, whose answer replaces `target`. Raises Invalid, and
    Conflict for an undo that comes too late."""
    before, state = _as_form(rep), form.get("state", "")
    if state not in set(Presence):
        raise Invalid(("state", _("Choose available, on a job or out.")))
    until = None if state == Presence.AVAILABLE else _until(form)
    if form.get("after") and until and until <= frozen_now():  # put back is what would hold by now
        state, until = Presence.AVAILABLE, None
    change = people.set_presence(
        rep.id,
        state=Presence(state),
        now=frozen_now(),
        until=until,
        start=_exact(form.get("exact_from")),
        cover_id=form.get("cover") or None,
        note=form.get("note") or None,
        actor_id=actor.id,
        only_after=form.get("after") or None,
    )
    notice = _sentence(None if rep.id == actor.id else rep.name, Presence(state), until)
    if moved := change.offers_moved:
        notice += " " + _n("%(num)d offer moved on.", "%(num)d offers moved on.", moved)
    if change.still_claimed and state == Presence.OUT:
        notice += " " + _n(
            "%(num)d taken lead to hand over.", "%(num)d taken leads to hand over.", change.still_claimed
        )
    return Said(notice, Undo(url, before | {"after": change.mark}, target))


def too_late() -> str:
    """What is said when an undo comes after somebody has changed it again."""
    return _("That was changed again since, so nothing was put back.")


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
        return datetime.combine(tomorrow, BACK_AT, tzinfo=zone())
    if choice == "until":
        return _local(form.get("until", ""))
    return None


def _local(value: str) -> datetime:
    try:
        if "T" in value:
            return _meant(datetime.fromisoformat(value).replace(tzinfo=zone()))
        at = datetime.combine(frozen_now().astimezone(zone()).date(), time.fromisoformat(value), tzinfo=zone())
    except ValueError:
        raise Invalid(("until", _("Say until when."))) from None
    return at if at > frozen_now() else at + timedelta(days=1)


def _exact(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise Invalid(("until", _("That time cannot be read."))) from None
    return _meant(at if at.tzinfo else at.replace(tzinfo=zone()))


def _meant(at: datetime) -> datetime:
    """The same years as in the API; those at the ends of the calendar cannot be told in another zone."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Invalid(("until", _("That time cannot be meant.")))
    return at


def _as_form(rep: Rep) -> dict[str, str]:
    moments = {"exact_until": rep.presence_until, "exact_from": rep.presence_from}
    is_over = rep.presence_until is not None and rep.presence_until <= frozen_now()
    if rep.presence == Presence.AVAILABLE or is_over:
        return {"state": Presence.AVAILABLE.value}
    values = {name: at.isoformat() for name, at in moments.items() if at}
    return values | {"state": rep.presence.value, "cover": rep.cover_id or "", "note": rep.presence_note or ""}


def _sentence(name: str | None, state: Presence, until: datetime | None) -> str:
    """Of somebody by name, or of the reader."""
    if until is None:
        said = {
            Presence.AVAILABLE: (_("You are available."), _("%(name)s is available.", name=name)),
            Presence.BUSY: (_("You are on a job."), _("%(name)s is on a job.", name=name)),
            Presence.OUT: (_("You are out of office."), _("%(name)s is out of office.", name=name)),
        }
        return said[state][name is not None]
    when = moment(until)
    if state is Presence.BUSY:
        own, other = (
            _("You are on a job until %(when)s.", when=when),
            _("%(name)s is on a job until %(when)s.", name=name, when=when),
        )
    else:
        own, other = (
            _("You are out of office until %(when)s.", when=when),
            _("%(name)s is out of office until %(when)s.", name=name, when=when),
        )
    return other if name else own
