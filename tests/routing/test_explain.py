"""Decisions in plain words."""

import pytest

from leadapp.routing.decide import decide
from leadapp.routing.explain import duration, entry_words, refusal_words, sentence
from leadapp.routing.policy import policy
from leadapp.routing.values import (
    AfterHours,
    Because,
    Blank,
    Condition,
    Entry,
    Presence,
    Progress,
    Reading,
    Refusal,
    Rule,
    TeamMode,
    TurnKind,
    Why,
)
from tests.routing.facts import CLOSED_TODAY, NAMES, NOON, cast, snapshot, team

OUT = {"presence": Presence.OUT}
TO_PLUMBING = Rule("r1", "Leaks first", (), team_id="plumbing")
TO_BEN = Rule("r1", "Leaks first", (), rep_id="ben")
OWNED = {"contact_owner_id": "ana"}
COVERED = cast(ana=OUT | {"cover_id": "ben"})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "Ana's turn in Plumbing."),
        ({"rules": (TO_PLUMBING,)}, "Ana's turn in Plumbing by the rule Leaks first."),
        ({"lead": OWNED}, "Ana has worked with this customer before."),
        ({"lead": OWNED, "reps": COVERED}, "Ben covers for Ana, who has worked with this customer."),
        (
            {"lead": OWNED, "reps": cast(ana=OUT)},
            "Ben's turn in Plumbing; Ana, who has worked with this customer, is not free.",
        ),
        ({"rules": (TO_BEN,)}, "Ben gets these leads by the rule Leaks first."),
        ({"reps": cast(ana=OUT, ben=OUT, carla=OUT)}, "Nobody in Plumbing could take it; Mia gets it."),
        ({"progress": Progress("plumbing", None, 9)}, "Nobody in Plumbing took it; Mia gets it."),
        (
            {"lead": {"holder_id": "ben"}},
            "Ben has another open lead of this customer, or of somebody with the same phone.",
        ),
        (
            {"lead": OWNED | {"holder_id": "ben"}, "reps": cast(ana=OUT)},
            "Ben has another open lead of this customer, or of somebody with the same phone; "
            "Ana, who has worked with this customer, is not free.",
        ),
        (
            {"rules": (TO_BEN,), "reps": cast(ben=OUT | {"cover_id": "ana"})},
            "Ana covers for Ben, who gets these leads by the rule Leaks first.",
        ),
        (
            {"reps": cast(ana=OUT, ben=OUT | {"is_owner": True}, carla=OUT, mia={"active": False})},
            "Nobody in Plumbing could take it; Ben gets it as the last resort, because no fallback is there.",
        ),
    ],
)
def test_the_reason_in_one_sentence(facts, expected):
    assert sentence(decide(snapshot(**facts), NOON).why, NAMES) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (team("ana", "ben", policy=policy(60, 1, 1, 1, TeamMode.BROADCAST)), "Everybody in Plumbing is asked at once."),
        (
            team("ana", policy=policy(1, 1, 1, 1, chain=[{"ask": "person", "rep": "carla", "seconds": 5}])),
            "Carla is asked next in Plumbing.",
        ),
        (team(), "Nobody is in Plumbing yet; Mia gets it."),
        (
            team("ana", hours=CLOSED_TODAY, after_hours=AfterHours.HOLD),
            "Plumbing is closed; the lead waits with Mia until it opens.",
        ),
        (
            team("ana", hours=CLOSED_TODAY, after_hours=AfterHours.ON_CALL, on_call={"reps": ["ben"]}),
            "Plumbing is closed and Ben is on call.",
        ),
    ],
)
def test_the_reason_of_other_teams(one, expected):
    assert sentence(decide(snapshot(one), NOON).why, NAMES) == expected


def only_in(field, value, id="r1"):
    return Rule(id, id, (Condition(field, "is", value),), team_id="plumbing")


NAMED = NAMES | {"north": "North", "south": "South", "east": "East", "west": "West", "rest": "The rest"}
REST = Rule("rest", "The rest", (), team_id="plumbing")


@pytest.mark.parametrize(
    ("rules", "lead", "expected"),
    [
        (
            [only_in("postcode", "19103", "north")],
            {"fields": {"postcode": "Select"}},
            "Ana's turn in Plumbing; the postcode was blank, so the rule North could not match.",
        ),
        (
            [only_in("company_size", "50+", "north"), only_in("Job Type", "roof", "south"), REST],
            {},
            "Ana's turn in Plumbing by the rule The rest; "
            "the company size and the Job Type were blank, so the rules North and South could not match.",
        ),
        (
            [only_in("city", "Rome", id) for id in ("north", "south", "east", "west")],
            {},
            "Ana's turn in Plumbing; the city was blank, so the rules North, South, East and 1 other could not match.",
        ),
        (
            [only_in("city", "Philadelphia", "north")],
            {"fields": {"city": "Philadelfia"}, "read_as": {"city": "Philadelphia"}},
            "Ana's turn in Plumbing by the rule North; Philadelfia read as Philadelphia.",
        ),
        (
            [Rule("north", "North", (), team_id="gone")],
            {},
            "Ana's turn in Plumbing; the rule North could not be followed.",
        ),
        (
            [only_in("city", "Rome", "north")],
            {"contact_owner_id": "ana"},
            "Ana has worked with this customer before.",
        ),
    ],
)
def test_what_the_rules_could_not_do_is_said(rules, lead, expected):
    assert sentence(decide(snapshot(rules=tuple(rules), lead=lead), NOON).why, NAMED) == expected


@pytest.mark.parametrize(
    ("facts", "begins"),
    [
        ({"reps": cast(ana=OUT, ben=OUT, carla=OUT)}, "Nobody in Plumbing could take it; Mia gets it;"),
        ({"lead": OWNED, "reps": cast(ana=OUT)}, "Ben's turn in Plumbing; Ana, who has worked"),
    ],
)
def test_a_blank_field_is_named_whatever_became_of_the_lead(facts, begins):
    words = sentence(decide(snapshot(rules=(only_in("city", "Rome", "north"),), **facts), NOON).why, NAMED)

    assert words.startswith(begins)
    assert words.endswith("; the city was blank, so the rule North could not match.")


def test_a_blank_field_is_named_while_the_team_is_closed():
    closed = team("ana", hours=CLOSED_TODAY, after_hours=AfterHours.HOLD)

    words = sentence(decide(snapshot(closed, rules=(only_in("city", "Rome", "north"),)), NOON).why, NAMED)

    assert words.endswith("until it opens; the city was blank, so the rule North could not match.")


def test_what_somebody_typed_does_not_fill_the_sentence():
    readings = (Reading("city", "x" * 500, "Philadelphia"),)

    assert len(sentence(Why(Because.TURN, "plumbing", rep_id="ana", readings=readings), NAMES)) < 150


@pytest.mark.parametrize("because", list(Because))
def test_every_reason_has_a_sentence_even_when_names_are_gone(because):
    lost = {"covered_id": "gone", "skipped_rules": ("gone",), "blanks": (Blank("gone", "city"),)}
    words = sentence(Why(because, "gone", rule_id="gone", absent_owner_id="gone", **lost), {})

    assert words.endswith(".")
    assert words[0].isupper()
    assert "gone" not in words


@pytest.mark.parametrize("reason", list(Refusal))
def test_every_refusal_has_words(reason):
    assert refusal_words(reason)
    assert entry_words(Entry("ana", TurnKind.SKIPPED, reason), "Ben").endswith("Ben was asked; it cost you nothing.")


def test_the_ledger_says_what_became_of_a_turn():
    words = [entry_words(Entry("ana", kind), "Ana") for kind in (TurnKind.EARNED, TurnKind.USED)]

    assert words == ["Your turn came round.", "You were offered a lead."]
    assert entry_words(Entry("ana", TurnKind.USED, is_extra=True), "Ana") == "You were offered a lead, to catch up."


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1, "1 second"),
        (45, "45 seconds"),
        (60, "60 seconds"),
        (90, "90 seconds"),
        (120, "2 minutes"),
        (150, "2 minutes 30 seconds"),
        (300, "5 minutes"),
        (3600, "1 hour"),
        (5400, "1 hour 30 minutes"),
        (7200, "2 hours"),
        (86400, "1 day"),
    ],
)
def test_durations_as_people_say_them(seconds, expected):
    assert duration(seconds) == expected
