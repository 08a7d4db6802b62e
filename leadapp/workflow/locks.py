"""Row locks, always taken in this order: identity, lead, rep, routing, board. SQLite needs none: its writers take
turns."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import ARRAY, BigInteger, cast, func, select

from leadapp.extensions import db
from leadapp.models import Business, Lead, Rep

#: Who is read with this does not leave the company before the transaction ends: what is put on him, leaving finds.
STAYS = {"read": True, "key_share": True}

_BUSINESS_LOCKED = select(Business.__table__.c.id).with_for_update()


def lock_identities(identities: Iterable[str]) -> None:
    """Two requests of the same person, stored at the same moment, see each other."""
    numbers = sorted({_number(identity) for identity in identities}) if _is_postgresql() else []
    if numbers:
        each = func.unnest(cast(numbers, ARRAY(BigInteger))).column_valued("each")
        db.session.execute(select(func.pg_advisory_xact_lock(each)))


def lock_lead(lead_id: str) -> Lead | None:
    """The lead as it is now, held until the transaction ends."""
    return db.session.scalar(
        select(Lead).where(Lead.id == lead_id).with_for_update().execution_options(populate_existing=True)
    )


def lock_rep(rep_id: str, *, leaves: bool = False) -> Rep | None:
    """The rep as he is now, held until the transaction ends."""
    # A full lock only for one who leaves: captures and offers of the same moment refer to this row.
    return db.session.get(Rep, rep_id, with_for_update={"key_share": not leaves}, populate_existing=True)


def lock_routing() -> None:
    """One decision at a time: two leads stored at the same instant never get the same turn."""
    if _is_postgresql():
        db.session.connection().execute(_BUSINESS_LOCKED)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _number(identity: str) -> int:
    return int.from_bytes(blake2b(identity.encode(), digest_size=8).digest(), "big", signed=True)
