"""Texts and calls through Twilio, by its own library."""

from __future__ import annotations

import logging
import math
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import current_app
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import HTTPError

from leadapp.models import Message
from leadapp.notify.callbacks import CALL, CALL_STATUS, TEXT_STATUS, callback_url
from leadapp.notify.outcomes import Outcome, Parcel, Refused, Retry, Sent, Settled, Unsendable
from leadapp.notify.retry_after import read_retry_after
from leadapp.notify.twilio_errors import read_code
from leadapp.routing.said import said
from leadapp.settings import Settings

log = logging.getLogger(__name__)

_QUEUE_IS_FULL = 21611
_SECONDS = 8.0  # to connect, and again to be answered: both together well within the outbox's lease
_LONGEST_VALIDITY = 36_000  # seconds that Twilio lets a text wait for its turn
_RINGS_FOR = 25  # seconds: shorter than most voicemails wait, which would take the call as if somebody had
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Account:
    """Whose Twilio account pays; `api_base` only when a stand-in is called instead."""

    sid: str
    token: str = field(repr=False)
    api_base: str


@dataclass(frozen=True, slots=True)
class TwilioParcel:
    """One thing to be made in the account: a text or a call. `now` is when it was prepared."""

    account: Account
    resource: str
    fields: dict[str, str | int] = field(repr=False)
    now: datetime

    def send(self) -> Outcome:
        client = _client(self.account)
        try:
            made = getattr(client, self.resource).create(**self.fields)
        except (TwilioRestException, TwilioServiceException) as error:
            return _read_error(client.http_client.answer, error.code, self.now)
        except (requests.RequestException, HTTPError, ValueError) as error:  # ValueError: an answer that is no JSON
            return Retry(said("Twilio did not answer ({problem}).", problem=type(error).__name__))
        return Sent(provider_id=made.sid)


class _Transport(ABC):
    taken = said("was taken by Twilio")
    waits = True

    def prepare(self, message: Message, now: datetime) -> Parcel:
        settings: Settings = current_app.config["LEADAPP"]
        account = Account(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_base)
        return self._fill(message, settings.twilio_from, account, now)

    @abstractmethod
    def _fill(self, message: Message, sender: str, account: Account, now: datetime) -> Parcel: ...


class TwilioTexts(_Transport):
    def _fill(self, message: Message, sender: str, account: Account, now: datetime) -> Parcel:
        fields: dict[str, str | int] = {
            "to": message.to,
            "messaging_service_sid" if is_messaging_service(sender) else "from_": sender,
            "body": message.body,
            "status_callback": callback_url(TEXT_STATUS, message),
            "validity_period": _seconds_left(message, now, most=_LONGEST_VALIDITY),
        }
        return TwilioParcel(account, "messages", fields, now)


class TwilioCalls(_Transport):
    """What is said on the phone is asked of us by Twilio once somebody has picked up."""

    def _fill(self, message: Message, sender: str, account: Account, now: datetime) -> Parcel:
        if is_messaging_service(sender):
            no_number = said("A messaging service cannot call: TWILIO_FROM must be a phone number for that.")
            return Settled(Unsendable(no_number))
        fields: dict[str, str | int] = {
            "to": message.to,
            "from_": sender,
            "url": callback_url(CALL, message),
            "status_callback": callback_url(CALL_STATUS, message),
            "timeout": _seconds_left(message, now, most=_RINGS_FOR),
        }
        return TwilioParcel(account, "calls", fields, now)


def _seconds_left(message: Message, now: datetime, *, most: int) -> int:
    """How long it is worth anything: what waits longer with Twilio is not sent any more."""
    return max(1, min(math.floor((message.expires_at - now).total_seconds()), most))


def is_messaging_service(sender: str) -> bool:
    return sender.startswith("MG")


class _Http(TwilioHttpClient):  # type: ignore[misc] # the library has no types
    """Keeps connections open, and the answer that the library's exceptions leave half of; goes elsewhere when told to.
    Used by one thread."""

    def __init__(self, api_base: str) -> None:
        super().__init__(timeout=_SECONDS)
        self._api_base = api_base
        self.answer: Response | None = None

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        if self._api_base:
            url = self._api_base + urlsplit(url).path
        options["allow_redirects"] = False
        self.answer = super().request(method, url, *args, **options)
        return self.answer

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """The outbox writes one line a send, and no number."""

    def log_response(self, status_code: int, response: Any) -> None:
        """See above."""


def _client(account: Account) -> Client:
    """One client a thread and account: a session is not made to be shared."""
    if getattr(_local, "account", None) != account:
        _local.account = account
        _local.client = Client(account.sid, account.token, http_client=_Http(account.api_base))
    client: Client = _local.client
    return client


def _read_error(answer: Response, code: int | None, now: datetime) -> Outcome:
    status = answer.status_code
    text = said("Twilio answered {status} ({code}).", status=status, code=str(code))
    if status == 429 or status >= 500 or code == _QUEUE_IS_FULL:
        return Retry(text, read_retry_after(answer.headers.get("Retry-After"), now))
    outcome = read_code(code, text)
    if isinstance(outcome, Unsendable) and status in (401, 403):
        outcome = Refused(text)
    if isinstance(outcome, Refused):
        log.error("twilio_refused status=%d code=%s", status, code)
    return outcome
