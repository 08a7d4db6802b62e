"""Who must be told what, in the transaction that causes it. By which channels, is decided in ringing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Row, func, select

from leadapp import wording
from leadapp.capture.evidence import is_refusal
from leadapp.customer_wording import customer_text, customer_text_after_call, customer_text_while_closed
from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import (
    PENDING,
    Business,
    Channel,
    Contact,
    EventKind,
    Lead,
    Message,
    MessageState,
    Offer,
    OptOut,
    Rep,
    Team,
)
from leadapp.routing.said import said
from leadapp.routing.values import LeadState
from leadapp.workflow.ringing import About, devices_of, ring, write
from leadapp.workflow.roster import Roster
from leadapp.workflow.timeline import record

_REACH_ALERT_LIFE = timedelta(days=1)
_CUSTOMER_TEXT_LIFE = timedelta(hours=1)  # later it would say something that is no longer so


def alert_offer(offer: Offer, lead: Lead, roster: Roster, now: datetime, *, again: bool = False) -> None:
    """Rings the offered rep, and writes the rungs that are climbed inside the claim window unless he answers. `again`:
    he was told meanwhile that it is gone."""
    rep, team = roster.reps[offer.rep_id], roster.teams[offer.team_id]
    title = wording.offer_title(service=wording.service_of(lead.service, team.name), urgent=lead.urgent)
    seconds = round((offer.expires_at - now).total_seconds())
    body = wording.offer_body(
        place=_place(lead), seconds=seconds, until=offer.expires_at, time_zone=rep.time_zone or team.time_zone
    )
    about = About(
        lead,
        offer_id=offer.id,
        expires_at=offer.expires_at,
        window=offer.expires_at - now,
        ladder=team.ladder,
        may_call=True,
        navigate="/my",
        tag=f"offer-{offer.id}",
    )
    cause = f"offer:{offer.id}:{_ring(now)}" if again else f"offer:{offer.id}"
    ring(rep, cause, title, body, about, now, devices=roster.devices.get(rep.id, ()))


def alert_fallback(lead: Lead, rep: Rep, team: Team, now: datetime) -> None:
    """Rings the person who gets what nobody took; once a ring."""
    title = wording.queue_title(service=wording.service_of(lead.service, team.name), urgent=lead.urgent)
    body = wording.queue_body(place=_place(lead), waiting_seconds=_age(lead, now))
    ring(rep, f"queue:{lead.id}:{_ring(now)}", title, body, _in_queue(lead, team), now)


def _in_queue(lead: Lead, team: Team, **about: Any) -> About:
    """Until the next ring; one lead by itself, until it is taken."""
    state = None if about.get("also") else LeadState.QUEUED
    window = timedelta(seconds=team.repeat_seconds)
    return About(lead, while_state=state, window=window, ladder=team.ladder, may_call=True, **about)


def alert_queue(leads: Sequence[Lead], rep: Rep, now: datetime) -> None:
    """`alert_fallback` for several leads that ring the same person at the same moment: one alert, that counts
    everything in his queue."""
    his_queue = (Lead.accountable_id == rep.id) & (Lead.state == LeadState.QUEUED)
    count, oldest = db.session.execute(select(func.count(), func.min(Lead.stored_at)).where(his_queue)).one()
    urgent = any(lead.urgent for lead in leads)
    title = wording.queue_of_many_title(count=count, urgent=urgent)
    body = wording.queue_of_many_body(longest_waiting_seconds=round((now - oldest).total_seconds()))
    # An urgent one is never replaced by one that is not.
    tag = "queue-urgent" if urgent else "queue"
    about = _in_queue(leads[0], _team(leads[0].team_id), also=leads[1:], navigate="/my", tag=tag)
    ring(rep, f"queue:{leads[0].id}:{_ring(now)}", title, body, about, now)


def alert_overdue(lead: Lead, fallback_id: str, now: datetime) -> None:
    """The contact clock ran out: the owner is rung again, and the fallback is told."""
    owner, fallback = _rep(lead.accountable_id), _rep(fallback_id)
    title = wording.overdue_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    since = lead.claimed_at or lead.stored_at
    body = wording.overdue_body(owner=owner.name, waiting_seconds=round((now - since).total_seconds()))
    for rep in {owner.id: owner, fallback.id: fallback}.values():
        ring(rep, f"overdue:{lead.id}:{_ring(now)}", title, body, About(lead, while_state=LeadState.CLAIMED), now)


def alert_assigned(lead: Lead, rep_id: str, actor_id: str | None, now: datetime) -> None:
    """Somebody else gave the rep this lead."""
    if rep_id == actor_id:
        return
    service = wording.service_of(lead.service, _team(lead.team_id).name)
    title = wording.assigned_title(service=service, urgent=lead.urgent)
    body = wording.assigned_body(place=_place(lead), by=_rep(actor_id).name if actor_id else None)
    about = About(lead, while_state=LeadState.CLAIMED)
    ring(_rep(rep_id), f"assigned:{lead.id}:{_ring(now)}", title, body, about, now)


def alert_again(lead: Lead, now: datetime) -> None:
    """The customer got in touch again while the lead is open: whoever holds it is rung, at most once a minute."""
    cause = f"again:{lead.id}:{now:%Y%m%dT%H%M}"
    if _was_told(cause):
        return
    title = wording.again_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    body = wording.again_body(place=_place(lead))
    ring(_rep(lead.accountable_id), cause, title, body, About(lead), now)


def alert_nudged(lead: Lead, actor: Rep, now: datetime) -> list[Rep]:
    """The office asks whoever the lead waits for to see to it. Answers whom; nobody when that was done this minute."""
    cause = f"nudge:{lead.id}:{now:%Y%m%dT%H%M}"
    if _was_told(cause):
        return []
    asked = select(Rep).join(Offer, Offer.rep_id == Rep.id).where(Offer.lead_id == lead.id, PENDING)
    reps = list(db.session.scalars(asked.order_by(Rep.name))) or [_rep(lead.accountable_id)]
    title = wording.nudged_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    body = wording.nudged_body(place=_place(lead), by=actor.name, waiting_seconds=_age(lead, now))
    for rep in reps:
        ring(rep, cause, title, body, About(lead), now)
    return reps


def alert_unanswered(leads: Sequence[Lead], fallback: Rep, owner: Rep, now: datetime) -> None:
    """The fallback has been rung and rung again: an owner of the business is told, once a lead."""
    urgent = any(lead.urgent for lead in leads)
    title = wording.unanswered_title(count=len(leads), urgent=urgent)
    body = wording.unanswered_body(fallback=fallback.name, waiting_seconds=max(_age(lead, now) for lead in leads))
    about = About(leads[0], also=leads[1:], navigate="/board", tag="unanswered")
    ring(owner, f"unanswered:{leads[0].id}:{_ring(now)}", title, body, about, now)


def alert_absent_owner(lead: Lead, owner: Rep, keeper: Rep, now: datetime) -> None:
    """The rep's customer got in touch while he is not free, and somebody else gets the lead: said once a lead, also
    when it is handed back and routed afresh."""
    cause = f"absent:{lead.id}"
    if _was_told(cause):
        return
    title = wording.absent_owner_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    body = wording.absent_owner_body(place=_place(lead), keeper=keeper.name)
    ring(owner, cause, title, body, About(lead), now)


def tell_taken(lead: Lead, offers: Sequence[Row[str, str, str]], winner: Rep, now: datetime) -> None:
    """Those who were rung about the lead too are told once that it is gone, quietly, by the channel that rang them.
    `offers` are rows of id, lead_id, rep_id."""
    title = wording.taken_title(service=wording.service_of(lead.service, _team(lead.team_id).name))
    body = wording.taken_body(place=_place(lead), who=wording.first_name(winner.name))
    languages = _languages([offer.rep_id for offer in offers])
    for offer in offers:
        rang = {message.to: message for message in _rung_by(offer.id)}
        for message in rang.values():
            columns: dict[str, Any] = {"expires_at": now + timedelta(minutes=5), "lead_id": lead.id}
            if message.channel is Channel.PUSH:
                data = {"title": title, "navigate": "/my", "tag": f"offer-{offer.id}", "quiet": True}
                columns |= {"subscription_id": message.subscription_id, "data": data}
            elif message.channel is Channel.EMAIL:
                columns |= {"data": {"title": title}}
            text = body if message.channel is Channel.PUSH else wording.spoken_alert(title, body)
            columns |= {"rep_id": offer.rep_id, "language": languages[offer.rep_id]}
            write(message.channel, message.to, f"taken:{offer.id}", text, now, **columns)


def _languages(rep_ids: Sequence[str]) -> dict[str, Language | None]:
    return dict(db.session.execute(select(Rep.id, Rep.language).where(Rep.id.in_(rep_ids))).all())


def _rung_by(offer_id: str) -> list[Message]:
    """The text, else the devices that rang, or may have; else the e-mail."""
    told = (MessageState.SENDING, MessageState.SENT, MessageState.SHOWN, MessageState.OPENED)
    about = (Message.offer_id == offer_id) & Message.state.in_(told)
    rang = list(db.session.scalars(select(Message).where(about).order_by(Message.id)))
    pushes = [message for message in rang if message.channel is Channel.PUSH]
    texts = [message for message in rang if message.channel is Channel.SMS]
    return texts or pushes or [message for message in rang if message.channel is Channel.EMAIL]


def alert_alarm(text: str, cause: str, owner: Rep, lead: Lead, now: datetime) -> None:
    """Something is wrong with how the business is set up; it was first met with this lead."""
    about = About(lead, navigate="/board", tag=cause)
    ring(owner, f"{cause}:{_ring(now)}", wording.ALARM_TITLE, text, about, now)


def alert_reach(title: str, text: str, cause: str, rep: Rep, now: datetime, *, navigate: str = "/board") -> None:
    """Something is wrong with how people are reached. Worth a day: a phone that is off may be turned on again."""
    about = About(None, expires_at=now + _REACH_ALERT_LIFE, navigate=navigate, tag=cause)
    ring(rep, f"{cause}:{_ring(now)}", title, text, about, now)


def text_customer(lead: Lead, contact: Contact | None, who: Rep, team: Team, business: Business, now: datetime) -> None:
    """The instant answer, if the customer left a phone and wants to be texted."""
    if not lead.phone or (contact and contact.opted_out_at):
        return
    if is_refusal(lead.consent):
        text = said('The customer was not texted: the request says "{consent}".', consent=lead.consent or "")
        record(lead.id, EventKind.NOTE, text, now=now)
        return
    told: dict[str, Any] = {"business": business.name, "who": wording.first_name(who.name), "language": lead.language}
    by: dict[str, Any] = {"call_by": _call_by(lead, now), "time_zone": team.time_zone}
    if lead.state is LeadState.HELD and lead.next_due_at:
        opens = wording.day_and_time(lead.next_due_at, team.time_zone, now=now, language=lead.language)
        body = customer_text_while_closed(opens=opens, about=lead.service, **told)
    elif lead.attributes.get("missed_call"):
        body = customer_text_after_call(**by, **told)
    else:
        body = customer_text(about=lead.service, **by, **told)
    expires_at = now + _CUSTOMER_TEXT_LIFE
    write(Channel.SMS, lead.phone, f"captured:{lead.id}", body, now, expires_at=expires_at, lead_id=lead.id)


def send_code(
    rep: Rep, code: str, code_id: str, business: Business, now: datetime, expires_at: datetime, *, asked_by: Channel
) -> None:
    """A sign-in code, by the way the rep named himself with; by the other one when nothing of that kind leaves here, or
    his number wants no texts. Nothing is sent when no way is left."""
    if (channel := _way_for_code(rep, asked_by)) is None:
        return
    is_text = channel is Channel.SMS
    to, write_body = (rep.phone, wording.sign_in_text) if is_text else (rep.email, wording.sign_in_mail)
    his: dict[str, Any] = {"rep_id": rep.id, "language": rep.language}
    write(channel, to or "", f"code:{code_id}", write_body(code, business.name), now, expires_at=expires_at, **his)


def _way_for_code(rep: Rep, asked_by: Channel) -> Channel | None:
    settings = current_app.config["LEADAPP"]
    is_open = {
        Channel.SMS: rep.phone is not None and db.session.get(OptOut, rep.phone) is None,
        Channel.EMAIL: rep.email is not None,
    }
    leaves = {Channel.SMS: settings.sms_provider != "log", Channel.EMAIL: settings.mail_server is not None}
    ways = [channel for channel, is_his in is_open.items() if is_his]
    return max(ways, key=lambda channel: (leaves[channel], channel is asked_by), default=None)


def test_alert(rep: Rep, now: datetime) -> list[str]:
    """A push to every device of the rep that asks for a receipt; answers the receipts."""
    cause, title = f"test:{rep.id}:{secrets.token_hex(6)}", said("Leadapp can reach this phone")
    body = said("This is what a new lead will sound like.")
    data = {"title": title, "navigate": "/me", "tag": "test"}
    about: dict[str, Any] = {"rep_id": rep.id, "language": rep.language, "data": data}
    about["expires_at"] = now + timedelta(minutes=2)
    return [
        write(Channel.PUSH, device_id, cause, body, now, subscription_id=device_id, **about)
        for device_id in devices_of(rep.id)
    ]


def _was_told(cause: str) -> bool:
    return db.session.scalar(select(Message.id).where(Message.cause == cause).limit(1)) is not None


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
