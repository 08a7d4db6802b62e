"""Where a lead is now, said to whoever has just moved it."""

from __future__ import annotations

from leadapp.queries.whereabouts import Whereabouts, whereabouts
from leadapp.routing.values import LeadState
from leadapp.web.access import sees_every_lead, viewer
from leadapp.web.languages import _


def where_it_is(lead_id: str) -> str:
    """Where the lead is now, in one sentence; a rep does not learn the name of whoever it has gone to."""
    found = whereabouts(lead_id)
    match found.state:
        case LeadState.OFFERED:
            return _asked(found)
        case LeadState.QUEUED:
            return _("It waits in the queue.")
        case LeadState.HELD:
            return _("It waits for opening.")
        case LeadState.CLOSED:
            return _("It is closed.")
        case LeadState.NEW:
            return _("It goes to a person in a moment.")
        case _:
            return _has_it(found)


def _asked(found: Whereabouts) -> str:
    if viewer().id in dict(found.reps):
        return _("You are asked now.")
    name = _told(found)
    return _("%(name)s is asked now.", name=name) if name else _("Somebody else is asked now.")


def _has_it(found: Whereabouts) -> str:
    if viewer().id in dict(found.reps):
        return _("You have it.")
    name = _told(found)
    return _("%(name)s has it.", name=name) if name else _("Somebody else has it.")


def _told(found: Whereabouts) -> str | None:
    """Whose name is told, if anybody's."""
    names = [name for _id, name in found.reps]
    return names[0] if len(names) == 1 and sees_every_lead(viewer()) else None
