"""A push service that decrypts, and an office in which Ana's phone is subscribed to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from leadapp import clock as wall_clock
from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import Message, PushSubscription, Rep
from leadapp.notify import push
from leadapp.notify.subscriptions import keep_subscription
from tests.builders import Office
from tests.fakes import Device, PushService


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job that delivers goes straight from one round to the next."""
    monkeypatch.setattr(jobs, "_PACE_SECONDS", 0)


@pytest.fixture
def push_service(app: Flask) -> Iterator[PushService]:
    with PushService().listening() as service:
        app.config["LEADAPP"] = replace(app.config["LEADAPP"], push_extra_origins=(service.origin,))
        yield service
        push._session().close()


@pytest.fixture
def office(clock, app: Flask) -> Office:
    return Office()


@pytest.fixture
def phone(push_service: PushService, office: Office) -> Device:
    """Ana's phone."""
    device = push_service.new_device()
    subscribe(office.ana, device)
    return device


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
