"""Web push: one message to one device, encrypted and signed by pywebpush."""

from __future__ import annotations

import base64
import hashlib
import logging
import math
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from pywebpush import WebPushException, webpush
from urllib3.exceptions import HTTPError

from leadapp.extensions import db
from leadapp.models import Message, PushSubscription
from leadapp.notify.endpoints import NotAPushService, check_endpoint, is_extra
from leadapp.notify.outcomes import Gone, Outcome, Parcel, Refused, Retry, Sent, Settled, Unsendable
from leadapp.notify.payload import push_payload
from leadapp.notify.public_addresses import NotPublic, PublicOnly
from leadapp.notify.retry_after import read_retry_after
from leadapp.notify.vapid import NoSubject, find_key, find_subject
from leadapp.routing.said import said

log = logging.getLogger(__name__)

MAX_PAYLOAD = 3_000  # bytes; services take 4,096 after encryption, and padding by some of them must still fit
_CONNECT_SECONDS, _READ_SECONDS = 3, 7
_local = threading.local()


class _NoRedirects(requests.Session):
    """A push service never redirects; following one would carry our request to an address nobody checked."""

    def __init__(self, *, public_only: bool) -> None:
        super().__init__()
        self.trust_env = False
        if public_only:
            self.mount("https://", PublicOnly())

    def post(self, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        return super().post(url, *args, allow_redirects=False, **options)


@dataclass(frozen=True, slots=True)
class PushParcel:
    """A push ready to leave; `now` is when it was prepared."""

    endpoint: str
    is_extra: bool
    p256dh: str
    auth: str
    payload: bytes
    private_key: str
    subject: str
    ttl: int
    topic: str
    now: datetime

    def send(self) -> Outcome:
        try:
            webpush(
                {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}},
                self.payload.decode(),
                vapid_private_key=self.private_key,
                # A fresh dict each time: pywebpush writes the audience into it and would reuse it for the next vendor.
                vapid_claims={"sub": self.subject},
                ttl=self.ttl,
                headers={"Urgency": "high", "Topic": self.topic, "Content-Type": "application/octet-stream"},
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                requests_session=_session(public_only=not self.is_extra),
            )
        except WebPushException as error:
            return _read_answer(error, self.endpoint, self.now)
        except NotPublic as error:
            log.error("push_unsendable endpoint_host=%s error=%r", urlsplit(self.endpoint).hostname, str(error))
            return Unsendable(error.args[0])
        except ValueError as error:  # an address or a key that no library takes, in whatever class it says so
            return Unsendable(said("The push cannot be sent to this phone ({problem}).", problem=type(error).__name__))
        except (requests.RequestException, HTTPError) as error:
            return Retry(said("The push service did not answer ({problem}).", problem=type(error).__name__))
        return Sent()


class PushTransport:
    taken = said("was taken by the push service")
    waits = True

    def prepare(self, message: Message, now: datetime) -> Parcel:
        device = db.session.get(PushSubscription, message.subscription_id) if message.subscription_id else None
        if device is None or device.removed_at is not None:
            return Settled(Gone(said("The phone is no longer subscribed.")))
        if device.rep_id != message.rep_id:
            return Settled(Unsendable(said("The phone now belongs to somebody else.")))
        key = find_key(device.key_id)
        if key is None:  # the phone is being moved to a newer key at this very moment
            return Settled(Retry(said("The phone was subscribing again.")))
        payload = push_payload(message)
        if len(payload) > MAX_PAYLOAD:
            too_long = said("The push is too long: {size} bytes, {most} at most.", size=len(payload), most=MAX_PAYLOAD)
            return Settled(Unsendable(too_long))
        try:
            check_endpoint(device.endpoint)
            subject = find_subject()
        except (NotAPushService, NoSubject) as error:
            log.error("push_unsendable message=%s subscription=%s error=%r", message.id, device.id, str(error))
            stranger = said("The phone's address is not one of a known push service.")
            return Settled(Unsendable(error.args[0] if isinstance(error, NoSubject) else stranger))
        return PushParcel(
            endpoint=device.endpoint,
            is_extra=is_extra(device.endpoint),
            p256dh=device.p256dh,
            auth=device.auth,
            payload=payload,
            private_key=key.private,
            subject=subject,
            ttl=max(1, math.floor((message.expires_at - now).total_seconds())),
            topic=topic_of(message),
            now=now,
        )


def topic_of(message: Message) -> str:
    """At most 32 base64url characters; a waiting push with the same topic is replaced."""
    about = message.data.get("tag") or message.cause
    return base64.urlsafe_b64encode(hashlib.sha256(str(about).encode()).digest()[:15]).decode()


def _session(*, public_only: bool) -> requests.Session:
    """One session a thread: connections are kept open, which makes a send eight times as fast as a new one."""
    sessions: dict[bool, requests.Session] = _local.__dict__.setdefault("sessions", {})
    if public_only not in sessions:
        sessions[public_only] = _NoRedirects(public_only=public_only)
    return sessions[public_only]


def _read_answer(error: WebPushException, endpoint: str, now: datetime) -> Outcome:
    status = error.status_code or 0
    text = said("The push service answered {status}.", status=status)
    if status in (404, 410):
        return Gone(text, endpoint)
    if status == 429 or status >= 500:
        return Retry(text, read_retry_after(error.retry_after, now))
    # A wrong key or setting of ours looks like this for every device at once, so no device is ever removed for it.
    return Refused(text, endpoint)
