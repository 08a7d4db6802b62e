"""What people are told about how they, or others, can be reached. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from leadapp.routing.reach import Fault, Health, State
from leadapp.routing.values import Channel

YOU_TITLE = "You cannot be reached"
PUSH_REFUSED_TITLE = "Alerts do not leave"
PUSH_REFUSED = (
    "A push service refuses our alerts, so phones do not ring; people are texted instead. No phone was signed out."
    " Check VAPID_SUBJECT and the clock of the server."
)

PROVIDER_REFUSED_TITLES = {
    Channel.SMS: "Texts do not leave",
    Channel.CALL: "Calls do not leave",
    Channel.EMAIL: "E-mail does not leave",
}

#: A call goes to the number that texts go to, so it is not named beside it.
_NAMED = (Channel.PUSH, Channel.SMS, Channel.EMAIL)
_ABSENT = {
    Channel.PUSH: "no phone has alerts turned on",
    Channel.SMS: "there is no phone number",
    Channel.EMAIL: "there is no e-mail address",
}
_FAULTS = {
    Fault.MISSED: "the last alerts were never shown",
    Fault.SILENT: "no alert was shown for a week",
    Fault.REFUSED: "the push service refuses our alerts",
    Fault.GONE: "no phone takes alerts any more",
    Fault.OPTED_OUT: "the number asked for no texts",
    Fault.DEAD_NUMBER: "the number cannot be reached",
    Fault.DEAD_ADDRESS: "e-mail comes back",
}


def unreachable_title(name: str) -> str:
    return f"{name} cannot be reached"


def unreachable(name: str, states: Mapping[Channel, State]) -> str:
    """To the office and the owners."""
    return f"{name} cannot be reached, and new leads go to others: {_what_is_wrong(states)}."


def you_are_unreachable(states: Mapping[Channel, State]) -> str:
    """To whoever it is about, by whatever may work again."""
    return f"New leads go to others: {_what_is_wrong(states)}. Open Leadapp and press Ring me now."


def provider_refused(channel: Channel, error: str) -> str:
    """To the owners; `error` is a sentence of what the provider has against us."""
    return f"{PROVIDER_REFUSED_TITLES[channel]}. {error}"


def how_it_is(channel: Channel, state: State) -> str:
    """One channel, to whoever it reaches."""
    match state.health:
        case Health.WORKS:
            return "works"
        case Health.UNPROVEN:
            return "not tried yet; press Ring me now"
        case _:
            return _problem(channel, state)


def _what_is_wrong(states: Mapping[Channel, State]) -> str:
    *most, last = (_problem(channel, states[channel]) for channel in _NAMED)
    return f"{', '.join(most)}, and {last}"


def _problem(channel: Channel, state: State) -> str:
    return _FAULTS[state.fault] if state.fault is not None else _ABSENT[channel]
