"""The urgent phrases of the business: its own and those that come with Leadapp, with what is switched off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import UrgencySwitch, UrgentPhrase
from leadapp.queries.paging import DEFAULT_PAGE, BadCursor
from leadapp.queries.wire import moment
from leadapp.routing.phrases import Phrase, Trade
from leadapp.routing.urgency import Deciding
from leadapp.wordlists import always_counts, shipped

Shape = dict[str, Any]

#: A cursor is the id of the last phrase seen; one of the owner's own may have been retired meanwhile.
_LONGEST_ID = 26


def phrases(*, cursor: str | None = None, limit: int = DEFAULT_PAGE, **wanted: Any) -> tuple[list[Shape], str | None]:
    """The owner's own first, then the shipped ones trade by trade; `wanted` are the values that fields must have.
    Raises BadCursor."""
    after = _after(cursor)
    fitting = [
        shape
        for shape in _all_phrases()
        if after(shape) and all(shape[field] == value for field, value in wanted.items() if value is not None)
    ]
    return fitting[:limit], fitting[limit - 1]["id"] if len(fitting) > limit else None


def phrase_shape(phrase_id: str) -> Shape | None:
    """One phrase, shipped or the owner's own, retired or not."""
    if phrase := shipped().get(phrase_id):
        return _shipped_shape(phrase, _switched_off())
    own = db.session.get(UrgentPhrase, phrase_id)
    return _own_shape(own) if own else None


def trades() -> list[Shape]:
    off = _switched_off()
    counts = Counter(phrase.trade for phrase in shipped().values())
    own = Counter(phrase.trade for phrase in _own_phrases())
    return [
        {
            "id": trade.value,
            "name": trade.value.replace("_", " ").capitalize(),
            "enabled": trade not in off,
            "shipped_phrases": counts[trade],
            "own_phrases": own[trade],
        }
        for trade in Trade
    ]


def trial_shape(deciding: Sequence[Deciding]) -> Shape:
    return {
        "urgent": bool(deciding),
        "urgent_because": [one.words for one in deciding],
        "deciding": [
            {
                "words": one.words,
                "phrase": {"id": one.phrase.id, "name": one.phrase.text},
                "trade": one.phrase.trade.value,
                "level": one.phrase.level.value,
                "shipped": one.phrase.shipped,
            }
            for one in deciding
        ],
    }


def _all_phrases() -> Iterator[Shape]:
    off = _switched_off()
    yield from map(_own_shape, _own_phrases())
    for phrase in shipped().values():
        yield _shipped_shape(phrase, off)


def _after(cursor: str | None) -> Any:
    if cursor is None:
        return lambda shape: True
    if not (cursor.isascii() and cursor.isalnum() and len(cursor) <= _LONGEST_ID):
        raise BadCursor
    places = {phrase_id: place for place, phrase_id in enumerate(shipped())}
    if cursor in places:
        return lambda shape: shape["shipped"] and places[shape["id"]] > places[cursor]
    return lambda shape: shape["shipped"] or shape["id"] > cursor


def _own_phrases() -> Sequence[UrgentPhrase]:
    in_use = select(UrgentPhrase).where(UrgentPhrase.retired_at.is_(None)).order_by(UrgentPhrase.id)
    return db.session.scalars(in_use).all()


def _switched_off() -> frozenset[str]:
    return frozenset(db.session.scalars(select(UrgencySwitch.what)))


def _own_shape(phrase: UrgentPhrase) -> Shape:
    status = {"shipped": False, "enabled": phrase.enabled, "retired_at": moment(phrase.retired_at)}
    return _said_by(phrase) | status


def _shipped_shape(phrase: Phrase, off: frozenset[str]) -> Shape:
    enabled = always_counts(phrase) or phrase.id not in off
    return _said_by(phrase) | {"shipped": True, "enabled": enabled, "retired_at": None}


def _said_by(phrase: UrgentPhrase | Phrase) -> Shape:
    return {
        "id": phrase.id,
        "text": phrase.text,
        "trade": phrase.trade.value,
        "level": phrase.level.value,
        "language": phrase.language,
    }
