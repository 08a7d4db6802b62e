"""A new key for new subscriptions. The old one signs for the phones bound to it until each has subscribed again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import PushSubscription, VapidKey
from leadapp.notify.vapid import current_key, make_key, newest_key
from leadapp.transaction import transaction

log = logging.getLogger(__name__)

_OVERLAP = timedelta(days=1)  # a page that was given the old key just before may still be subscribing with it


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key, and how many phones are rung with it. The one that is not retired is given to new subscriptions."""

    id: str
    made_at: datetime
    retired_at: datetime | None
    phone_count: int


def key_uses() -> list[KeyUse]:
    """Every key there is, the oldest first."""
    phones = select(func.count()).where(PushSubscription.key_id == VapidKey.id, PushSubscription.removed_at.is_(None))
    columns = (VapidKey.id, VapidKey.created_at, VapidKey.retired_at, phones.scalar_subquery())
    found = db.session.execute(select(*columns).order_by(VapidKey.created_at, VapidKey.id))
    return [KeyUse(*row) for row in found]


def rotate_key(now: datetime) -> str:
    """Retires the current key for a new one, and returns its id. Of several that rotate at once one does: the others
    return its key."""
    found = newest_key()
    if found is None:
        return current_key(now).id
    before = found.id
    with transaction():
        # Who finds the key still current replaces it, so that for each key made one is retired.
        is_current = (VapidKey.id == before) & VapidKey.retired_at.is_(None)
        retired = update(VapidKey).where(is_current).values(retired_at=now).returning(VapidKey.id)
        if db.session.scalar(retired) is not None:
            key_id = new_id()
            db.session.add(make_key(key_id, now))
            log.info("vapid_key_rotated key=%s retired=%s", key_id, before)
        forget_unused_keys(now)
    return current_key(now).id


def forget_unused_keys(now: datetime) -> None:
    """Deletes the retired keys that sign for nobody any more. To be called in a transaction."""
    # Skipped while locked: somebody is binding a phone to it.
    old = select(VapidKey.id).where(VapidKey.retired_at <= now - _OVERLAP).with_for_update(skip_locked=True)
    found = db.session.scalars(old).all()
    in_use = select(PushSubscription.key_id).where(PushSubscription.removed_at.is_(None))
    unused = db.session.scalars(select(VapidKey.id).where(VapidKey.id.in_(found), VapidKey.id.not_in(in_use))).all()
    if not unused:
        return
    # Phones that are off the list are kept for the messages that name them; a key of theirs signs nothing.
    current = select(VapidKey.id).where(VapidKey.retired_at.is_(None)).limit(1).scalar_subquery()
    db.session.execute(update(PushSubscription).where(PushSubscription.key_id.in_(unused)).values(key_id=current))
    db.session.execute(delete(VapidKey).where(VapidKey.id.in_(unused)))
    log.info("vapid_keys_forgotten keys=%s", ",".join(unused))
