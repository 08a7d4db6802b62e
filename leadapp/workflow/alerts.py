"""Who must be told: message rows, written in the transaction that causes them. How they are sent is notify's."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, select

from leadapp import wording
from leadapp.extensions import db
from leadapp.models import Business, Channel, Contact, EventKind, Lead, Message, Offer, PushSubscription, Rep, Team
from leadapp.routing.values import LeadState
from leadapp.transaction import wake_later
from leadapp.workflow.roster import DEVICES, Roster
from leadapp.workflow.timeline import record
from leadapp.workflow.writing import add, new

_CUSTOMER_TEXT_LIFE = timedelta(hours=1)  # later it would say something that is no longer so
_ALERT_LIFE = timedelta(minutes=15)


_DEVICES_OF_REP = DEVICES.where(PushSubscription.rep_id == bindparam("rep_id"))


def alert_offer(offer: Offer, lead: Lead, roster: Roster, now: datetime) -> None:
    """Rings the offered rep, on every device. A rep without one gets a text, else an e-mail."""
    rep, team = roster.reps[offer.rep_id], roster.teams[offer.team_id]
    title = wording.offer_title(service=wording.service_of(lead.service, team.name), urgent=lead.urgent)
    seconds = round((offer.expires_at - now).total_seconds())
    body = wording.offer_body(
        place=_place(lead), seconds=seconds, until=offer.expires_at, time_zone=rep.time_zone or team.time_zone
    )
    about = _About(lead, offer_id=offer.id, expires_at=offer.expires_at, navigate="/my", tag=f"offer-{offer.id}")
    _alert(rep, f"offer:{offer.id}", title, body, about, now, devices=roster.devices.get(rep.id, ()))


def alert_fallback(lead: Lead, rep: Rep, team: Team, now: datetime) -> None:
    """Rings the person who gets what nobody took; once a ring."""
    title = wording.queue_title(service=wording.service_of(lead.service, team.name), urgent=lead.urgent)
    body = wording.queue_body(place=_place(lead), waiting_seconds=_age(lead, now))
    _alert(rep, f"queue:{lead.id}:{_ring(now)}", title, body, _About(lead), now)


def alert_queue(leads: Sequence[Lead], rep: Rep, now: datetime) -> None:
    """`alert_fallback` for several leads that ring the same person at the same moment: one alert, that counts
    everything in his queue."""
    his_queue = (Lead.accountable_id == rep.id) & (Lead.state == LeadState.QUEUED)
    count, oldest = db.session.execute(select(func.count(), func.min(Lead.stored_at)).where(his_queue)).one()
    urgent = any(lead.urgent for lead in leads)
    title = wording.queue_of_many_title(count=count, urgent=urgent)
    body = wording.queue_of_many_body(longest_waiting_seconds=round((now - oldest).total_seconds()))
    # An urgent one is never replaced by one that is not.
    about = _About(leads[0], also=leads[1:], navigate="/my", tag="queue-urgent" if urgent else "queue")
    _alert(rep, f"queue:{leads[0].id}:{_ring(now)}", title, body, about, now)


def alert_overdue(lead: Lead, fallback_id: str, now: datetime) -> None:
    """The contact clock ran out: the owner is rung again, and the fallback is told."""
    owner, fallback = _rep(lead.accountable_id), _rep(fallback_id)
    title = wording.overdue_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    since = lead.claimed_at or lead.stored_at
    body = wording.overdue_body(owner=owner.name, waiting_seconds=round((now - since).total_seconds()))
    for rep in {owner.id: owner, fallback.id: fallback}.values():
        _alert(rep, f"overdue:{lead.id}:{_ring(now)}", title, body, _About(lead), now)


def alert_assigned(lead: Lead, rep_id: str, actor_id: str | None, now: datetime) -> None:
    """Somebody else gave the rep this lead."""
    if rep_id == actor_id:
        return
    service = wording.service_of(lead.service, _team(lead.team_id).name)
    title = wording.assigned_title(service=service, urgent=lead.urgent)
    body = wording.assigned_body(place=_place(lead), by=_rep(actor_id).name if actor_id else None)
    _alert(_rep(rep_id), f"assigned:{lead.id}:{_ring(now)}", title, body, _About(lead), now)


def alert_again(lead: Lead, now: datetime) -> None:
    """The customer got in touch again while the lead is open: whoever holds it is rung, at most once a minute."""
    cause = f"again:{lead.id}:{now:%Y%m%dT%H%M}"
    if _was_told(cause):
        return
    title = wording.again_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    body = wording.again_body(place=_place(lead))
    _alert(_rep(lead.accountable_id), cause, title, body, _About(lead), now)


def alert_unanswered(leads: Sequence[Lead], fallback: Rep, owner: Rep, now: datetime) -> None:
    """The fallback has been rung and rung again: an owner of the business is told, once a lead."""
    urgent = any(lead.urgent for lead in leads)
    title = wording.unanswered_title(count=len(leads), urgent=urgent)
    body = wording.unanswered_body(fallback=fallback.name, waiting_seconds=max(_age(lead, now) for lead in leads))
    about = _About(leads[0], also=leads[1:], navigate="/board", tag="unanswered")
    _alert(owner, f"unanswered:{leads[0].id}:{_ring(now)}", title, body, about, now)


def alert_absent_owner(lead: Lead, owner: Rep, keeper: Rep, now: datetime) -> None:
    """The rep's customer got in touch while he is not free, and somebody else gets the lead: said once a lead, also
    when it is handed back and routed afresh."""
    cause = f"absent:{lead.id}"
    if _was_told(cause):
        return
    title = wording.absent_owner_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    body = wording.absent_owner_body(place=_place(lead), keeper=keeper.name)
    _alert(owner, cause, title, body, _About(lead), now)


def alert_alarm(text: str, cause: str, owner: Rep, lead: Lead, now: datetime) -> None:
    """Something is wrong with how the business is set up; it was first met with this lead."""
    about = _About(lead, navigate="/board", tag=cause)
    _alert(owner, f"{cause}:{_ring(now)}", wording.ALARM_TITLE, text, about, now)


def text_customer(lead: Lead, contact: Contact | None, who: Rep, team: Team, business: Business, now: datetime) -> None:
    """The instant answer, if the customer left a phone and has not opted out."""
    if not lead.phone or (contact and contact.opted_out_at):
        return
    name, language = wording.first_name(who.name), lead.language
    if lead.state is LeadState.HELD and lead.next_due_at:
        opens = wording.day_and_time(lead.next_due_at, team.time_zone, now=now, language=language)
        body = wording.customer_text_while_closed(business=business.name, who=name, opens=opens, language=language)
    else:
        body = wording.customer_text(
            business=business.name, who=name, call_by=_call_by(lead, now), time_zone=team.time_zone, language=language
        )
    expires_at = now + _CUSTOMER_TEXT_LIFE
    _write(Channel.SMS, lead.phone, f"captured:{lead.id}", body, now, expires_at=expires_at, lead_id=lead.id)


def send_code(rep: Rep, code: str, code_id: str, business: Business, now: datetime, expires_at: datetime) -> None:
    """A sign-in code, by text if the rep has a phone, else by e-mail."""
    channel, to = (Channel.SMS, rep.phone) if rep.phone else (Channel.EMAIL, rep.email)
    if to:
        body = wording.sign_in_code(code, business.name)
        _write(channel, to, f"code:{code_id}", body, now, expires_at=expires_at, rep_id=rep.id)


def test_alert(rep: Rep, now: datetime) -> list[str]:
    """A push to every device of the rep that asks for a receipt; answers the receipts."""
    cause, title = f"test:{rep.id}:{secrets.token_hex(6)}", "Leadapp can reach this phone"
    body = "This is what a new lead will sound like."
    data = {"title": title, "navigate": "/me", "tag": "test"}
    about: dict[str, Any] = {"rep_id": rep.id, "data": data, "expires_at": now + timedelta(minutes=2)}
    return [
        _write(Channel.PUSH, device_id, cause, body, now, subscription_id=device_id, **about)
        for device_id in _devices(rep.id)
    ]


@dataclass(frozen=True, slots=True)
class _About:
    """What an alert is about, where a tap on it leads, how long it is worth sending, and what it replaces. It hangs on
    `lead`, and is about the others too."""

    lead: Lead
    also: Sequence[Lead] = ()
    offer_id: str | None = None
    expires_at: datetime | None = None
    navigate: str | None = None
    tag: str | None = None


def _alert(
    rep: Rep, cause: str, title: str, body: str, about: _About, now: datetime, *, devices: Sequence[str] | None = None
) -> None:
    """One alert to one rep, on the best channel there is: every device, else a text, else an e-mail. `devices` are his
    where they are known already."""
    navigate = about.navigate or f"/leads/{about.lead.id}"
    columns: dict[str, Any] = {"lead_id": about.lead.id, "rep_id": rep.id, "offer_id": about.offer_id}
    columns["expires_at"] = about.expires_at or now + _ALERT_LIFE
    devices = _devices(rep.id) if devices is None else devices
    for device_id in devices:
        data = {"title": title, "navigate": navigate, "tag": about.tag or f"lead-{about.lead.id}"}
        _write(Channel.PUSH, device_id, cause, body, now, subscription_id=device_id, data=data, **columns)
    to = None if devices else rep.phone or rep.email
    if to:
        channel = Channel.SMS if rep.phone else Channel.EMAIL
        link = f"{current_app.config['LEADAPP'].base_url}{navigate}"
        _write(channel, to, cause, wording.offer_text(title, body, link), now, data={"title": title}, **columns)
    elif not devices:
        text = f"{rep.name} was not told: there is no phone number, e-mail or device to reach them by."
        for lead in (about.lead, *about.also):
            record(lead.id, EventKind.NOTE, text, now=now)


def _was_told(cause: str) -> bool:
    return db.session.scalar(select(Message.id).where(Message.cause == cause).limit(1)) is not None


def _write(channel: Channel, to: str, cause: str, body: str, now: datetime, **columns: Any) -> str:
    """Adds the row and asks for it to be sent; answers its receipt."""
    receipt = secrets.token_urlsafe(24)
    moments = {"created_at": now, "due_at": now}
    add(new(Message, receipt=receipt, channel=channel, to=to, cause=cause, body=body, **moments, **columns))
    wake_later("deliver_due", queue_name="urgent")
    return receipt


def _devices(rep_id: str) -> Sequence[str]:
    """Ids of the phones that ring for the rep."""
    return db.session.connection().execute(_DEVICES_OF_REP, {"rep_id": rep_id}).scalars().all()


def _rep(rep_id: str) -> Rep:
    return db.session.get_one(Rep, rep_id)


def _team(team_id: str) -> Team:
    return db.session.get_one(Team, team_id)


def _place(lead: Lead) -> str:
    return wording.place_of(postcode=lead.postcode, city=lead.city)


def _age(lead: Lead, now: datetime) -> int:
    return max(0, round((now - lead.stored_at).total_seconds()))


def _call_by(lead: Lead, now: datetime) -> datetime:
    """When somebody will have called if every clock is used up once: the claim clock, then the contact clock."""
    contact_seconds = (lead.policy or {}).get("contact_seconds", 900)
    return max(lead.next_due_at or now, now) + timedelta(seconds=contact_seconds)


def _ring(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%S%f")
