"""Where a lead is now, said to whoever has just moved it."""

from __future__ import annotations

from leadapp.queries.whereabouts import Whereabouts, whereabouts
from leadapp.routing.values import LeadState
from leadapp.web.access import sees_every_lead, viewer


def where_it_is(lead_id: str) -> str:
    """Where the lead is now, in one sentence; a rep does not learn the name of whoever it has gone to."""
    found = whereabouts(lead_id)
    match found.state:
        case LeadState.OFFERED:
            return f"{_who(found, 'are', 'is')} asked now."
        case LeadState.QUEUED:
            return "It waits in the queue."
        case LeadState.HELD:
            return "It waits for opening."
        case LeadState.CLOSED:
            return "It is closed."
        case LeadState.NEW:
            return "It goes to a person in a moment."
        case _:
            return f"{_who(found, 'have', 'has')} it."


def _who(found: Whereabouts, you: str, others: str) -> str:
    names = dict(found.reps)
    if viewer().id in names:
        return f"You {you}"
    if len(names) == 1 and sees_every_lead(viewer()):
        return f"{next(iter(names.values()))} {others}"
    return f"Somebody else {others}"
