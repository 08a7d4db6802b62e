"""Group commit: many callers, one piece of work at a time, and everybody gets his own result."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import pytest

from leadapp.workflow import together
from leadapp.workflow.together import Together


@dataclass(frozen=True)
class Parcel:
    name: str
    identities: frozenset[str] = frozenset()


class Desk:
    """Work that waits at the first parcel until the others stand in line."""

    def __init__(self, *, at_most=16, is_final=lambda _error: False):
        self.groups: list[list[str]] = []
        self.opened, self.go_on = Event(), Event()
        self.refused: dict[str, Exception] = {}
        self.together = Together(self.work, at_most=at_most, is_final=is_final)

    def work(self, parcels):
        self.groups.append([parcel.name for parcel in parcels])
        if parcels[0].name == "first":
            self.opened.set()
            assert self.go_on.wait(30)
        for parcel in parcels:
            if parcel.name in self.refused:
                raise self.refused[parcel.name]
        return [f"{parcel.name} done" for parcel in parcels]

    def serve(self, *parcels):
        """Sends "first", then the others while it is worked on, in this order. Answers what each got."""
        with ThreadPoolExecutor(len(parcels) + 1) as pool:
            sent = [pool.submit(self.together, Parcel("first"))]
            assert self.opened.wait(30)
            for number, parcel in enumerate(parcels, 1):
                sent.append(pool.submit(self.together, parcel))
                wait_for(lambda number=number: len(self.together._waiting) == number)
            self.go_on.set()
            return {f.exception() or f.result() for f in sent}


def wait_for(is_true):
    pause = Event()
    for _ in range(3000):
        if is_true():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come true within thirty seconds")


def test_what_arrives_meanwhile_shares_the_next_group():
    desk = Desk()

    results = desk.serve(Parcel("a"), Parcel("b"), Parcel("c"))

    assert desk.groups == [["first"], ["a", "b", "c"]]
    assert results == {"first done", "a done", "b done", "c done"}


def test_while_many_call_the_next_group_waits_a_moment_for_as_many(monkeypatch):
    monkeypatch.setattr(together, "_MOMENT", 60)
    desk = Desk()
    desk.serve(Parcel("a"), Parcel("b"), Parcel("c"))

    with ThreadPoolExecutor(3) as pool:
        for number, name in enumerate("def", 1):
            pool.submit(desk.together, Parcel(name))
            wait_for(lambda number=number: len(desk.together._waiting) == number or len(desk.groups) == 3)

    assert desk.groups[2:] == [["d", "e", "f"]]


def test_whoever_calls_alone_waits_for_nobody(monkeypatch):
    monkeypatch.setattr(together, "_MOMENT", 60)
    desk = Desk()
    desk.go_on.set()
    company = []
    monkeypatch.setattr(desk.together._arrived, "wait_for", lambda is_there, _seconds: company.append(is_there()))

    for name in ("first", "a", "b"):
        desk.together(Parcel(name))

    assert desk.groups == [["first"], ["a"], ["b"]]
    assert all(company)


def test_a_group_is_never_larger_than_allowed():
    desk = Desk(at_most=2)

    desk.serve(Parcel("a"), Parcel("b"), Parcel("c"))

    assert desk.groups == [["first"], ["a", "b"], ["c"]]


def test_two_with_an_identity_in_common_never_share_a_group_and_keep_their_order():
    desk = Desk()
    same, both = frozenset({"+1415"}), frozenset({"+1415", "a@b.c"})

    desk.serve(Parcel("a", same), Parcel("b", both), Parcel("c", frozenset({"a@b.c"})), Parcel("d"))

    assert desk.groups == [["first"], ["a", "d"], ["b"], ["c"]]


def test_one_that_fails_spoils_nothing_for_the_others():
    desk = Desk()
    desk.refused["b"] = failure = ValueError("b is broken")

    results = desk.serve(Parcel("a"), Parcel("b"), Parcel("c"))

    assert results == {"first done", "a done", failure, "c done"}


def test_an_error_that_would_come_again_is_not_tried_again_for_each():
    desk = Desk(is_final=lambda error: isinstance(error, OSError))
    desk.refused["b"] = failure = OSError("the disk is gone")

    results = desk.serve(Parcel("a"), Parcel("b"))

    assert desk.groups == [["first"], ["a", "b"]]
    assert results == {"first done", failure}


def test_after_a_failure_the_next_caller_is_served():
    desk = Desk()
    desk.refused["a"] = ValueError("a is broken")

    with pytest.raises(ValueError):
        desk.together(Parcel("a"))

    assert desk.together(Parcel("b")) == "b done"
