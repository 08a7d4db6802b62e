"""Makes a repeated request safe: the first answer is stored with what it did, and given again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db
from leadapp.models import IdempotencyKey
from leadapp.transaction import transaction
from leadapp.workflow.errors import Invalid

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    replayed: bool = False


def answer_once(digest: str, request_digest: str, work: Callable[[], tuple[int, str]], now: datetime) -> Answer:
    """Runs `work` (status and body) in one transaction with its answer, or gives the stored answer again.

    `digest` names the key, `request_digest` what was asked. Of two requests at the same moment one does the work; the
    other waits for it and gets its answer. Work that raises stores nothing. Raises Invalid when the key was used before
    for another request.
    """
    stored = _stored(digest, request_digest)
    if stored is not None:
        return stored
    try:
        return _first_answer(digest, request_digest, work, now)
    except IntegrityError:
        stored = _stored(digest, request_digest)
        if stored is None:  # not about the key: the work itself lost a race, and finds on a second look what won
            return _first_answer(digest, request_digest, work, now)
        return stored


def forget_old_answers(now: datetime) -> int:
    """Removes answers that nobody repeats any more; returns how many."""
    with transaction():
        old = delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT_FOR)
        return len(db.session.scalars(old.returning(IdempotencyKey.digest)).all())


def _first_answer(digest: str, request_digest: str, work: Callable[[], tuple[int, str]], now: datetime) -> Answer:
    with transaction():
        key = IdempotencyKey(digest=digest, request_digest=request_digest, status=0, body="", created_at=now)
        db.session.add(key)
        db.session.flush()  # before the work, so that on PostgreSQL a second request waits here and not after it
        key.status, key.body = work()
        return Answer(key.status, key.body)


def _stored(digest: str, request_digest: str) -> Answer | None:
    key = db.session.get(IdempotencyKey, digest, populate_existing=True)
    if key is None:
        return None
    if key.request_digest != request_digest:
        raise Invalid(("Idempotency-Key", "This key was used before with another body; use a new key for a new lead."))
    return Answer(key.status, key.body, replayed=True)
