"""Urgent phrases: the owner's own are made, changed and retired; shipped ones are switched on and off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import UrgencySwitch, UrgentPhrase
from leadapp.routing.notation import WrongNotation, plain
from leadapp.routing.phrases import Level, Trade
from leadapp.transaction import transaction
from leadapp.wordlists import always_counts, shipped
from leadapp.workflow.configuration.lookup import business
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.locks import lock_routing

#: They are read with every lead.
MOST_PHRASES = 200


def create_phrase(values: Mapping[str, Any], *, now: datetime) -> str:
    """Makes a phrase of the owner's own and returns its id. Raises Invalid."""
    with _changing_the_list():
        if _own_count() >= MOST_PHRASES:
            raise Invalid(("text", f"There are {MOST_PHRASES} phrases of your own already: retire some first."))
        phrase = UrgentPhrase(id=new_id(), created_at=now, level=Level.DAMAGE, trade=Trade.GENERAL)
        _apply(phrase, values)
        db.session.add(phrase)
    return phrase.id


def change_phrase(phrase_id: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Changes what is given; of a shipped phrase only `enabled`. Raises NotFound, Invalid, Conflict when retired."""
    with _changing_the_list():
        if phrase_id in shipped():
            _switch_phrase(phrase_id, values, now)
        else:
            phrase = _own(phrase_id)
            if phrase.retired_at is not None:
                raise Conflict("This phrase is retired: it can be read and no longer changed. Nothing was changed.")
            _apply(phrase, values)


def retire_phrase(phrase_id: str, *, now: datetime) -> None:
    """Takes a phrase of the owner's own out of use. Raises NotFound, and Conflict for a shipped one."""
    if phrase_id in shipped():
        raise Conflict(
            "It comes with Leadapp and cannot be retired. Nothing was changed: switch it off with enabled: false."
        )
    with _changing_the_list():
        phrase = _own(phrase_id)
        phrase.retired_at = phrase.retired_at or now


def switch_trade(name: str, *, enabled: bool, now: datetime) -> None:
    """Counts the phrases of a trade, or none of them. Raises NotFound, and Invalid for `general`."""
    if name not in tuple(Trade):
        raise NotFound("trade")
    if name == Trade.GENERAL and not enabled:
        raise Invalid(
            (
                "enabled",
                "General phrases concern every business: switch off single ones; a danger to life always counts.",
            )
        )
    with _changing_the_list():
        _switch(name, enabled, now)


@contextmanager
def _changing_the_list() -> Iterator[None]:
    """One change at a time; from its commit on every process reads the list anew."""
    with transaction():
        lock_routing()
        yield
        business().urgency_revision = new_id()


def _switch_phrase(phrase_id: str, values: Mapping[str, Any], now: datetime) -> None:
    fixed = "This phrase comes with Leadapp: it can be switched off with enabled: false, and one of your own be added."
    if errors := [(field, fixed) for field in values if field != "enabled"]:
        raise Invalid(*errors)
    enabled = values.get("enabled", True)
    if not enabled and always_counts(shipped()[phrase_id]):
        raise Invalid(("enabled", "A danger to life always counts: this phrase cannot be switched off."))
    if "enabled" in values:
        _switch(phrase_id, enabled, now)


def _switch(what: str, enabled: bool, now: datetime) -> None:
    switch = db.session.get(UrgencySwitch, what)
    if enabled and switch:
        db.session.delete(switch)
    elif not enabled and not switch:
        db.session.add(UrgencySwitch(what=what, at=now))


def _apply(phrase: UrgentPhrase, values: Mapping[str, Any]) -> None:
    for field in ("text", "trade", "level", "language", "enabled"):
        if field in values:
            setattr(phrase, field, values[field])
    if "text" in values or "trade" in values:
        _check(phrase)


def _check(phrase: UrgentPhrase) -> None:
    try:
        words = plain(phrase.text)
    except WrongNotation as problem:
        raise Invalid(("text", str(problem))) from None
    if any(one.text == words and one.trade == phrase.trade for one in shipped().values()):
        raise Invalid(("text", "This phrase comes with Leadapp; GET /urgent-phrases shows whether it is switched off."))
    in_trade = select(UrgentPhrase).where(UrgentPhrase.retired_at.is_(None), UrgentPhrase.trade == phrase.trade)
    if any(one.id != phrase.id and plain(one.text) == words for one in db.session.scalars(in_trade)):
        raise Invalid(("text", "You have this phrase already in this trade."))


def _own(phrase_id: str) -> UrgentPhrase:
    phrase = db.session.get(UrgentPhrase, phrase_id)
    if phrase is None:
        raise NotFound("phrase")
    return phrase


def _own_count() -> int:
    in_use = select(func.count()).select_from(UrgentPhrase).where(UrgentPhrase.retired_at.is_(None))
    return db.session.scalar(in_use) or 0
