"""What the last resort is told when the machine is ill, and when it is well again. Pure.

A text has to fit into one segment, so it says less than what a push, a mail and the board say.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from leadapp.machine.illness import COUNTED_FOR, Illness, Kind, Sends, Vitals
from leadapp.routing.explain import duration
from leadapp.routing.values import Channel
from leadapp.texts import sms

_MINUTES = round(COUNTED_FOR.total_seconds() / 60)
_NOUNS = {Channel.PUSH: "Pushes", Channel.SMS: "Texts", Channel.CALL: "Calls", Channel.EMAIL: "E-mails"}
_WHERE = {
    Channel.PUSH: "VAPID_SUBJECT",
    Channel.SMS: "the Twilio account and TWILIO_FROM",
    Channel.CALL: "the Twilio account and TWILIO_FROM",
    Channel.EMAIL: "SMTP_URL",
}


class Words(NamedTuple):
    """`text` is the whole of it: what happened, what was kept, what to do. `brief` is for a text message."""

    title: str
    text: str
    brief: str


def told(illness: Illness, vitals: Vitals) -> Words:
    """That an incident has begun."""
    match illness.kind:
        case Kind.CLOCK_LATE:
            late = duration(round(vitals.lag.total_seconds()))
            return Words(
                "Leads move on late",
                f"What was due happened {late} late. No lead is lost, but who should be rung is rung late. See what"
                " keeps the server busy, and start one more worker: leadapp up --workers 2.",
                f"By {late}. None is lost. See what keeps the server busy.",
            )
        case Kind.NO_WORKER:
            return Words(
                "No worker runs",
                "No worker gives a sign of life, so nobody is rung and no lead moves on. Leads are still stored, each"
                " with a name on it. Start leadapp up on the server.",
                "Leads are kept, but nobody is rung. Start leadapp up.",
            )
        case Kind.REDIS_AWAY:
            return Words(
                "Redis does not answer",
                "Redis does not answer. Leads are stored and move on, and people are rung up to a second later than"
                " usual. Start Redis again, and see REDIS_URL.",
                "Leads are kept and people are rung. Restart Redis.",
            )
        case Kind.SENDS_FAIL:
            return _sends_fail(Channel(illness.subject), vitals.sends.get(Channel(illness.subject), Sends()))


def _sends_fail(channel: Channel, sends: Sends) -> Words:
    noun = _NOUNS[channel]
    counted = f"{sends.failing} failed and {sends.went_out} went out in {_MINUTES} minutes"
    because = f" The reason of one: {sends.error}" if sends.error else ""
    return Words(
        f"{noun} fail",
        f"{noun} do not leave: {counted}.{because} Whoever has another channel is told by that. Run leadapp doctor, and"
        f" see {_WHERE[channel]}.",
        f"{counted}. Run leadapp doctor.",
    )


def over(illness: Illness, began_at: datetime, now: datetime) -> Words:
    """That the incident is over: the all-clear."""
    lasted = duration(max(1, round((now - began_at).total_seconds())))
    match illness.kind:
        case Kind.CLOCK_LATE:
            title, is_well = "Leads move on in time again", "What is due happens in time again."
        case Kind.NO_WORKER:
            title, is_well = "A worker runs again", "What had waited goes out now."
        case Kind.REDIS_AWAY:
            title, is_well = "Redis answers again", "Nothing was lost."
        case Kind.SENDS_FAIL:
            noun = _NOUNS[Channel(illness.subject)]
            title, is_well = f"{noun} no longer fail", "What failed is not sent again."
    text = f"All clear after {lasted}. {is_well}"
    return Words(title, text, text)


@sms
def text_message(words: Words, link: str) -> str:
    return f"{words.title}. {words.brief}\n{link}"
