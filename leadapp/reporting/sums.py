"""Figures of a group of leads: how many, how quick, which. A figure is the length of the very list that it links to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence

from leadapp.reporting.facts import BITS, JUNK, Leads

#: The time of a lead whose clock has not stopped: longer than any other.
NEVER = 1 << 62

MEDIAN, P90 = 50, 90
WITHIN: Mapping[str, int] = {"within_1": 60, "within_5": 300, "within_15": 900}


def _is_blank(bit: int) -> Callable[[Leads, int], bool]:
    return lambda leads, place: bool(leads.blanks[place] & bit)


_KEPT: Mapping[str, Callable[[Leads, int], bool]] = {
    "won": lambda leads, place: leads.outcome[place] == "won",
    "lost": lambda leads, place: leads.outcome[place] == "lost",
    "decided": lambda leads, place: leads.outcome[place] in ("won", "lost"),
    "open": lambda leads, place: leads.outcome[place] is None,
    "spam": lambda leads, place: leads.outcome[place] == "spam",
    "duplicate": lambda leads, place: leads.outcome[place] == "duplicate",
    "junk": lambda leads, place: leads.outcome[place] in JUNK,
    **{f"blank_{field}": _is_blank(bit) for field, bit in BITS.items()},
}
#: What of a group can be asked for.
KEPT = frozenset({"all", *WITHIN, "waiting", "slowest", *_KEPT})


class Group:
    """Some of the leads by their places, quickest first; those whose clock has not stopped come last. `seconds` has the
    time of each."""

    def __init__(self, leads: Leads, seconds: Mapping[int, int] | Sequence[int], places: Sequence[int]) -> None:
        self._leads = leads
        self._seconds = seconds
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def seconds(self, place: int) -> int | None:
        found = self._seconds[place]
        return None if found == NEVER else found

    def chosen(self, kept: str = "all") -> Sequence[int]:
        """The leads behind a figure, in their order. Raises KeyError for a word that is none of KEPT."""
        if kept == "all":
            return self._places
        if kept in WITHIN:
            return self._places[: bisect_right(self._places, WITHIN[kept], key=self._seconds.__getitem__)]
        if kept == "waiting":
            return self._places[bisect_left(self._places, NEVER, key=self._seconds.__getitem__) :]
        if kept == "slowest":
            return self._places[self._rank(P90) :]
        is_kept = _KEPT[kept]
        return [place for place in self._places if is_kept(self._leads, place)]

    def count(self, kept: str = "all") -> int:
        return len(self.chosen(kept))

    def share(self, kept: str) -> float | None:
        return share(self.count(kept), len(self))

    def quantile(self, percent: int) -> int | None:
        """The shortest time within which at least so many percent of the leads were done with: the time of one of them
        (nearest rank), never between two. Those whose clock has not stopped are slower than any, so it is None when too
        few are done; also when there are no leads."""
        return self.seconds(self._places[self._rank(percent) - 1]) if self._places else None

    def _rank(self, percent: int) -> int:
        return -(-len(self) * percent // 100)


def share(part: int, whole: int) -> float | None:
    """None where there is nothing to have a share of."""
    return part / whole if whole else None
