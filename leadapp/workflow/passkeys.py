"""Passkeys: kept, removed, used. What a browser sends is proven elsewhere; here are the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db
from leadapp.models import Passkey, Rep
from leadapp.routing.said import said
from leadapp.transaction import transaction
from leadapp.workflow.errors import Conflict

_MOST = 20


def keep_passkey(
    rep_id: str, *, credential_id: str, public_key: str, sign_count: int, name: str, now: datetime
) -> None:
    """Lets the rep in with this passkey from now on. Raises Conflict for one that is known, or one too many."""
    made = Passkey(
        rep_id=rep_id, credential_id=credential_id, public_key=public_key, sign_count=sign_count, name=name,
        created_at=now,
    )  # fmt: skip
    try:
        with transaction():
            count = db.session.scalar(select(func.count()).where(Passkey.rep_id == rep_id)) or 0
            if count >= _MOST:
                raise Conflict(said("You have as many passkeys as fit. Remove one first."))
            db.session.add(made)
    except IntegrityError:
        raise Conflict(said("This device is known already.")) from None


def remove_passkey(rep_id: str, passkey_id: str) -> bool:
    """Lets nobody in with it from now on. Returns whether it was there and the rep's."""
    with transaction():
        mine = (Passkey.id == passkey_id) & (Passkey.rep_id == rep_id)
        return db.session.scalar(delete(Passkey).where(mine).returning(Passkey.id)) is not None


def use_passkey(credential_id: str, prove: Callable[[Passkey], int], now: datetime) -> str | None:
    """The id of the rep whose passkey it is, if they still work here. `prove` answers the device's new count, or raises
    what is wrong; then nothing is changed."""
    works_here = Passkey.rep_id.in_(select(Rep.id).where(Rep.active))
    known = select(Passkey).where(Passkey.credential_id == credential_id, works_here)
    with transaction():
        passkey = db.session.scalar(known.with_for_update())
        if passkey is None:
            return None
        passkey.sign_count, passkey.last_used_at = prove(passkey), now
        return passkey.rep_id


def passkeys_of(rep_id: str) -> list[Passkey]:
    """The rep's, oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.rep_id == rep_id).order_by(Passkey.id)))
