"""What the values of our enums are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from leadapp.models import Channel, MessageState
from leadapp.routing.said import Said, said
from leadapp.routing.values import CallResult, LeadOutcome, LeadState, Presence, Refusal, TaskKind, TurnKind

#: By enum, because a word such as "out" is a value of several.
_WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Said]] = {
    LeadState: {
        LeadState.NEW: said("New"),
        LeadState.HELD: said("Waiting for opening"),
        LeadState.OFFERED: said("Offered"),
        LeadState.QUEUED: said("Nobody took it"),
        LeadState.CLAIMED: said("Taken"),
        LeadState.CONTACTED: said("Spoken to"),
        LeadState.CLOSED: said("Closed"),
    },
    CallResult: {
        CallResult.TALKED: said("talked"),
        CallResult.VOICEMAIL: said("voicemail"),
        CallResult.NO_ANSWER: said("no answer"),
        CallResult.WRONG_NUMBER: said("wrong number"),
    },
    LeadOutcome: {
        LeadOutcome.WON: said("won"),
        LeadOutcome.LOST: said("lost"),
        LeadOutcome.SPAM: said("spam"),
        LeadOutcome.DUPLICATE: said("duplicate"),
    },
    Refusal: {
        Refusal.OUT: said("out"),
        Refusal.BUSY: said("busy"),
        Refusal.OFF_SHIFT: said("off shift"),
        Refusal.AT_CAPACITY: said("at capacity"),
        Refusal.UNREACHABLE: said("unreachable"),
        Refusal.INACTIVE: said("inactive"),
        Refusal.ALREADY_ASKED: said("already asked"),
        Refusal.LACKS_SKILL: said("lacks skill"),
    },
    TaskKind: {
        TaskKind.ACCEPT: said("accept it"),
        TaskKind.CONTACT: said("speak to the customer"),
        TaskKind.FOLLOW_UP: said("call again"),
    },
    TurnKind: {
        TurnKind.EARNED: said("Earned"),
        TurnKind.USED: said("Used"),
        TurnKind.SKIPPED: said("Skipped"),
        TurnKind.GIVEN_BACK: said("Given back"),
    },
    Presence: {
        Presence.AVAILABLE: said("Available"),
        Presence.BUSY: said("On a job"),
        Presence.OUT: said("Out of office"),
    },
    Channel: {
        Channel.PUSH: said("push"),
        Channel.SMS: said("sms"),
        Channel.CALL: said("call"),
        Channel.EMAIL: said("email"),
    },
    MessageState: {
        MessageState.PENDING: said("pending"),
        MessageState.SENDING: said("sending"),
        MessageState.SENT: said("sent"),
        MessageState.SHOWN: said("shown"),
        MessageState.OPENED: said("opened"),
        MessageState.ANSWERED: said("answered"),
        MessageState.FAILED: said("failed"),
        MessageState.DROPPED: said("dropped"),
    },
}
#: What became of somebody who was looked at for a lead.
VERDICTS: Mapping[str, Said] = {
    "offered": said("offered"),
    "eligible": said("eligible"),
    "skipped": said("skipped"),
}


def words_for(value: StrEnum) -> Said:
    """What a screen calls it. Raises KeyError for an enum that nobody reads."""
    return _WORDS[type(value)][value]
