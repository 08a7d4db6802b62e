"""Pictures and voicemails: they stand in texts as links of the provider; here each gets a name that shows nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Event, InboundText, Lead

#: Only what the provider keeps for us: whatever else a customer writes stays words.
KEPT = re.compile(
    r"https://api(?:\.[a-z0-9-]+){0,2}\.twilio\.com/2010-04-01/Accounts/AC\w+/"
    r"(?:Messages/\w+/Media|(?P<voice>Recordings))/\w+",
    re.ASCII,
)
_MAY_HOLD_ONE = "%.twilio.com/2010-04-01/%"


def name_of(url: str) -> str:
    """What it is called in our addresses; the same as long as the link is."""
    return sha256(url.encode()).hexdigest()[:16]


def find_kept(lead_id: str, name: str) -> str | None:
    """The link with this name, if it stands in something that was said about the lead."""
    return next((url for text in _texts(lead_id) for url in _links(text) if name_of(url) == name), None)


def _links(text: str) -> Iterator[str]:
    return (found[0] for found in KEPT.finditer(text))


def _texts(lead_id: str) -> Iterator[str]:
    lead = db.session.get(Lead, lead_id)
    if lead is not None:
        yield lead.message or ""
        yield from map(str, lead.attributes.values())
    for model, text in ((InboundText, InboundText.body), (Event, Event.text)):
        yield from db.session.scalars(select(text).where(model.lead_id == lead_id, text.like(_MAY_HOLD_ONE)))
