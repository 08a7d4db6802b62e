"""What came of a replay, as a short table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from statistics import median

_MOST_REASONS = 10
_LONGEST_REASON = 200


class Outcome(StrEnum):
    """A row was stored as a lead of its own, merged into an open lead of the same person, or known from before; or the
    server refused it, or never answered."""

    STORED = "stored"
    MERGED = "merged"
    KNOWN = "known"
    REFUSED = "refused"
    LOST = "lost"


@dataclass
class Sent:
    """`seconds` from sending to the answer, `offered_after` from the answer to the offer; `state` as last seen."""

    number: int
    outcome: Outcome
    reason: str = ""
    seconds: float = 0.0
    lead_id: str = ""
    state: str = ""
    offered_after: float | None = None


@dataclass
class Report:
    """`unsent` rows were left when somebody interrupted."""

    sent: Sequence[Sent]
    took_seconds: float
    unsent: int = 0
    blank: int = 0
    broken: Sequence[tuple[int, str]] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Every row that has something in it is stored."""
        failed = any(sent.outcome in (Outcome.REFUSED, Outcome.LOST) for sent in self.sent)
        return not (failed or self.unsent or self.broken)

    def lines(self) -> list[str]:
        counts = Counter(sent.outcome for sent in self.sent)
        counts[Outcome.REFUSED] += len(self.broken)
        rows = len(self.sent) + self.unsent + self.blank + len(self.broken)
        answered = [sent for sent in self.sent if sent.outcome not in (Outcome.REFUSED, Outcome.LOST)]
        return [
            _line("rows", rows, f"{self.blank} blank, nothing to send" if self.blank else ""),
            *(_line(outcome.value, counts[outcome]) for outcome in Outcome),
            *([_line("not sent", self.unsent, "interrupted")] if self.unsent else []),
            _line("sending to 2xx", _spread([sent.seconds for sent in answered])),
            _line("2xx to offer", _spread([s.offered_after for s in answered if s.offered_after is not None])),
            *self._not_offered(),
            _line("rate", f"{len(self.sent) / max(self.took_seconds, 0.001):.1f} a second"),
            *self._reasons(),
        ]

    def _not_offered(self) -> list[str]:
        states = Counter(s.state for s in self.sent if s.outcome is Outcome.STORED and s.offered_after is None)
        said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        return [_line("not offered", states.total(), said)] if states else []

    def _reasons(self) -> list[str]:
        failed = [(sent.number, sent.reason) for sent in self.sent if sent.reason] + list(self.broken)
        by_reason: dict[str, list[int]] = {}
        for number, reason in sorted(failed):
            by_reason.setdefault(reason[:_LONGEST_REASON], []).append(number)
        commonest = sorted(by_reason.items(), key=lambda item: -len(item[1]))[:_MOST_REASONS]
        return [f"  {len(numbers)} x {reason} (first: row {numbers[0]})" for reason, numbers in commonest]


def _line(name: str, value: object, note: str = "") -> str:
    return f"{name:<16}{value!s:>8}" + (f"  ({note})" if note else "")


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    slowest = sorted(seconds)[ceil(len(seconds) * 0.99) - 1]
    return f"median {_shown(median(seconds))}, p99 {_shown(slowest)}"


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
