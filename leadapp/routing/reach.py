"""Whether a rep can be told anything: how each of his channels is, and whether one of them is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from leadapp.routing.values import Channel

MISSES = 3  # in a row, after which a phone counts as dead
SILENCE = timedelta(days=7)  # after which one push that was never shown is enough


class Health(StrEnum):
    """How a channel is, the best first."""

    WORKS = "works"
    UNPROVEN = "unproven"  # a device that has shown nothing yet, and has not failed
    FAILED = "failed"
    ABSENT = "absent"


class Fault(StrEnum):
    """Why a channel has failed."""

    MISSED = "missed"  # several pushes in a row were taken and never shown
    SILENT = "silent"  # for a week pushes were taken and none was shown
    REFUSED = "refused"  # the push service will not take what we send it
    GONE = "gone"  # no device is subscribed any more
    OPTED_OUT = "opted_out"  # the number asked for no texts
    DEAD_NUMBER = "dead_number"  # the provider says that it cannot be reached
    DEAD_ADDRESS = "dead_address"  # the mail server says that nobody is there


@dataclass(frozen=True, slots=True)
class Device:
    """What is known of a phone or browser. `missed` are the pushes since `shown_at`, its last receipt, that were taken
    and not shown while they lived; the first of them was sent at `missed_since`."""

    shown_at: datetime | None = None
    missed: int = 0
    missed_since: datetime | None = None
    refused: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A phone number or an e-mail address. `refused`: the last word about it was that nobody is reached there."""

    refused: bool = False
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Channels:
    """What is known of the ways to one rep; None is what he does not have."""

    devices: tuple[Device, ...] = ()
    phone: Address | None = None
    email: Address | None = None


@dataclass(frozen=True, slots=True)
class State:
    """How one channel is, and why if it has failed."""

    health: Health
    fault: Fault | None = None


_ABSENT, _WORKS = State(Health.ABSENT), State(Health.WORKS)
_BEST_FIRST = tuple(Health)


def examine(channels: Channels, now: datetime) -> Mapping[Channel, State]:
    """How each channel is. Texts and calls go to one number, so what holds for the one holds for the other."""
    phone = _of_address(channels.phone, Fault.DEAD_NUMBER)
    return {
        Channel.PUSH: _of_devices(channels.devices, now),
        Channel.SMS: phone,
        Channel.CALL: phone,
        Channel.EMAIL: _of_address(channels.email, Fault.DEAD_ADDRESS),
    }


def is_reachable(channels: Channels, now: datetime) -> bool:
    """False only when every channel there is has failed. Nothing has failed yet of somebody who was given none: he may
    be told across the room, and the timeline says that no message went."""
    states = [state.health for state in examine(channels, now).values() if state.health is not Health.ABSENT]
    return not states or any(health is not Health.FAILED for health in states)


def device_state(device: Device, now: datetime) -> State:
    """How one device is. That time goes by says nothing against it while nothing is sent to it."""
    if device.gone:
        return State(Health.FAILED, Fault.GONE)
    if device.refused:
        return State(Health.FAILED, Fault.REFUSED)
    if device.missed >= MISSES:
        return State(Health.FAILED, Fault.MISSED)
    if device.missed and device.missed_since is not None and now - device.missed_since >= SILENCE:
        return State(Health.FAILED, Fault.SILENT)
    return _WORKS if device.shown_at is not None else State(Health.UNPROVEN)


def _of_devices(devices: tuple[Device, ...], now: datetime) -> State:
    """One that rings is enough: a tablet in a drawer does no harm."""
    states = [device_state(device, now) for device in devices]
    if all(state.fault is Fault.GONE for state in states):
        return states[0] if states else _ABSENT
    left = (state for state in states if state.fault is not Fault.GONE)
    return min(left, key=lambda state: _BEST_FIRST.index(state.health))


def _of_address(address: Address | None, fault: Fault) -> State:
    if address is None:
        return _ABSENT
    if address.opted_out:
        return State(Health.FAILED, Fault.OPTED_OUT)
    return State(Health.FAILED, fault) if address.refused else _WORKS
