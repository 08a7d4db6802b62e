"""Group commit: what arrives while one transaction runs shares the next one, so that many at once cost little more
than one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Condition, Lock
from typing import Generic, Protocol, TypeVar

log = logging.getLogger(__name__)

# Seconds; the most that anybody waits for company. Eight clients who were answered together are back in less.
_MOMENT = 0.02


class Item(Protocol):
    """Two items with an identity in common never share a transaction: the later one must see what the earlier did."""

    @property
    def identities(self) -> frozenset[str]: ...


ItemT = TypeVar("ItemT", bound=Item)
ResultT = TypeVar("ResultT")


class Together(Generic[ItemT, ResultT]):
    """Called by many threads with an item each, answers each with its result of `work`.

    One caller at a time leads: it does the work for everybody who waits, in one transaction, in order of arrival. When
    that fails, each item is tried by itself, so that nobody fails for another's sake; after an error that `is_final`
    nothing is tried again.

    Those who were answered a moment ago are likely to call again. So while many call, the leader waits a moment for as
    many as there were: else two halves would take turns for ever. Whoever calls alone never waits.
    """

    def __init__(
        self,
        work: Callable[[Sequence[ItemT]], Sequence[ResultT]],
        *,
        at_most: int,
        is_final: Callable[[Exception], bool] = lambda _error: False,
    ) -> None:
        self._work = work
        self._at_most = at_most
        self._is_final = is_final
        lock = Lock()
        self._changed = Condition(lock)
        self._arrived = Condition(lock)
        self._lately = 0  # how many called while the last group was served: those in it, and those who waited
        self._lately_until = 0.0
        self._waiting: list[_Place[ItemT, ResultT]] = []
        self._is_led = False

    def __call__(self, item: ItemT) -> ResultT:
        place = _Place[ItemT, ResultT](item)
        with self._changed:
            self._waiting.append(place)
            self._arrived.notify()
        while not self._is_done(place):
            self._lead()
        return place.result()

    def _is_done(self, place: _Place[ItemT, ResultT]) -> bool:
        """Waits until the work for this place is done, or until nobody leads and its caller must."""
        with self._changed:
            while self._is_led and not place.is_done:
                self._changed.wait()
            if not place.is_done:
                self._is_led = True
            return place.is_done

    def _lead(self) -> None:
        group: list[_Place[ItemT, ResultT]] = []
        try:
            self._wait_for_company()
            group = self._next_group()
            self._do(group)
        finally:
            with self._changed:
                self._lately, self._lately_until = len(group) + len(self._waiting), time.monotonic() + _MOMENT
                self._is_led = False
                self._changed.notify_all()

    def _wait_for_company(self) -> None:
        with self._changed:
            if time.monotonic() < self._lately_until:
                self._arrived.wait_for(lambda: len(self._waiting) >= min(self._lately, self._at_most), _MOMENT)

    def _next_group(self) -> list[_Place[ItemT, ResultT]]:
        with self._changed:
            group: list[_Place[ItemT, ResultT]] = []
            left: list[_Place[ItemT, ResultT]] = []
            seen: set[str] = set()  # also of those left behind: nobody overtakes his own earlier item
            for place in self._waiting:
                is_next = len(group) < self._at_most and seen.isdisjoint(place.identities)
                (group if is_next else left).append(place)
                seen |= place.identities
            self._waiting = left
            return group

    def _do(self, group: list[_Place[ItemT, ResultT]]) -> None:
        try:
            for place, result in zip(group, self._work([place.item for place in group]), strict=True):
                place.finish(result)
        except BaseException as error:
            if len(group) == 1 or not isinstance(error, Exception) or self._is_final(error):
                for place in group:
                    place.fail(error)
                return
            log.warning("taken_apart items=%d error=%s", len(group), type(error).__name__)
            for place in group:
                self._do([place])


class _Place(Generic[ItemT, ResultT]):
    """An item in the line, and what came of it."""

    def __init__(self, item: ItemT) -> None:
        self.item = item
        self.identities = item.identities
        self.is_done = False
        self._results: list[ResultT] = []
        self._error: BaseException | None = None

    def finish(self, result: ResultT) -> None:
        self._results.append(result)
        self.is_done = True

    def fail(self, error: BaseException) -> None:
        self._error = error
        self.is_done = True

    def result(self) -> ResultT:
        if self._error is not None:
            raise self._error
        return self._results[0]
