"""Ways in: one-time links, six-digit codes, API keys. Only digests are kept."""

from __future__ import annotations

import hmac
import secrets
import time
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from leadapp.capture.email import parse_email
from leadapp.capture.phone import parse_phone
from leadapp.extensions import db
from leadapp.models import ApiKey, Business, Channel, LoginLink, Rep, SignInCode
from leadapp.transaction import transaction
from leadapp.workflow import alerts

LINK_LIFE = timedelta(days=7)
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5


class KeyInUse(NamedTuple):
    id: str
    read_only: bool


_KEY = ApiKey.__table__.c  # of the table and not of the class: every request of a program asks for this
_KEY_IN_USE = select(_KEY.id, _KEY.read_only).where(_KEY.digest == bindparam("digest"), _KEY.retired_at.is_(None))


_SEEN_SECONDS = 1.0
_MOST_SEEN = 100
_seen_keys: dict[str, tuple[KeyInUse, float]] = {}


def find_rep(who: str) -> Rep | None:
    """The active rep with this e-mail or phone, however it is written."""
    business = db.session.get(Business, 1)
    if business is None:
        return None
    email, phone = parse_email(who), parse_phone(who, business.country)
    # What could not be read is left out: as a condition it would match everybody who has no phone, or no e-mail.
    ways = [column == value for column, value in ((Rep.email, email), (Rep.phone, phone)) if value]
    if not ways:
        return None
    return db.session.scalar(select(Rep).where(Rep.active, or_(*ways)).order_by(Rep.id))


def make_login_link(rep_id: str, now: datetime) -> str:
    """A token that signs the rep in once within a week."""
    with transaction():
        return add_login_link(rep_id, now)


def add_login_link(rep_id: str, now: datetime) -> str:
    """`make_login_link` in the running transaction."""
    token = secrets.token_urlsafe(24)
    db.session.add(LoginLink(rep_id=rep_id, digest=digest_of(token), created_at=now, expires_at=now + LINK_LIFE))
    return token


def peek_login_link(token: str, now: datetime) -> str | None:
    """Whom this link would sign in; uses nothing up."""
    return db.session.scalar(select(LoginLink.rep_id).where(*usable_link(token, now)))


def use_login_link(token: str, now: datetime) -> str | None:
    """Signs in once: of two who press at the same time, one gets the rep's id and the other None."""
    with transaction():
        use = update(LoginLink).where(*usable_link(token, now)).values(used_at=now).returning(LoginLink.rep_id)
        return db.session.scalar(use)


def usable_link(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """That it is the link of this token, and would sign somebody in who still works here."""
    return LoginLink.digest == digest_of(token), *is_usable(now)


def is_usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    works_here = LoginLink.rep_id.in_(select(Rep.id).where(Rep.active))
    return LoginLink.used_at.is_(None), LoginLink.expires_at > now, works_here


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def send_sign_in_code(who: str, now: datetime) -> None:
    """Sends a code if there is such a rep; says nothing either way, so that nobody learns who works here."""
    rep = find_rep(who)
    if rep is None:
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction():
        db.session.execute(
            update(SignInCode).where(SignInCode.rep_id == rep.id, SignInCode.used_at.is_(None)).values(used_at=now)
        )
        made = SignInCode(rep_id=rep.id, digest=_code_digest(rep.id, code), created_at=now, expires_at=now + CODE_LIFE)
        db.session.add(made)
        db.session.flush()
        business, asked_by = db.session.get_one(Business, 1), Channel.EMAIL if parse_email(who) else Channel.SMS
        alerts.send_code(rep, code, made.id, business, now, made.expires_at, asked_by=asked_by)


def check_sign_in_code(who: str, code: str, now: datetime) -> str | None:
    """The rep's id when the code is right, in time, unused and at most the fifth try; each try counts first."""
    rep = find_rep(who)
    if rep is None:
        return None
    alive = (SignInCode.rep_id == rep.id, SignInCode.used_at.is_(None), SignInCode.expires_at > now)
    with transaction():
        tried = update(SignInCode).where(*alive, SignInCode.tries < CODE_TRIES).values(tries=SignInCode.tries + 1)
        row = db.session.execute(tried.returning(SignInCode.id, SignInCode.digest)).first()
        if row is None or not hmac.compare_digest(row.digest, _code_digest(rep.id, code.strip())):
            return None
        db.session.execute(update(SignInCode).where(SignInCode.id == row.id).values(used_at=now))
        return rep.id


def make_api_key(name: str, read_only: bool, now: datetime) -> str:
    key = f"lead_{secrets.token_urlsafe(32)}"
    with transaction():
        db.session.add(ApiKey(name=name, digest=digest_of(key), read_only=read_only, created_at=now))
    return key


def retire_api_key(key: str, now: datetime) -> None:
    """Lets nobody in with this key from now on; repeated, it changes nothing."""
    with transaction():
        retire = update(ApiKey).where(ApiKey.digest == digest_of(key), ApiKey.retired_at.is_(None))
        db.session.execute(retire.values(retired_at=now))
    _seen_keys.pop(digest_of(key), None)


def find_api_key(key: str) -> KeyInUse | None:
    """The key if it is in use. A process remembers it for a second, because each request of a program asks again; so a
    key retired elsewhere may still let somebody in for that long."""
    digest, now = digest_of(key), time.monotonic()
    seen = _seen_keys.get(digest)
    if seen and now < seen[1]:
        return seen[0]
    found = db.session.connection().execute(_KEY_IN_USE, {"digest": digest}).first()
    if found is None:
        return None
    if len(_seen_keys) > _MOST_SEEN:
        _seen_keys.clear()
    known = KeyInUse(*found)
    _seen_keys[digest] = known, now + _SEEN_SECONDS
    return known


def _code_digest(rep_id: str, code: str) -> str:
    return digest_of(f"{rep_id}:{code}")
