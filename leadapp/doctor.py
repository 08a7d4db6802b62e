"""`leadapp doctor`: what works, what will not, and what to do about it."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.machine.illness import COUNTED_FOR
from leadapp.models import VapidKey
from leadapp.notify.smtp import try_mail_server
from leadapp.notify.twilio import is_messaging_service
from leadapp.notify.vapid import NoSubject, find_subject
from leadapp.queries.health import Finding, Verdict, check_all
from leadapp.queries.vitals import count_sends
from leadapp.settings import Settings

_COUNTED_MINUTES = round(COUNTED_FOR.total_seconds() / 60)
_OWN_MACHINE = ("http://localhost", "http://127.0.0.1")


def examine(now: datetime) -> list[Finding]:
    """Every finding, in the order in which to mend them."""
    findings = check_all(now)
    if not findings[0].is_broken:
        findings += [_push_keys(), *_sends(now)]
    settings: Settings = current_app.config["LEADAPP"]
    return [*findings, _public_address(settings), _sms(settings), _mail(settings)]


def _push_keys() -> Finding:
    if db.session.scalar(select(VapidKey.id).where(VapidKey.retired_at.is_(None))) is None:
        return Finding("push keys", Verdict.FAIL, "There is none yet: `leadapp up` makes it.")
    try:
        return Finding("push keys", Verdict.OK, f"Pushes are signed for {find_subject()}.")
    except NoSubject as reason:
        return Finding("push keys", Verdict.FAIL, str(reason))


def _sends(now: datetime) -> list[Finding]:
    """Channels on which something failed lately; none is worth a line where all goes out."""
    return [
        Finding(
            f"sends by {channel.value}",
            Verdict.FAIL if sends.failing > sends.went_out else Verdict.WARN,
            f"{sends.failing} failed and {sends.went_out} went out in {_COUNTED_MINUTES} minutes. {sends.error or ''}",
        )
        for channel, sends in count_sends(now).items()
    ]


def _public_address(settings: Settings) -> Finding:
    if settings.is_secure:
        return Finding("public address", Verdict.OK, f"{settings.base_url}.")
    if settings.base_url.startswith(_OWN_MACHINE):
        return Finding("public address", Verdict.WARN, f"{settings.base_url} opens on this machine only; set BASE_URL.")
    return Finding(
        "public address", Verdict.FAIL, f"{settings.base_url} is not https, and phones take alerts over https only."
    )


def _sms(settings: Settings) -> Finding:
    if settings.sms_provider == "log":
        return Finding("sms", Verdict.WARN, "Texts reach nobody: they are kept at /outbox (SMS_PROVIDER is log).")
    if is_messaging_service(settings.twilio_from):
        return Finding("sms", Verdict.WARN, "Texts leave through twilio; calls need a phone number as TWILIO_FROM.")
    return Finding("sms", Verdict.OK, f"Texts and calls leave through twilio, from {settings.twilio_from}.")


def _mail(settings: Settings) -> Finding:
    server = settings.mail_server
    if server is None:
        return Finding("mail", Verdict.WARN, "Mail reaches nobody: it is kept at /outbox (SMTP_URL is empty).")
    if problem := try_mail_server(server):
        return Finding("mail", Verdict.FAIL, f"{problem} See SMTP_URL.")
    return Finding("mail", Verdict.OK, f"Mail leaves through {server.host}, from {server.sender}.")
