"""Which channels of a rep have failed, and whether one is left to reach him by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leadapp.routing.reach import Address, Channels, Device, Fault, Health, State, examine, is_reachable
from leadapp.routing.values import Channel

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
A_WEEK = timedelta(days=7)
RINGS = Device(shown_at=NOW - timedelta(hours=1))
DEAD = replace(RINGS, missed=3, missed_since=NOW - timedelta(minutes=30))
NOBODY_THERE = Address(refused=True)

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda ago: NOW - ago)
DEVICES = st.builds(
    Device, st.none() | MOMENTS, st.integers(0, 5), st.none() | MOMENTS, refused=st.booleans(), gone=st.booleans()
)
ADDRESSES = st.none() | st.builds(Address, st.booleans(), st.booleans())
CHANNELS = st.builds(Channels, st.lists(DEVICES, max_size=3).map(tuple), ADDRESSES, ADDRESSES)


def push(*devices: Device, now: datetime = NOW) -> State:
    return examine(Channels(devices=devices), now)[Channel.PUSH]


@pytest.mark.parametrize("having", [Channels(phone=Address()), Channels(email=Address()), Channels((Device(),))])
def test_whoever_has_one_way_that_has_not_failed_is_reachable(having):
    assert is_reachable(having, NOW)


def test_of_whoever_was_given_no_way_at_all_nothing_has_failed():
    assert is_reachable(Channels(), NOW)


def test_three_pushes_in_a_row_that_were_not_shown_make_a_phone_dead_and_two_do_not():
    assert push(replace(DEAD, missed=2)) == State(Health.WORKS)
    assert push(DEAD) == State(Health.FAILED, Fault.MISSED)


def test_one_push_that_was_not_shown_for_seven_days_makes_it_dead_and_for_less_does_not():
    once = replace(RINGS, missed=1, missed_since=NOW - A_WEEK)

    assert push(once, now=NOW - timedelta(seconds=1)) == State(Health.WORKS)
    assert push(once) == State(Health.FAILED, Fault.SILENT)


def test_a_phone_that_has_shown_nothing_yet_has_not_proved_itself():
    assert push(Device()) == State(Health.UNPROVEN)


def test_a_phone_that_is_gone_or_refused_cannot_ring():
    assert push(replace(RINGS, gone=True)) == State(Health.FAILED, Fault.GONE)
    assert push(replace(RINGS, refused=True)) == State(Health.FAILED, Fault.REFUSED)


def test_one_phone_that_rings_makes_up_for_those_that_do_not():
    assert push(DEAD, replace(RINGS, gone=True), RINGS) == State(Health.WORKS)
    assert push(replace(RINGS, gone=True), DEAD) == State(Health.FAILED, Fault.MISSED)


def test_a_number_that_asked_for_no_texts_has_failed_for_calls_too():
    states = examine(Channels(phone=Address(opted_out=True)), NOW)

    assert states[Channel.SMS] == states[Channel.CALL] == State(Health.FAILED, Fault.OPTED_OUT)


@pytest.mark.parametrize("mended", [{"devices": (RINGS,)}, {"phone": Address()}, {"email": Address()}])
def test_he_is_unreachable_only_when_every_channel_has_failed(mended):
    nothing_left = Channels((DEAD,), phone=NOBODY_THERE, email=NOBODY_THERE)

    assert not is_reachable(nothing_left, NOW)
    assert is_reachable(replace(nothing_left, **mended), NOW)


@given(CHANNELS, DEVICES)
def test_one_more_device_never_makes_anybody_unreachable(channels, device):
    """But of somebody of whom nothing was known at all."""
    assume(channels != Channels())
    more = replace(channels, devices=(*channels.devices, device))

    assert is_reachable(more, NOW) >= is_reachable(channels, NOW)


@given(CHANNELS, st.timedeltas(timedelta(0), timedelta(days=9999)))
def test_time_alone_makes_nobody_unreachable_who_has_missed_nothing(channels, later):
    missed_nothing = tuple(replace(device, missed=0, missed_since=None) for device in channels.devices)
    channels = replace(channels, devices=missed_nothing)

    assert examine(channels, NOW + later) == examine(channels, NOW)


@given(CHANNELS, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_waiting_never_mends_a_channel(channels, later):
    assert is_reachable(channels, NOW) >= is_reachable(channels, NOW + later)


@given(CHANNELS)
def test_a_receipt_makes_whoever_can_be_pushed_to_reachable(channels):
    heard = replace(channels, devices=(*channels.devices, Device(shown_at=NOW)))

    assert is_reachable(heard, NOW)


@given(CHANNELS)
def test_a_channel_has_a_fault_exactly_when_it_has_failed(channels):
    assert all(
        (state.fault is not None) == (state.health is Health.FAILED) for state in examine(channels, NOW).values()
    )
