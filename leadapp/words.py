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
_TELEPHONE = said("phone")
#: What stands where a customer has said nothing, as it is kept.
_UNSAID: Mapping[str, Said] = {
    words: words
    for words in (
        said("Missed call from a withheld number."),
        said("No phone, e-mail or message came with this lead."),
    )
}
#: Why a lead was closed or handed back, as it is kept when one of the reasons at hand is chosen.
_REASONS: Mapping[str, Said] = {
    reason: reason
    for reason in (
        said("price"), said("went elsewhere"), said("no answer"), said("not our area"), said("not our trade"),
        said("spam"), said("wrong number"), said("selling something"), said("too far"), said("not my trade"),
        said("no time"),
    )
}  # fmt: skip
#: What somebody reached says of how, as it is kept.
_RESULTS: Mapping[str, Said] = {result: result for result in (said("talked"), said("texted"))}
#: Of a message, by how its cause begins: what it is about.
_CAUSES: Mapping[str, Said] = {
    "absent": said("a customer of somebody who is not free"),
    "again": said("asked again"),
    "alarm": said("alarm"),
    "assigned": said("given to somebody"),
    "captured": said("answer to a request"),
    "code": said("sign-in code"),
    "digest": said("what went wrong"),
    "invite": said("invitation"),
    "offer": said("offer"),
    "over": said("all clear"),
    "overdue": said("not called in time"),
    "promise": said("when the call comes"),
    "queue": said("nobody took it"),
    "reply": said("answer to a text"),
    "taken": said("somebody has it"),
    "test": said("test alert"),
    "text": said("text to the customer"),
    "unanswered": said("nobody answers"),
}
#: What became of somebody who was looked at for a lead.
VERDICTS: Mapping[str, Said] = {
    "offered": said("offered"),
    "eligible": said("eligible"),
    "skipped": said("skipped"),
}


def reason_words(reason: str) -> str:
    """One of the reasons at hand, to be read in any language; else the person's own words."""
    return _REASONS.get(reason, reason)


def source_words(source: str) -> str:
    """The name of a source; a word of ours for the telephone, where none is set up for it."""
    return _TELEPHONE if source == _TELEPHONE else source


def message_words(message: str) -> str:
    """What a customer wrote; what was written in his stead is of ours."""
    return _UNSAID.get(message, message)


def result_words(result: str) -> str:
    return _RESULTS.get(result, result)


def cause_words(cause: str) -> str:
    begins = cause.split(":")[0]
    return _CAUSES.get(begins, begins)


def words_for(value: StrEnum) -> Said:
    """What a screen calls it. Raises KeyError for an enum that nobody reads."""
    return _WORDS[type(value)][value]
