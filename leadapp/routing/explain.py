"""Decisions in plain words, for the screen and the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from leadapp.routing.said import Said, said, strung
from leadapp.routing.values import Because, Considered, Entry, Refusal, TurnKind, Why

_NAMED = 3
_LONGEST_WORDS = 60
_REFUSALS: Mapping[Refusal, Said] = {
    Refusal.OUT: said("is out of office"),
    Refusal.BUSY: said("is on a job"),
    Refusal.OFF_SHIFT: said("is off shift"),
    Refusal.AT_CAPACITY: said("has as many open leads as allowed"),
    Refusal.UNREACHABLE: said("has no working phone"),
    Refusal.INACTIVE: said("is no longer active"),
    Refusal.ALREADY_ASKED: said("was asked already"),
    Refusal.LACKS_SKILL: said("does not do this kind of work"),
}
_YOURS: Mapping[Refusal, Said] = {
    Refusal.OUT: said("you were out of office"),
    Refusal.BUSY: said("you were on a job"),
    Refusal.OFF_SHIFT: said("you were off shift"),
    Refusal.AT_CAPACITY: said("you had as many open leads as allowed"),
    Refusal.UNREACHABLE: said("your phone could not be reached"),
    Refusal.INACTIVE: said("you were not active"),
    Refusal.ALREADY_ASKED: said("you had been asked already"),
    Refusal.LACKS_SKILL: said("the lead was not your kind of work"),
}
Names = Mapping[str, str]


def refusal_words(reason: Refusal) -> Said:
    """What follows the name of a rep who was passed over: "Ben is out of office"."""
    return _REFUSALS[reason]


def sentence(why: Why, names: Names) -> Said:
    """Why the lead went where it went, in one sentence. `names` has the names of reps, teams and rules by id."""
    words = _SENTENCES[why.because](why, names)
    asides = (*_on_call_missing(why), *_readings(why), *_skipped(why, names), *_blanks(why, names))
    return strung("; ", (words, *asides), end=".")


def entry_words(entry: Entry, picked: str) -> Said:
    """What the ledger says to the rep whose turn it is about. `picked` is the name of who was offered the lead."""
    match entry.kind:
        case TurnKind.USED if entry.is_extra:
            return said("You were offered a lead, to catch up.")
        case TurnKind.USED:
            return said("You were offered a lead.")
        case TurnKind.EARNED:
            return said("Your turn came round.")
        case TurnKind.SKIPPED if entry.reason:
            why = _YOURS[entry.reason]
            return said("It was your turn, but {why}. {picked} was asked; it cost you nothing.", why=why, picked=picked)
        case _:
            raise ValueError(f"no decision writes {entry}")


def duration(seconds: int) -> Said:
    """A span of time as people say it: "90 seconds", "5 minutes", "1 hour 30 minutes"."""
    if seconds < 120:
        return _seconds(seconds)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, _days), (hours, _hours), (minutes, _minutes), (seconds, _seconds))
    largest = [words(count) for count, words in parts if count][:2]
    return strung(" ", largest) if len(largest) > 1 else largest[0]


def _days(count: int) -> Said:
    return said("1 day") if count == 1 else said("{count} days", count=count)


def _hours(count: int) -> Said:
    return said("1 hour") if count == 1 else said("{count} hours", count=count)


def _minutes(count: int) -> Said:
    return said("1 minute") if count == 1 else said("{count} minutes", count=count)


def _seconds(count: int) -> Said:
    return said("1 second") if count == 1 else said("{count} seconds", count=count)


# Each of these is a sentence without its full stop, for something may be added to it. What it begins with is written as
# it begins a sentence, also where the owner wrote it small.


def _turn(why: Why, names: Names) -> Said:
    words = said("{rep}'s turn in {team}", rep=_first_rep(why, names), team=_team(why, names))
    return _absence(why, names, _by_rule(why, names, words))


def _owner(why: Why, names: Names) -> Said:
    return said("{rep} has worked with this customer before", rep=_first_rep(why, names))


def _holder(why: Why, names: Names) -> Said:
    rep = _first_rep(why, names)
    words = said("{rep} has another open lead of this customer, or of somebody with the same phone", rep=rep)
    return _absence(why, names, words)


def _cover(why: Why, names: Names) -> Said:
    rep, absent = _first_rep(why, names), names.get(why.covered_id or "") or said("a colleague")
    if why.rule_id is not None:
        words = said("{rep} covers for {absent}, who gets these leads", rep=rep, absent=absent)
        return _by_rule(why, names, words)
    return said("{rep} covers for {absent}, who has worked with this customer", rep=rep, absent=absent)


def _rule(why: Why, names: Names) -> Said:
    words = said("{rep} gets these leads", rep=_first_rep(why, names))
    return _absence(why, names, _by_rule(why, names, words))


def _everybody(why: Why, names: Names) -> Said:
    words = said("Everybody in {team} is asked at once", team=_team(why, names))
    return _absence(why, names, _by_rule(why, names, words))


def _person(why: Why, names: Names) -> Said:
    return said("{rep} is asked next in {team}", rep=_first_rep(why, names), team=_team(why, names))


def _nobody_took_it(why: Why, names: Names) -> Said:
    return _gets_it(why, names, said("Nobody in {team} took it", team=_team(why, names)))


def _nobody_eligible(why: Why, names: Names) -> Said:
    words = said("Nobody in {team} could take it", team=_team(why, names))
    if owner := names.get(why.absent_owner_id or ""):
        words = said("{words} and {owner}, who has worked with this customer, is not free", words=words, owner=owner)
    return _gets_it(why, names, words)


def _empty_team(why: Why, names: Names) -> Said:
    return _gets_it(why, names, said("Nobody is in {team} yet", team=_team(why, names)))


def _closed(why: Why, names: Names) -> Said:
    team, rep = _first_team(why, names), _rep(why, names)
    return said("{team} is closed; the lead waits with {rep} until it opens", team=team, rep=rep)


def _on_call(why: Why, names: Names) -> Said:
    team, rep, absent = _first_team(why, names), _rep(why, names), names.get(why.covered_id or "")
    if absent is None:
        return said("{team} is closed and {rep} is on call", team=team, rep=rep)
    if Considered(why.covered_id or "", "skipped", Refusal.ALREADY_ASKED) in why.considered:
        missed = said("{rep} is on call and did not take it", rep=absent)
    else:
        missed = said("{rep} is on call and not free", rep=absent)
    return said("{team} is closed; {missed}, so {rep} is asked", team=team, missed=missed, rep=rep)


def _back(why: Why, names: Names) -> Said:
    return said("{rep} is back and takes the lead that has waited longest", rep=_first_rep(why, names))


def _gets_it(why: Why, names: Names, words: Said) -> Said:
    words = said("{words}; {rep} gets it", words=words, rep=_rep(why, names))
    if why.is_last_resort:
        return said("{words} as the last resort, because no fallback is there", words=words)
    return words


def _rep(why: Why, names: Names) -> str:
    return names.get(why.rep_id or "") or said("A colleague")


def _team(why: Why, names: Names) -> str:
    return names.get(why.team_id) or said("the team")


def _first_rep(why: Why, names: Names) -> str:
    """As a name begins a sentence."""
    return _capital(_rep(why, names))


def _first_team(why: Why, names: Names) -> str:
    return _capital(names.get(why.team_id, "")) or said("The team")


def _capital(name: str) -> str:
    return name if isinstance(name, Said) else name[:1].upper() + name[1:]


def _by_rule(why: Why, names: Names, words: Said) -> Said:
    rule = names.get(why.rule_id or "")
    return said("{words} by the rule {rule}", words=words, rule=rule) if rule is not None else words


def _absence(why: Why, names: Names, words: Said) -> Said:
    owner = names.get(why.absent_owner_id or "")
    if owner is None:
        return words
    return said("{words}; {owner}, who has worked with this customer, is not free", words=words, owner=owner)


def _on_call_missing(why: Why) -> Iterator[Said]:
    if why.nobody_on_call:
        yield said("nobody on call is free")


def _readings(why: Why) -> Iterator[Said]:
    for reading in why.readings:
        yield said("{typed} read as {listed}", typed=_short(reading.said), listed=_short(reading.listed))


def _skipped(why: Why, names: Names) -> Iterator[Said]:
    rules = _known(why.skipped_rules, names)
    if len(rules) == 1:
        yield said("the rule {rule} could not be followed", rule=rules[0])
    elif rules:
        yield said("the rules {rules} could not be followed", rules=_listed(rules))


def _blanks(why: Why, names: Names) -> Iterator[Said]:
    rules = _known([blank.rule_id for blank in why.blanks], names)
    if not rules:
        return
    fields = [said("the {field}", field=field) for field in dict.fromkeys(_field(blank.field) for blank in why.blanks)]
    if len(fields) == 1:
        blank = said("{field} was blank", field=fields[0])
    else:
        blank = said("{fields} were blank", fields=_listed(fields))
    if len(rules) == 1:
        yield said("{blank}, so the rule {rule} could not match", blank=blank, rule=rules[0])
    else:
        yield said("{blank}, so the rules {rules} could not match", blank=blank, rules=_listed(rules))


def _known(rule_ids: Iterable[str], names: Names) -> list[str]:
    """The names of these rules, of those that have one."""
    return [names[rule_id] for rule_id in dict.fromkeys(rule_ids) if rule_id in names]


def _listed(several: Sequence[str]) -> str:
    """The first of them by name, and how many more there are."""
    shown, left = several[:_NAMED], len(several) - _NAMED
    if left > 0:
        others = said("1 other") if left == 1 else said("{count} others", count=left)
        return said("{first} and {last}", first=strung(", ", shown), last=others)
    *first, last = shown
    return said("{first} and {last}", first=strung(", ", first), last=last) if first else last


def _field(name: str) -> str:
    return _short(name.replace("_", " ").strip())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_WORDS else text[: _LONGEST_WORDS - 1].rstrip() + "…"


_SENTENCES: Mapping[Because, Callable[[Why, Names], Said]] = {
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
