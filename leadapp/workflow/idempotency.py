"""Makes a repeated request safe: the first answer is stored with what it did, and given again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from leadapp.extensions import db
from leadapp.models import IdempotencyKey
from leadapp.transaction import once, transaction
from leadapp.workflow.errors import Invalid

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """`digest` names the key its sender chose, `request_digest` what was asked with it."""

    digest: str
    request_digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request with this key was answered; `replayed` when that was an earlier one."""

    key: RequestKey
    status: int
    body: str
    replayed: bool = False

    def check(self, key: RequestKey) -> None:
        """Raises Invalid when the key was used before for another request."""
        if self.key != key:
            field = "Idempotency-Key"
            raise Invalid((field, "This key was used before with another body; use a new key for a new lead."))


def stored_answers(keys: Iterable[RequestKey]) -> Mapping[str, Answer]:
    """The answers that earlier requests with these keys got, by digest."""
    digests = [key.digest for key in keys]
    if not digests:
        return {}
    stored = db.session.scalars(select(IdempotencyKey).where(IdempotencyKey.digest.in_(digests)))
    return {row.digest: _answer(row) for row in stored}


def store_answer(answer: Answer, now: datetime) -> None:
    """Keeps the answer in the transaction that did what was asked."""
    key = answer.key
    row = IdempotencyKey(digest=key.digest, request_digest=key.request_digest, status=answer.status, body=answer.body)
    row.created_at = now
    db.session.add(row)


def do_once(key: RequestKey, now: datetime) -> None:
    """The next transaction keeps the key with what it does. It raises StoredBefore, and changes nothing, when another
    request with this key has been faster."""
    once(IdempotencyKey(digest=key.digest, request_digest=key.request_digest, status=204, body="", created_at=now))


def forget_old_answers(now: datetime) -> int:
    """Removes answers that nobody repeats any more; returns how many."""
    with transaction():
        old = delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT_FOR)
        return len(db.session.scalars(old.returning(IdempotencyKey.digest)).all())


def _answer(row: IdempotencyKey) -> Answer:
    return Answer(RequestKey(row.digest, row.request_digest), row.status, row.body, replayed=True)
