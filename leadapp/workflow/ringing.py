"""One alert as message rows: a rung of the rep's ladder each, all written in the transaction that causes them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import bindparam

from leadapp import wording
from leadapp.extensions import db
from leadapp.languages import Language, spoken_in
from leadapp.models import Channel, EventKind, Lead, Message, PushSubscription, Rep
from leadapp.routing.ladder import Reach, Rung, ladder, rungs
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadState
from leadapp.texts import to_gsm7
from leadapp.transaction import wake_later
from leadapp.workflow.roster import DEVICES
from leadapp.workflow.timeline import record
from leadapp.workflow.writing import add, new

_ALERT_LIFE = timedelta(minutes=15)
_DEVICES_OF_REP = DEVICES.where(PushSubscription.rep_id == bindparam("rep_id"))


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is about, where a tap on it leads, how long it is worth sending, and what it replaces. It hangs on
    `lead`, and is about the others too; one about no lead says itself where it leads and what it replaces. `window` is
    how long an answer is worth something."""

    lead: Lead | None
    also: Sequence[Lead] = ()
    offer_id: str | None = None
    while_state: LeadState | None = None
    expires_at: datetime | None = None
    window: timedelta = _ALERT_LIFE
    ladder: Mapping[str, Any] | None = None
    may_call: bool = False
    navigate: str | None = None
    tag: str | None = None

    @property
    def leads(self) -> Sequence[Lead]:
        return (self.lead, *self.also) if self.lead else ()

    @property
    def can_be_answered(self) -> bool:
        """Whether a digit is enough of an answer: it is about one offer, or one lead of the queue."""
        return self.offer_id is not None or self.while_state is LeadState.QUEUED


def ring(
    rep: Rep, cause: str, title: str, body: str, about: About, now: datetime, *, devices: Sequence[str] | None = None
) -> None:
    """One alert to one rep: a message for each rung of his ladder, of which the first is due now. `devices` are his
    where they are known already."""
    devices = devices_of(rep.id) if devices is None else devices
    reach = Reach(devices=bool(devices), phone=bool(rep.phone), email=bool(rep.email))
    steps = ladder(about.ladder, rep.ladder)
    climbed = rungs(
        steps, reach, urgent=about.lead is not None and about.lead.urgent, window=about.window, may_call=about.may_call
    )
    alert = _Alert(rep, cause, title, body, about)
    for rung in climbed:
        if rung.channel is Channel.PUSH:
            for device_id in devices:
                alert.push(device_id, now)
        else:
            alert.climb(rung, now)
    if not climbed:
        text = said("{name} was not told: there is no phone number, e-mail or device to reach them by.", name=rep.name)
        for lead in about.leads:
            record(lead.id, EventKind.NOTE, text, now=now)


@dataclass(frozen=True, slots=True)
class _Alert:
    """What a rep is told, in the form of each channel."""

    rep: Rep
    cause: str
    title: str
    body: str
    about: About

    def push(self, device_id: str, now: datetime) -> None:
        tag = self.about.tag or f"lead-{self._lead_id}"
        data = {"title": self.title, "navigate": self._page, "tag": tag}
        self._write(Channel.PUSH, device_id, self.body, now, now, subscription_id=device_id, data=data)

    def climb(self, rung: Rung, now: datetime) -> None:
        receipt, answerable = secrets.token_urlsafe(24), self.about.can_be_answered
        data = {"title": self.title, "answers": answerable}
        link = f"{current_app.config['LEADAPP'].base_url}{f'/a/{receipt}' if answerable else self._page}"
        body: str
        match rung.channel:
            case Channel.CALL:
                body = wording.spoken_alert(self.title, self.body)
            case Channel.EMAIL:
                body = wording.offer_mail(self.title, self.body, link)
            case _:
                body = wording.offer_text(self.title, self.body, link)
        to = (self.rep.email if rung.channel is Channel.EMAIL else self.rep.phone) or ""
        columns = {"receipt": receipt, "data": data, "unless_shown": rung.unless_shown}
        self._write(rung.channel, to, body, now, now + rung.after, **columns)

    @property
    def _page(self) -> str:
        return self.about.navigate or f"/leads/{self._lead_id}"

    @property
    def _lead_id(self) -> str | None:
        return self.about.lead.id if self.about.lead else None

    def _write(self, channel: Channel, to: str, body: str, now: datetime, due_at: datetime, **columns: Any) -> None:
        about = self.about
        write(
            channel, to, self.cause, body, now, language=self.rep.language, due_at=due_at,
            expires_at=about.expires_at or now + _ALERT_LIFE, lead_id=self._lead_id, rep_id=self.rep.id,
            offer_id=about.offer_id, while_state=about.while_state, **columns,
        )  # fmt: skip


def write(
    channel: Channel, to: str, cause: str, body: str, now: datetime, *, language: Language | None = None,
    due_at: datetime | None = None, **columns: Any,
) -> str:  # fmt: skip
    """Adds the row and, when it is due, asks for it to be sent; answers its receipt. What is said in `body` and `data`
    is put into `language`, that of whoever it is for, here and nowhere else; what people wrote stays as it is."""
    columns.setdefault("receipt", secrets.token_urlsafe(24))
    if data := columns.get("data"):
        columns["data"] = {
            name: spoken_in(language, value) if isinstance(value, Said) else value for name, value in data.items()
        }
    words = spoken_in(language, body)
    if channel is Channel.SMS and isinstance(body, Said):
        words = to_gsm7(words)
    moments = {"created_at": now, "due_at": due_at or now}
    add(new(Message, channel=channel, to=to, cause=cause, body=words, **moments, **columns))
    if moments["due_at"] == now:
        wake_later("deliver_due", queue_name="urgent")
    return str(columns["receipt"])


def devices_of(rep_id: str) -> Sequence[str]:
    """Ids of the phones that ring for the rep."""
    return db.session.connection().execute(_DEVICES_OF_REP, {"rep_id": rep_id}).scalars().all()
