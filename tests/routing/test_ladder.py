"""Which channels tell a rep, and when the next is tried."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.ladder import Calls, Ladder, Reach, Rung, ladder, rungs
from leadapp.routing.values import Channel

EVERYTHING = Reach(devices=True, phone=True, email=True)
FIVE_MINUTES = timedelta(minutes=5)

LADDERS = st.builds(Ladder, st.integers(1, 3600), st.integers(1, 3600), st.sampled_from(Calls))
REACHES = st.builds(Reach, st.booleans(), st.booleans(), st.booleans())
WINDOWS = st.timedeltas(timedelta(seconds=1), timedelta(days=1))


def climb(
    reach: Reach = EVERYTHING, steps: Ladder | None = None, *, urgent: bool = True
) -> list[tuple[Channel, float]]:
    found = rungs(steps or Ladder(), reach, urgent=urgent, window=FIVE_MINUTES)
    return [(rung.channel, rung.after.total_seconds()) for rung in found]


def test_push_then_text_after_twenty_seconds_then_a_call_after_a_minute():
    assert climb() == [(Channel.PUSH, 0), (Channel.SMS, 20), (Channel.CALL, 60)]


def test_only_urgent_leads_are_called_unless_the_team_says_otherwise():
    assert climb(urgent=False) == [(Channel.PUSH, 0), (Channel.SMS, 20)]
    assert climb(steps=Ladder(call=Calls.ALWAYS), urgent=False)[-1] == (Channel.CALL, 60)
    assert climb(steps=Ladder(call=Calls.NEVER)) == [(Channel.PUSH, 0), (Channel.SMS, 20)]


def test_without_a_device_the_text_comes_first_and_without_a_phone_an_e_mail():
    assert climb(Reach(devices=False, phone=True, email=True)) == [(Channel.SMS, 0), (Channel.CALL, 60)]
    assert climb(Reach(devices=False, phone=False, email=True)) == [(Channel.EMAIL, 0)]
    assert climb(Reach(devices=True, phone=False, email=True)) == [(Channel.PUSH, 0), (Channel.EMAIL, 20)]
    assert climb(Reach(devices=False, phone=False, email=False)) == []


def test_a_short_offer_is_climbed_faster_a_third_of_it_for_the_push_and_a_third_for_the_text():
    found = rungs(Ladder(), EVERYTHING, urgent=True, window=timedelta(seconds=30))

    assert [rung.after.total_seconds() for rung in found] == [0, 10, 20]


def test_nobody_is_called_without_a_number_or_about_what_is_worth_no_call():
    steps = Ladder(call=Calls.ALWAYS)
    by_mail = Reach(devices=True, phone=False, email=True)

    assert climb(by_mail, steps) == [(Channel.PUSH, 0), (Channel.EMAIL, 20)]
    uncalled = rungs(steps, EVERYTHING, urgent=True, window=FIVE_MINUTES, may_call=False)
    assert [rung.channel for rung in uncalled] == [Channel.PUSH, Channel.SMS]


def test_a_text_that_comes_first_waits_for_nothing():
    found = rungs(Ladder(), Reach(devices=False, phone=True, email=False), urgent=False, window=FIVE_MINUTES)

    assert found == (Rung(Channel.SMS, unless_shown=False),)


def test_what_a_rep_says_goes_before_what_his_team_says_and_silence_is_as_usual():
    assert ladder({"sms_after": 5, "call": "never"}, {"call": "always"}) == Ladder(5, 60, Calls.ALWAYS)
    assert ladder({"sms_after": 5}, {"sms_after": None, "call": None}) == Ladder(5, 60, Calls.URGENT)
    assert ladder(None, {}) == Ladder()


@given(LADDERS, REACHES, st.booleans(), WINDOWS)
def test_every_rung_comes_inside_the_window_and_no_channel_twice(steps, reach, urgent, window):
    found = rungs(steps, reach, urgent=urgent, window=window)

    assert all(timedelta(0) <= rung.after < window for rung in found)
    assert len({rung.channel for rung in found}) == len(found)
    assert bool(found) == any((reach.devices, reach.phone, reach.email))
    assert not found or found[0].after == timedelta(0)


@given(REACHES, st.booleans(), WINDOWS)
def test_the_usual_ladder_is_climbed_upwards(reach, urgent, window):
    found = rungs(Ladder(), reach, urgent=urgent, window=window)

    assert all(lower.after < higher.after for lower, higher in pairwise(found))


@given(LADDERS, WINDOWS)
def test_only_the_text_waits_to_see_whether_the_push_was_shown(steps, window):
    found = rungs(steps, EVERYTHING, urgent=True, window=window)

    assert [rung.unless_shown for rung in found if rung.channel is Channel.SMS] == [True]
    assert not any(rung.unless_shown for rung in found if rung.channel is not Channel.SMS)
    assert Rung(Channel.PUSH) in found
