"""The keys pushes are signed with, and the address a push service may complain to."""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db
from leadapp.models import Rep, VapidKey
from leadapp.routing.said import said
from leadapp.settings import Settings
from leadapp.transaction import transaction

_FIRST = "first"  # a fixed id, so that of two processes making the first key at once only one can


class NoSubject(Exception):
    """There is no address to sign pushes with; the text says what to set."""


def current_key(now: datetime) -> VapidKey:
    """The key new subscriptions are bound to. Made on first use; processes starting together agree on one."""
    key = newest_key()
    if key is not None:
        return key
    try:
        with transaction():
            if newest_key() is None:
                db.session.add(make_key(_FIRST, now))
    except IntegrityError:
        pass  # another process was faster
    key = newest_key()
    assert key is not None
    return key


def newest_key() -> VapidKey | None:
    """The current key, if one has been made."""
    newest = select(VapidKey).where(VapidKey.retired_at.is_(None)).order_by(VapidKey.created_at.desc()).limit(1)
    return db.session.scalar(newest)


def make_key(key_id: str, now: datetime) -> VapidKey:
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    scalar = private.private_numbers().private_value.to_bytes(32, "big")
    return VapidKey(id=key_id, public=_base64url(point), private=_base64url(scalar), created_at=now)


def find_key(key_id: str) -> VapidKey | None:
    """Any key, retired ones too: a subscription stays bound to the key it was made with."""
    return db.session.get(VapidKey, key_id)


def find_subject() -> str:
    """`VAPID_SUBJECT`, else the owner's e-mail, else our own https address. Raises NoSubject.

    Apple answers 403 to every push whose subject is no clean mailto: or https: address, so a made-up one is no help.
    """
    settings: Settings = current_app.config["LEADAPP"]
    if settings.vapid_subject:
        return settings.vapid_subject
    for rep in db.session.scalars(select(Rep).where(Rep.active, Rep.email.is_not(None)).order_by(Rep.id)):
        if rep.has_role("owner") and _is_clean(rep.email or ""):
            return f"mailto:{rep.email}"
    if settings.is_secure and "localhost" not in settings.base_url:
        return settings.base_url
    raise NoSubject(said("Pushes are not sent: set VAPID_SUBJECT, or give the owner an e-mail address."))


def _is_clean(email: str) -> bool:
    name, _, domain = email.rpartition("@")
    return bool(name) and "." in domain and email.isascii() and not any(c.isspace() for c in email)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
