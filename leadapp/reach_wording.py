"""What people are told about how they, or others, can be reached. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from leadapp.routing.reach import Fault, Health, State
from leadapp.routing.said import Said, said, strung
from leadapp.routing.values import Channel

YOU_TITLE = said("You cannot be reached")
PUSH_REFUSED_TITLE = said("Alerts do not leave")
PUSH_REFUSED = said(
    "A push service refuses our alerts, so phones do not ring; people are texted instead. No phone was signed out."
    " Check VAPID_SUBJECT and the clock of the server."
)

PROVIDER_REFUSED_TITLES = {
    Channel.SMS: said("Texts do not leave"),
    Channel.CALL: said("Calls do not leave"),
    Channel.EMAIL: said("E-mail does not leave"),
}

#: A call goes to the number that texts go to, so it is not named beside it.
_NAMED = (Channel.PUSH, Channel.SMS, Channel.EMAIL)
_ABSENT = {
    Channel.PUSH: said("no phone has alerts turned on"),
    Channel.SMS: said("there is no phone number"),
    Channel.EMAIL: said("there is no e-mail address"),
}
_FAULTS = {
    Fault.MISSED: said("the last alerts were never shown"),
    Fault.SILENT: said("no alert was shown for a week"),
    Fault.REFUSED: said("the push service refuses our alerts"),
    Fault.GONE: said("no phone takes alerts any more"),
    Fault.OPTED_OUT: said("the number asked for no texts"),
    Fault.DEAD_NUMBER: said("the number cannot be reached"),
    Fault.DEAD_ADDRESS: said("e-mail comes back"),
}


def unreachable_title(name: str) -> Said:
    return said("{name} cannot be reached", name=name)


def unreachable(name: str, states: Mapping[Channel, State]) -> Said:
    """To the office and the owners."""
    wrong = _what_is_wrong(states)
    return said("{name} cannot be reached, and new leads go to others: {reasons}.", name=name, reasons=wrong)


def you_are_unreachable(states: Mapping[Channel, State]) -> Said:
    """To whoever it is about, by whatever may work again."""
    wrong = _what_is_wrong(states)
    return said("New leads go to others: {reasons}. Open Leadapp and press Ring me now.", reasons=wrong)


def provider_refused(channel: Channel, error: str) -> Said:
    """To the owners; `error` is a sentence of what the provider has against us."""
    return strung(". ", (PROVIDER_REFUSED_TITLES[channel], error))


def how_it_is(channel: Channel, state: State) -> Said:
    """One channel, to whoever it reaches."""
    match state.health:
        case Health.WORKS:
            return said("works")
        case Health.UNPROVEN:
            return said("not tried yet; press Ring me now")
        case _:
            return _problem(channel, state)


def _what_is_wrong(states: Mapping[Channel, State]) -> Said:
    *most, last = (_problem(channel, states[channel]) for channel in _NAMED)
    return said("{several}, and {last}", several=strung(", ", most), last=last)


def _problem(channel: Channel, state: State) -> Said:
    return _FAULTS[state.fault] if state.fault is not None else _ABSENT[channel]
