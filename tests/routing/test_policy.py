"""The chain made from a team's settings, checked, frozen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.policy import from_json, policy, to_json, validate_chain
from leadapp.routing.values import Ask, Policy, Step, TeamMode


def test_a_rotation_asks_as_often_as_it_has_tries():
    made = policy(300, 2, 900, 600)

    assert made == Policy((Step(Ask.ROTATION, 300, 2),), repeat_seconds=600, contact_seconds=900)


def test_a_broadcast_asks_everybody_once():
    assert policy(300, 2, 900, 600, TeamMode.BROADCAST).steps == (Step(Ask.EVERYBODY, 300, 1),)


def test_an_explicit_chain_wins():
    chain = [{"ask": "rotation", "seconds": 60, "tries": 3}, {"ask": "person", "rep": "mia", "seconds": 30}]

    made = policy(300, 2, 900, 600, TeamMode.BROADCAST, chain)

    assert made.steps == (Step(Ask.ROTATION, 60, 3), Step(Ask.PERSON, 30, 1, "mia"))


STEPS = st.builds(
    Step,
    ask=st.sampled_from(Ask),
    seconds=st.integers(1, 9999),
    tries=st.integers(1, 9),
    rep_id=st.sampled_from([None, "a"]),
)


@given(st.builds(Policy, st.lists(STEPS, max_size=4).map(tuple), st.integers(1, 9999), st.integers(1, 9999)))
def test_a_policy_survives_json(made):
    assert from_json(to_json(made)) == made


@pytest.mark.parametrize("data", [{}, {"steps": [{}], "repeat_seconds": 1, "contact_seconds": 1}, {"steps": 1}])
def test_other_json_is_no_policy(data):
    with pytest.raises(ValueError, match="not a"):
        from_json(data)


def test_a_good_chain_has_no_problems():
    assert validate_chain([{"ask": "everybody", "seconds": 60}, {"ask": "person", "rep": "mia", "seconds": 1}]) == []


@pytest.mark.parametrize(
    ("chain", "field"),
    [
        ([], "chain"),
        ("rotation", "chain"),
        ([{"ask": "rotation", "seconds": 60}] * 21, "chain"),
        (["rotation"], "chain.0"),
        ([{"ask": "nobody", "seconds": 60}], "chain.0.ask"),
        ([{"ask": ["rotation"], "seconds": 60}], "chain.0.ask"),
        ([{"ask": "rotation", "seconds": 0}], "chain.0.seconds"),
        ([{"ask": "rotation", "seconds": True}], "chain.0.seconds"),
        ([{"ask": "rotation", "seconds": "60"}], "chain.0.seconds"),
        ([{"ask": "rotation"}], "chain.0.seconds"),
        ([{"ask": "rotation", "seconds": 60, "tries": 0}], "chain.0.tries"),
        ([{"ask": "rotation", "seconds": 60, "wait": 1}], "chain.0.wait"),
        ([{"ask": "rotation", "seconds": 60}, {"ask": "person", "seconds": 60}], "chain.1.rep"),
        ([{"ask": "everybody", "seconds": 60, "rep": "mia"}], "chain.0.rep"),
    ],
)
def test_a_bad_chain_names_the_field(chain, field):
    assert [name for name, _ in validate_chain(chain)] == [field]
