"""The only place that commits: begin, commit, then send the wake-up calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from sqlalchemy import Table, event, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, UOWTransaction

from leadapp.extensions import db, queue
from leadapp.models import BoardVersion
from leadapp.models.base import Base
from leadapp.wakeups import Wake

_NEXT_BOARD_VERSION = update(cast(Table, BoardVersion.__table__)).values(version=BoardVersion.version + 1)
_WRITES = "writes"
_WAKES = "wakes"
_BOARD = "board_changed"
_ONCE = "once"


class WroteOutsideTransaction(Exception):
    """Somebody changed rows without `transaction()`: the change would be lost or commit nobody knows when."""


class StoredBefore(Exception):
    """What marks this work as done is there already: it was done, and is not done again."""


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work: everything inside commits together or not at all; wake-ups leave after the commit.

    Rows read inside are read under the write lock (SQLite) or may be locked with `with_for_update` (PostgreSQL).
    Not to be nested. Reads made before it in the same session are ended first, so nothing inside rests on old rows.
    """
    session = _begin()
    try:
        _store_mark(session)
        yield
        session.flush()
        if session.info[_BOARD]:
            # Last, because on PostgreSQL everybody who changes a lead meets at this row.
            session.connection().execute(_NEXT_BOARD_VERSION)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_WRITES] = False
    queue.send(list(session.info[_WAKES].values()))


@contextmanager
def taken_back() -> Iterator[None]:
    """`transaction()` of which nothing stays: what is changed inside can be read inside, and by nobody else. It waits
    for writers and makes them wait, so it should be short."""
    session = _begin()
    try:
        yield
    finally:
        session.rollback()
        session.info[_WRITES] = False


def _begin() -> Session:
    session = db.session()
    if session.info.get(_WRITES):
        raise WroteOutsideTransaction("transaction() inside transaction(): one operation, one transaction")
    session.commit()
    session.connection(execution_options={"writes": True})
    session.info.update({_WRITES: True, _WAKES: {}, _BOARD: False})
    return session


def once(mark: Base) -> None:
    """The next transaction of this session stores the mark with what it does; when an equal one is there it does
    nothing, and raises StoredBefore."""
    db.session().info[_ONCE] = mark


def any_number_of_times() -> None:
    """Takes back what `once` asked for, if no transaction has come."""
    db.session().info.pop(_ONCE, None)


def require_transaction() -> None:
    """Raises WroteOutsideTransaction when no `transaction()` runs."""
    if not db.session().info.get(_WRITES):
        raise WroteOutsideTransaction("rows were changed outside transaction()")


def end_reads() -> None:
    """Lets go of the moment this session reads from: what it reads next is what others have committed by then."""
    db.session.commit()


def wake_later(job: str, *ids: str, queue_name: str = "default", at: datetime | None = None) -> None:
    """Asks for a job once the running transaction has committed. The same call twice wakes once."""
    wake = Wake(job, ids, queue_name, at)
    db.session().info[_WAKES][wake.job_id] = wake


def board_changed() -> None:
    """The running transaction changes what a board shows."""
    db.session().info[_BOARD] = True


def _store_mark(session: Session) -> None:
    mark = session.info.pop(_ONCE, None)
    if mark is None:
        return
    session.add(mark)
    try:
        session.flush()
    except IntegrityError:
        raise StoredBefore from None


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        require_transaction()
