"""How somebody's phone gets in: an invitation by text, and a code typed where the invitation cannot be opened.

The app on an iPhone's Home Screen shares no cookies with the browser that put it there, so whoever is let in by the
browser types a code into the app.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db
from leadapp.invite_wording import invite_text
from leadapp.models import Business, Channel, EnrolmentCode, LoginLink, OptOut, Rep
from leadapp.routing.said import said
from leadapp.transaction import transaction
from leadapp.workflow.access import LINK_LIFE, add_login_link, digest_of, is_usable, usable_link
from leadapp.workflow.errors import Conflict, NotFound
from leadapp.workflow.ringing import write

CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5
_LENGTH = 6
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
_CHARACTERS = f"{_LETTERS}23456789"
# Letters alone, so that it is never taken for six digits by mail or text.
_SELECTORS = {first + second for first in _LETTERS for second in _LETTERS}


def invite_by_text(rep_id: str, now: datetime) -> None:
    """Texts the rep a link that signs them in once within a week. Raises NotFound, or Conflict when no text goes to
    their number."""
    with transaction():
        rep = db.session.get(Rep, rep_id, populate_existing=True)
        if rep is None or not rep.active:
            raise NotFound("rep")
        if reason := why_no_text(rep):
            raise Conflict(reason)
        token = add_login_link(rep.id, now)
        link = f"{current_app.config['LEADAPP'].base_url}/invite/{token}"
        body = invite_text(business=db.session.get_one(Business, 1).name, link=link, language=rep.language)
        cause = f"invite:{digest_of(token)[:16]}"
        write(Channel.SMS, rep.phone or "", cause, body, now, expires_at=now + LINK_LIFE, rep_id=rep.id)


def why_no_text(rep: Rep) -> str | None:
    """Why the rep cannot be texted, in one sentence; None when they can."""
    if not rep.phone:
        return said("There is no phone number for {name}.", name=rep.name)
    if db.session.get(OptOut, rep.phone):
        return said("{name}'s number asked for no texts.", name=rep.name)
    return None


def code_for_link(token: str, now: datetime) -> str | None:
    """A new code for whoever the invitation is for, in place of the last; None when the invitation is over."""
    found = select(LoginLink.id, LoginLink.rep_id).where(*usable_link(token, now))
    row = db.session.execute(found).one_or_none()
    return row and _new_code(row.rep_id, now, link_id=row.id)


def code_for_rep(rep_id: str, now: datetime) -> str:
    """A new code for somebody who is signed in elsewhere, in place of the last."""
    return _new_code(rep_id, now)


def use_code(typed: str, now: datetime) -> str | None:
    """The rep's id when the code is right, in time, unused and at most the fifth try, each of which counts first. Its
    invitation is used up with it; when that has been used already, the code is worth nothing."""
    code = "".join(filter(str.isalnum, typed)).upper()
    if len(code) != _LENGTH or not code.isascii():
        return None
    selector, works_here = code[:2], EnrolmentCode.rep_id.in_(select(Rep.id).where(Rep.active))
    alive = (EnrolmentCode.selector == selector, EnrolmentCode.expires_at > now, EnrolmentCode.tries < CODE_TRIES)
    columns = (EnrolmentCode.digest, EnrolmentCode.rep_id, EnrolmentCode.link_id)
    with transaction():
        tried = update(EnrolmentCode).where(*alive, works_here).values(tries=EnrolmentCode.tries + 1)
        row = db.session.execute(tried.returning(*columns)).first()
        if row is None or not hmac.compare_digest(row.digest, digest_of(code)):
            return None
        db.session.execute(delete(EnrolmentCode).where(EnrolmentCode.selector == selector))
        if row.link_id and not _use_link(row.link_id, now):
            return None
        return str(row.rep_id)


def _new_code(rep_id: str, now: datetime, *, link_id: str | None = None) -> str:
    try:
        return _write_code(rep_id, now, link_id)
    except IntegrityError:  # somebody else has just been given the same two letters, or the rep another code
        return _write_code(rep_id, now, link_id)


def _write_code(rep_id: str, now: datetime, link_id: str | None) -> str:
    over = or_(EnrolmentCode.rep_id == rep_id, EnrolmentCode.expires_at <= now)
    with transaction():
        db.session.execute(delete(EnrolmentCode).where(over))
        free = sorted(_SELECTORS.difference(db.session.scalars(select(EnrolmentCode.selector))))
        if not free:
            raise Conflict(said("Too many codes are open right now. Try again in a few minutes."))
        selector = secrets.choice(free)
        code = selector + "".join(secrets.choice(_CHARACTERS) for _ in range(_LENGTH - len(selector)))
        made = {"digest": digest_of(code), "expires_at": now + CODE_LIFE, "link_id": link_id}
        db.session.add(EnrolmentCode(selector=selector, rep_id=rep_id, **made))
    return code


def _use_link(link_id: str, now: datetime) -> bool:
    use = update(LoginLink).where(LoginLink.id == link_id, *is_usable(now)).values(used_at=now)
    return db.session.scalar(use.returning(LoginLink.id)) is not None
