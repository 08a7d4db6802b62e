"""The devices a rep is reached on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db
from leadapp.models import Message, PushSubscription
from leadapp.notify.endpoints import NotAPushService, check_endpoint
from leadapp.notify.key_rotation import forget_unused_keys
from leadapp.notify.vapid import current_key, find_key
from leadapp.transaction import transaction

_MAX_USER_AGENT = 300


class UnusableSubscription(ValueError):
    """What the browser sent cannot be pushed to; `field` says which part."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field} {message}")
        self.field, self.message = field, message


def keep_subscription(
    rep_id: str,
    subscription: Mapping[str, object],
    *,
    user_agent: str | None,
    key_id: str | None,
    now: datetime,
    replaces: object = None,
) -> None:
    """Keeps a browser's `PushSubscription.toJSON()` for this rep. A device belongs to whoever is signed in on it now.

    `key_id` is the key it was made with; unless given, the one it has been known by, else the current one. `replaces`
    is the endpoint that this device had before: it stays the same device, so that what waits for it reaches it at the
    new one. Raises UnusableSubscription.
    """
    endpoint, p256dh, auth = _read(subscription)
    if key_id is not None and (not key_id.isalnum() or find_key(key_id) is None):
        raise UnusableSubscription("key", "must be the id that GET /push/key gave")
    if replaces is not None and not isinstance(replaces, str):
        raise UnusableSubscription("replaces", "must be an endpoint")
    before = replaces if replaces and _is_plain(replaces) else endpoint
    values: dict[str, Any] = {
        "rep_id": rep_id,
        "endpoint": endpoint,
        "p256dh": p256dh,
        "auth": auth,
        "key_id": key_id or _known_key(endpoint, p256dh, auth) or current_key(now).id,
        "user_agent": (user_agent or "")[:_MAX_USER_AGENT] or None,
        "seen_at": now,
        "removed_at": None,
    }
    try:
        _upsert(before, values, now)
    except IntegrityError:
        _upsert(before, values, now)  # two tabs posted the same new device at once: now it is there


def remove_subscription(rep_id: str, endpoint: str, now: datetime) -> None:
    """The rep signs this device out. One that is not his, or unknown, is left as it is."""
    if not _is_plain(endpoint):
        return
    mine = (PushSubscription.endpoint == endpoint, PushSubscription.rep_id == rep_id)
    with transaction():
        db.session.execute(
            update(PushSubscription).where(*mine, PushSubscription.removed_at.is_(None)).values(removed_at=now)
        )


def has_rung(endpoint: str) -> bool:
    """Whether the device at this endpoint has ever shown an alert: before that, nobody knows that it rings."""
    shown = Message.shown_at.is_not(None) & (PushSubscription.endpoint == endpoint)
    there = exists().where(Message.subscription_id == PushSubscription.id, shown)
    return bool(db.session.scalar(select(there)))


def live_subscriptions(rep_id: str) -> list[PushSubscription]:
    """The rep's devices, oldest first."""
    mine = (PushSubscription.rep_id == rep_id, PushSubscription.removed_at.is_(None))
    return list(db.session.scalars(select(PushSubscription).where(*mine).order_by(PushSubscription.id)))


def _upsert(before: str, values: dict[str, Any], now: datetime) -> None:
    """`before` is the device's last endpoint, or the same as now."""
    with transaction():
        ours = PushSubscription.endpoint.in_({before, values["endpoint"]})
        found = db.session.scalars(select(PushSubscription).where(ours).order_by(PushSubscription.id).with_for_update())
        rows = {row.endpoint: row for row in found}
        kept = rows.pop(values["endpoint"], None) or rows.pop(before, None)
        for left in rows.values():  # kept already at both
            left.removed_at = left.removed_at or now
        if kept is None:
            db.session.add(PushSubscription(created_at=now, **values))
            return
        if any(getattr(kept, name) != values[name] for name in ("endpoint", "p256dh", "auth", "key_id")):
            kept.refused_at = None  # what was refused is no longer what we would send
        has_new_key = kept.key_id != values["key_id"]
        for name, value in values.items():
            setattr(kept, name, value)
        if has_new_key:
            forget_unused_keys(now)


def _known_key(endpoint: str, p256dh: str, auth: str) -> str | None:
    same = (PushSubscription.endpoint == endpoint, PushSubscription.p256dh == p256dh, PushSubscription.auth == auth)
    return db.session.scalar(select(PushSubscription.key_id).where(*same))


def _is_plain(endpoint: str) -> bool:
    """Whether it could be kept at all: PostgreSQL stores no NUL."""
    return endpoint.isascii() and endpoint.isprintable()


def _read(subscription: Mapping[str, object]) -> tuple[str, str, str]:
    endpoint, keys = subscription.get("endpoint"), subscription.get("keys")
    if not isinstance(endpoint, str):
        raise UnusableSubscription("endpoint", "is missing")
    if not isinstance(keys, Mapping):
        raise UnusableSubscription("keys", "are missing")
    try:
        check_endpoint(endpoint)
    except NotAPushService as error:
        raise UnusableSubscription("endpoint", str(error)) from None
    point = _decode(keys, "p256dh", 65)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise UnusableSubscription("keys.p256dh", "must be a point on the curve P-256") from None
    return endpoint, _encode(point), _encode(_decode(keys, "auth", 16))


def _decode(keys: Mapping[str, object], name: str, length: int) -> bytes:
    value = keys.get(name)
    if not isinstance(value, str) or len(value) > 120:
        raise UnusableSubscription(f"keys.{name}", "must be text in base64url")
    try:
        raw = base64.b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise UnusableSubscription(f"keys.{name}", "must be text in base64url") from None
    if len(raw) != length:
        raise UnusableSubscription(f"keys.{name}", f"must be {length} bytes")
    return raw


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
