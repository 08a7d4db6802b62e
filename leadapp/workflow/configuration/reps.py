"""Reps: made, changed, retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from leadapp.capture.email import parse_email
from leadapp.capture.phone import parse_phone
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import AlarmKind, Business, Rep
from leadapp.transaction import board_changed, transaction
from leadapp.workflow import people
from leadapp.workflow.alarms import clear_alarms
from leadapp.workflow.configuration.memberships import join_teams
from leadapp.workflow.configuration.still_needed import refuse_still_needed
from leadapp.workflow.configuration.timetable import check_hours
from leadapp.workflow.errors import Invalid, NotFound
from leadapp.workflow.following import follow_rep
from leadapp.workflow.reachability import review_rep
from leadapp.workflow.turns import come_back

_PLAIN = ("name", "roles", "services", "languages", "time_zone", "shifts", "max_open", "digest", "language")


def create_rep(values: Mapping[str, Any], *, now: datetime) -> str:
    """Makes a rep and returns its id."""
    with transaction():
        rep = put_rep(None, values, now=now)
    if values.get("active") is False:
        people.retire_rep(rep.id, now=now)
    else:
        review_rep(rep.id, now)
        follow_rep(rep.id, now)
    return rep.id


def change_rep(rep_id: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Changes what is given. `teams` replaces the memberships; one that is kept keeps its place in the rotation."""
    with transaction():
        rep = put_rep(rep_id, values, now=now)
    if values.get("active") is False and rep.active:
        people.retire_rep(rep_id, now=now)
    else:
        review_rep(rep_id, now)
        follow_rep(rep_id, now)


def retire_rep(rep_id: str, *, now: datetime) -> None:
    """Takes a rep out of everything: offers move on, leads go back to the rotation. Does nothing to a retired rep."""
    change_rep(rep_id, {"active": False}, now=now)


def put_rep(rep_id: str | None, values: Mapping[str, Any], *, now: datetime) -> Rep:
    """Changes the rep of this id, or makes one, in the running transaction. Whoever is to leave stays active: that he
    may is checked here, and `people.retire_rep` takes him out of everything."""
    rep = _rep(rep_id) if rep_id else Rep(id=new_id(), active=True, created_at=now)
    if rep_id and values.get("active") is False:
        refuse_still_needed(rep, now)
    _apply(rep, values, now)
    return rep


def _rep(rep_id: str) -> Rep:
    rep = db.session.get(Rep, rep_id, populate_existing=True)
    if rep is None:
        raise NotFound("rep")
    return rep


def _apply(rep: Rep, values: Mapping[str, Any], now: datetime) -> None:
    if values.get("shifts"):
        zone = values.get("time_zone") or rep.time_zone or "UTC"
        check_hours(values["shifts"], "shifts", zone=zone, now=now)
    points = _points(values)
    comes_back = values.get("active") is True and rep.active is False
    if comes_back or (rep.active and points):
        _refuse_twins(rep, {"phone": rep.phone, "email": rep.email} | points)
    for field in _PLAIN:
        if field in values:
            setattr(rep, field, values[field])
    if "ladder" in values:
        rep.ladder = (rep.ladder or {}) | values["ladder"] if values["ladder"] else {}
    for field, value in points.items():
        setattr(rep, field, value)
    rep.next_change_at = now
    db.session.add(rep)
    _flush()  # the rep is locked before routing is
    if comes_back:
        rep.active = rep.reachable = True  # unless a look at what is known says otherwise
        _flush()
        come_back(rep.id)
        clear_alarms(AlarmKind.RULE_SKIPPED, AlarmKind.TEAM_EMPTY, AlarmKind.LAST_RESORT, now=now)
    if "teams" in values:
        join_teams(rep, values["teams"], now=now)
    board_changed()


def _points(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Phone and e-mail as they are stored. Raises Invalid for those that reach nobody."""
    found: dict[str, str | None] = {}
    if "phone" in values:
        found["phone"] = parse_phone(values["phone"], _country())
        if values["phone"] and not found["phone"]:
            raise Invalid(("phone", "This cannot be called; write it with its country code, such as +14155550123."))
    if "email" in values:
        found["email"] = parse_email(values["email"])
        if values["email"] and not found["email"]:
            raise Invalid(("email", "This is no e-mail address."))
    return found


def _country() -> str:
    business = db.session.get(Business, 1)
    return business.country if business else "US"


def _refuse_twins(rep: Rep, points: Mapping[str, str | None]) -> None:
    for field, value in points.items():
        column = Rep.phone if field == "phone" else Rep.email
        if value is None:
            continue
        twin = db.session.scalar(select(Rep).where(column == value, Rep.active, Rep.id != rep.id))
        if twin:
            raise Invalid((field, f"{twin.name} has this one already; two people cannot share it."))


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError:  # made at the same moment by somebody else
        raise Invalid(("phone", "Another rep has just been given this phone or e-mail.")) from None
