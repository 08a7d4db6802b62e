"""The business's list of urgent phrases, as every process has it in the moment after it was changed."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Business, UrgencySwitch, UrgentPhrase
from leadapp.routing.urgency import UrgentWords
from leadapp.wordlists import OwnPhrase, word_list

_REVISIONS_KEPT = 8


def read_urgent_words() -> UrgentWords:
    """The list as it is now, for those who have not read the business."""
    return urgent_words(db.session.scalar(select(Business.urgency_revision)))


@lru_cache(maxsize=_REVISIONS_KEPT)
def urgent_words(revision: str | None) -> UrgentWords:
    """The list of a revision. Every change makes a new one, never the same twice, so that what was read once need not
    be read with every lead; without a revision nothing was ever changed."""
    if revision is None:
        return word_list((), frozenset())
    in_use = (
        select(UrgentPhrase).where(UrgentPhrase.enabled, UrgentPhrase.retired_at.is_(None)).order_by(UrgentPhrase.id)
    )
    own = tuple(OwnPhrase(one.id, one.text, one.trade, one.level, one.language) for one in db.session.scalars(in_use))
    return word_list(own, frozenset(db.session.scalars(select(UrgencySwitch.what))))
