"""Decisions in plain words, for the screen and the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from leadapp.routing.values import Because, Considered, Entry, Refusal, TurnKind, Why

_NAMED = 3
_LONGEST_WORDS = 60
_REFUSALS: Mapping[Refusal, str] = {
    Refusal.OUT: "is out of office",
    Refusal.BUSY: "is on a job",
    Refusal.OFF_SHIFT: "is off shift",
    Refusal.AT_CAPACITY: "has as many open leads as allowed",
    Refusal.UNREACHABLE: "has no working phone",
    Refusal.INACTIVE: "is no longer active",
    Refusal.ALREADY_ASKED: "was asked already",
    Refusal.LACKS_SKILL: "does not do this kind of work",
}
_YOURS: Mapping[Refusal, str] = {
    Refusal.OUT: "you were out of office",
    Refusal.BUSY: "you were on a job",
    Refusal.OFF_SHIFT: "you were off shift",
    Refusal.AT_CAPACITY: "you had as many open leads as allowed",
    Refusal.UNREACHABLE: "your phone could not be reached",
    Refusal.INACTIVE: "you were not active",
    Refusal.ALREADY_ASKED: "you had been asked already",
    Refusal.LACKS_SKILL: "the lead was not your kind of work",
}


def refusal_words(reason: Refusal) -> str:
    """What follows the name of a rep who was passed over: "Ben is out of office"."""
    return _REFUSALS[reason]


def sentence(why: Why, names: Mapping[str, str]) -> str:
    """Why the lead went where it went, in one sentence. `names` has the names of reps, teams and rules by id."""
    words = _SENTENCES[why.because](why, names)
    asides = "".join(
        f"; {aside}" for aside in (*_on_call_missing(why), *_readings(why), *_skipped(why, names), *_blanks(why, names))
    )
    return words[0].upper() + words[1:].removesuffix(".") + asides + "."


def entry_words(entry: Entry, picked: str) -> str:
    """What the ledger says to the rep whose turn it is about. `picked` is the name of who was offered the lead."""
    match entry.kind:
        case TurnKind.USED:
            return "You were offered a lead, to catch up." if entry.is_extra else "You were offered a lead."
        case TurnKind.EARNED:
            return "Your turn came round."
        case TurnKind.SKIPPED if entry.reason:
            return f"It was your turn, but {_YOURS[entry.reason]}. {picked} was asked; it cost you nothing."
        case _:
            raise ValueError(f"no decision writes {entry}")


def duration(seconds: int) -> str:
    """A span of time as people say it: "90 seconds", "5 minutes", "1 hour 30 minutes"."""
    if seconds < 120:
        return _counted(seconds, "second")
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return " ".join([_counted(count, word) for count, word in parts if count][:2])


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _turn(why: Why, names: Mapping[str, str]) -> str:
    return f"{_rep(why, names)}'s turn in {_team(why, names)}{_by_rule(why, names)}{_absence(why, names)}."


def _owner(why: Why, names: Mapping[str, str]) -> str:
    return f"{_rep(why, names)} has worked with this customer before."


def _holder(why: Why, names: Mapping[str, str]) -> str:
    absence = _absence(why, names)
    return f"{_rep(why, names)} has another open lead of this customer, or of somebody with the same phone{absence}."


def _cover(why: Why, names: Mapping[str, str]) -> str:
    absent = names.get(why.covered_id or "", "a colleague")
    if why.rule_id is not None:
        return f"{_rep(why, names)} covers for {absent}, who gets these leads{_by_rule(why, names)}."
    return f"{_rep(why, names)} covers for {absent}, who has worked with this customer."


def _rule(why: Why, names: Mapping[str, str]) -> str:
    return f"{_rep(why, names)} gets these leads{_by_rule(why, names)}{_absence(why, names)}."


def _everybody(why: Why, names: Mapping[str, str]) -> str:
    return f"Everybody in {_team(why, names)} is asked at once{_by_rule(why, names)}{_absence(why, names)}."


def _person(why: Why, names: Mapping[str, str]) -> str:
    return f"{_rep(why, names)} is asked next in {_team(why, names)}."


def _nobody_took_it(why: Why, names: Mapping[str, str]) -> str:
    return f"Nobody in {_team(why, names)} took it; {_rep(why, names)} gets it{_last_resort(why)}."


def _nobody_eligible(why: Why, names: Mapping[str, str]) -> str:
    absence = _absence(why, names, " and ")
    return f"Nobody in {_team(why, names)} could take it{absence}; {_rep(why, names)} gets it{_last_resort(why)}."


def _empty_team(why: Why, names: Mapping[str, str]) -> str:
    return f"Nobody is in {_team(why, names)} yet; {_rep(why, names)} gets it{_last_resort(why)}."


def _closed(why: Why, names: Mapping[str, str]) -> str:
    return f"{_team(why, names)} is closed; the lead waits with {_rep(why, names)} until it opens."


def _on_call(why: Why, names: Mapping[str, str]) -> str:
    absent = names.get(why.covered_id or "")
    if absent is not None:
        was_asked = Considered(why.covered_id or "", "skipped", Refusal.ALREADY_ASKED) in why.considered
        missed = "did not take it" if was_asked else "not free"
        return f"{_team(why, names)} is closed; {absent} is on call and {missed}, so {_rep(why, names)} is asked."
    return f"{_team(why, names)} is closed and {_rep(why, names)} is on call."


def _back(why: Why, names: Mapping[str, str]) -> str:
    return f"{_rep(why, names)} is back and takes the lead that has waited longest."


def _last_resort(why: Why) -> str:
    return " as the last resort, because no fallback is there" if why.is_last_resort else ""


def _rep(why: Why, names: Mapping[str, str]) -> str:
    return names.get(why.rep_id or "", "A colleague")


def _team(why: Why, names: Mapping[str, str]) -> str:
    return names.get(why.team_id, "the team")


def _by_rule(why: Why, names: Mapping[str, str]) -> str:
    return f" by the rule {names[why.rule_id]}" if why.rule_id and why.rule_id in names else ""


def _absence(why: Why, names: Mapping[str, str], joint: str = "; ") -> str:
    if why.absent_owner_id is None or why.absent_owner_id not in names:
        return ""
    return f"{joint}{names[why.absent_owner_id]}, who has worked with this customer, is not free"


def _on_call_missing(why: Why) -> Iterator[str]:
    if why.nobody_on_call:
        yield "nobody on call is free"


def _readings(why: Why) -> Iterator[str]:
    for reading in why.readings:
        yield f"{_short(reading.said)} read as {_short(reading.listed)}"


def _skipped(why: Why, names: Mapping[str, str]) -> Iterator[str]:
    if rules := _rules(why.skipped_rules, names):
        yield f"{rules} could not be followed"


def _blanks(why: Why, names: Mapping[str, str]) -> Iterator[str]:
    fields = list(dict.fromkeys(f"the {_field(blank.field)}" for blank in why.blanks))
    if rules := _rules([blank.rule_id for blank in why.blanks], names):
        yield f"{_listed(fields)} {'was' if len(fields) == 1 else 'were'} blank, so {rules} could not match"


def _rules(rule_ids: Iterable[str], names: Mapping[str, str]) -> str:
    """Such as "the rule North", "the rules North, South and 3 others"; nothing for rules of which no name is known."""
    named = [names[rule_id] for rule_id in dict.fromkeys(rule_ids) if rule_id in names]
    return f"the rule{'s' if len(named) > 1 else ''} {_listed(named)}" if named else ""


def _listed(several: Sequence[str]) -> str:
    """The first of them by name, and how many more there are."""
    shown, left = several[:_NAMED], len(several) - _NAMED
    if left > 0:
        return f"{', '.join(shown)} and {left} other{'s' if left > 1 else ''}"
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last


def _field(name: str) -> str:
    return _short(name.replace("_", " ").strip())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_WORDS else text[: _LONGEST_WORDS - 1].rstrip() + "…"


_SENTENCES: Mapping[Because, Callable[[Why, Mapping[str, str]], str]] = {
    Because.TURN: _turn,
    Because.OWNER: _owner,
    Because.HOLDER: _holder,
    Because.COVER: _cover,
    Because.RULE: _rule,
    Because.EVERYBODY: _everybody,
    Because.PERSON: _person,
    Because.NOBODY_TOOK_IT: _nobody_took_it,
    Because.NOBODY_ELIGIBLE: _nobody_eligible,
    Because.EMPTY_TEAM: _empty_team,
    Because.CLOSED: _closed,
    Because.ON_CALL: _on_call,
    Because.BACK: _back,
}
