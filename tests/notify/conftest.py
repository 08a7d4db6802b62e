"""A push service that decrypts, and an office in which Ana's phone is subscribed to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from leadapp import clock as wall_clock
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Channel, Message, PushSubscription, Rep
from leadapp.notify import outbox, push, twilio
from leadapp.notify.subscriptions import keep_subscription
from leadapp.transaction import transaction
from tests.builders import Office
from tests.fakes import Device, PushService
from tests.notify.post_office import PostOffice
from tests.notify.twilio_api import SID, TOKEN, TwilioApi

OUR_NUMBER = "+14155550100"


@pytest.fixture
def push_service(app: Flask) -> Iterator[PushService]:
    with PushService().listening() as service:
        app.config["LEADAPP"] = replace(app.config["LEADAPP"], push_extra_origins=(service.origin,))
        yield service
        push._session(public_only=False).close()


@pytest.fixture
def office(clock, app: Flask) -> Office:
    return Office()


@pytest.fixture
def phone(push_service: PushService, office: Office) -> Device:
    """Ana's phone."""
    device = push_service.new_device()
    subscribe(office.ana, device)
    return device


@pytest.fixture
def twilio_api(app: Flask) -> Iterator[TwilioApi]:
    """Texts and calls leave through it."""
    with TwilioApi().listening() as api:
        send_by_twilio(app, api)
        yield api
        if hasattr(twilio._local, "client"):
            twilio._local.client.http_client.session.close()


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """An SMTP server that offers no encryption, and wants no password."""
    with PostOffice().listening(auth_require_tls=False) as post_office:
        yield post_office


def send_by_twilio(app: Flask, api: TwilioApi, **changed: str) -> None:
    settings = {
        "base_url": "https://leads.example.org", "sms_provider": "twilio", "twilio_account_sid": SID,
        "twilio_auth_token": TOKEN, "twilio_from": OUR_NUMBER, "twilio_api_base": api.origin,
    }  # fmt: skip
    app.config["LEADAPP"] = replace(app.config["LEADAPP"], **settings | changed)


def send_by_smtp(app: Flask, url: str) -> None:
    app.config["LEADAPP"] = replace(app.config["LEADAPP"], smtp_url=url)


def subscribe(rep: Rep, device: Device) -> None:
    keep_subscription(rep.id, device.to_json(), user_agent="Test", key_id=None, now=wall_clock.now())


def subscription_of(device: Device) -> PushSubscription:
    return db.session.query(PushSubscription).filter_by(endpoint=device.endpoint).populate_existing().one()


def message_about(offer_id: str) -> Message:
    """The first alert about the offer; what is sent in its place comes after it."""
    about = db.session.query(Message).filter_by(offer_id=offer_id)
    return about.order_by(Message.id).populate_existing().limit(1).one()


def sign_in(client: FlaskClient, rep: Rep) -> None:
    with client.session_transaction() as session:
        session["rep_id"], session["session_version"] = rep.id, rep.session_version


def waiting_message(channel: Channel, to: str, body: str, **columns: Any) -> Message:
    """A message that may be sent for an hour from now on, about nothing unless told otherwise."""
    now = wall_clock.now()
    message = Message(
        id=new_id(), receipt=new_id(), channel=channel, to=to, cause=new_id(), body=body,
        created_at=now, due_at=now, **{"data": {}, "expires_at": now + timedelta(hours=1)} | columns,
    )  # fmt: skip
    with transaction():
        db.session.add(message)
    return message


def deliver(message: Message) -> Message:
    """Tries once; answers the message as it is then."""
    outbox.deliver(message.id, wall_clock.now())
    return db.session.get_one(Message, message.id, populate_existing=True)
