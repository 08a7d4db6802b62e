"""What the last resort is told when the machine is ill, and when it is well again. Pure.

A text has to fit into one segment, so it says less than what a push, a mail and the board say.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from leadapp.machine.illness import COUNTED_FOR, Illness, Kind, Sends, Vitals
from leadapp.routing.explain import duration
from leadapp.routing.said import Said, said, strung
from leadapp.routing.values import Channel
from leadapp.texts import sms

_MINUTES = round(COUNTED_FOR.total_seconds() / 60)
_NOUNS = {
    Channel.PUSH: said("Pushes"),
    Channel.SMS: said("Texts"),
    Channel.CALL: said("Calls"),
    Channel.EMAIL: said("E-mails"),
}
_WHERE = {
    Channel.PUSH: "VAPID_SUBJECT",
    Channel.SMS: said("the Twilio account and TWILIO_FROM"),
    Channel.CALL: said("the Twilio account and TWILIO_FROM"),
    Channel.EMAIL: "SMTP_URL",
}


class Words(NamedTuple):
    """`text` is the whole of it: what happened, what was kept, what to do. `brief` is for a text message."""

    title: Said
    text: Said
    brief: Said


def told(illness: Illness, vitals: Vitals) -> Words:
    """That an incident has begun."""
    match illness.kind:
        case Kind.CLOCK_LATE:
            late = duration(round(vitals.lag.total_seconds()))
            return Words(
                said("Leads move on late"),
                said(
                    "What was due happened {duration} late. No lead is lost, but who should be rung is rung late. See"
                    " what keeps the server busy, and start one more worker: leadapp up --workers 2.",
                    duration=late,
                ),
                said("By {duration}. None is lost. See what keeps the server busy.", duration=late),
            )
        case Kind.NO_WORKER:
            return Words(
                said("No worker runs"),
                said(
                    "No worker gives a sign of life, so nobody is rung and no lead moves on. Leads are still stored,"
                    " each with a name on it. Start leadapp up on the server."
                ),
                said("Leads are kept, but nobody is rung. Start leadapp up."),
            )
        case Kind.REDIS_AWAY:
            return Words(
                said("Redis does not answer"),
                said(
                    "Redis does not answer. Leads are stored and move on, and people are rung up to a second later than"
                    " usual. Start Redis again, and see REDIS_URL."
                ),
                said("Leads are kept and people are rung. Restart Redis."),
            )
        case Kind.SENDS_FAIL:
            return _sends_fail(Channel(illness.subject), vitals.sends.get(Channel(illness.subject), Sends()))


def _sends_fail(channel: Channel, sends: Sends) -> Words:
    noun = _NOUNS[channel]
    counted = said(
        "{failed} failed and {sent} went out in {minutes} minutes",
        failed=sends.failing,
        sent=sends.went_out,
        minutes=_MINUTES,
    )
    happened = said("{sends} do not leave: {counted}.", sends=noun, counted=counted)
    if sends.error:
        happened = said("{happened} The reason of one: {error}", happened=happened, error=sends.error)
    return Words(
        said("{sends} fail", sends=noun),
        said(
            "{happened} Whoever has another channel is told by that. Run leadapp doctor, and see {where}.",
            happened=happened,
            where=_WHERE[channel],
        ),
        said("{counted}. Run leadapp doctor.", counted=counted),
    )


def over(illness: Illness, began_at: datetime, now: datetime) -> Words:
    """That the incident is over: the all-clear."""
    lasted = duration(max(1, round((now - began_at).total_seconds())))
    match illness.kind:
        case Kind.CLOCK_LATE:
            title, is_well = said("Leads move on in time again"), said("What is due happens in time again.")
        case Kind.NO_WORKER:
            title, is_well = said("A worker runs again"), said("What had waited goes out now.")
        case Kind.REDIS_AWAY:
            title, is_well = said("Redis answers again"), said("Nothing was lost.")
        case Kind.SENDS_FAIL:
            noun = _NOUNS[Channel(illness.subject)]
            title, is_well = said("{sends} no longer fail", sends=noun), said("What failed is not sent again.")
    text = said("All clear after {duration}. {is_well}", duration=lasted, is_well=is_well)
    return Words(title, text, text)


@sms
def text_message(words: Words, link: str) -> str:
    return strung("\n", (strung(". ", (words.title, words.brief)), link))
