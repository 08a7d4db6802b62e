"""A new key, while phones bound to the old one go on ringing; and what becomes of keys nobody needs."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from leadapp.cli import program
from leadapp.extensions import db
from leadapp.models import PushSubscription, VapidKey
from leadapp.notify import outbox
from leadapp.notify.key_rotation import key_uses, rotate_key
from leadapp.notify.subscriptions import (
    UnusableSubscription,
    keep_subscription,
    live_subscriptions,
    remove_subscription,
)
from leadapp.notify.vapid import current_key
from tests.builders import make_lead, pending_offer
from tests.fakes import Answer
from tests.notify.conftest import message_about, sign_in, subscribe, subscription_of

LONG_AFTER = timedelta(days=2).total_seconds()


def public(key_id):
    return db.session.get(VapidKey, key_id).public


def ring(clock):
    """An offer to whoever is next, pushed."""
    message = message_about(pending_offer(make_lead()).id)
    outbox.deliver(message.id, clock.now())
    return message


def move(rep, device, *, replaces, clock):
    """What the page posts once it has subscribed again with the key it was given."""
    key_id = current_key(clock.now()).id
    at = {"user_agent": None, "key_id": key_id, "now": clock.now()}
    keep_subscription(rep.id, device.to_json(), replaces=replaces.endpoint, **at)


def at_once(app, work, times):
    barrier = threading.Barrier(times)
    failures = []

    def start() -> None:
        with app.app_context():
            barrier.wait()
            try:
                work()
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=start) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # what the others have written is read from here on
    assert failures == []


def test_from_a_rotation_on_new_subscriptions_get_the_new_key(app, office, clock, client):
    sign_in(client, office.ana)
    before = client.get("/push/key").json

    key_id = rotate_key(clock.now())

    after = client.get("/push/key").json
    assert after == {"id": key_id, "key": public(key_id)}
    assert after["id"] != before["id"]
    assert after["key"] != before["key"]


def test_the_old_key_rings_the_phones_that_are_bound_to_it(office, phone, clock):
    old = subscription_of(phone).key_id
    rotate_key(clock.now())

    ring(clock)

    assert [push.claims["k"] for push in phone.pushes] == [public(old)]


def test_posting_the_same_subscription_again_leaves_it_bound_to_its_key(office, phone, clock):
    old = subscription_of(phone).key_id
    rotate_key(clock.now())

    subscribe(office.ana, phone)

    assert subscription_of(phone).key_id == old


def test_a_phone_that_subscribed_again_is_the_same_phone_with_the_new_key(office, phone, clock, push_service):
    [before] = live_subscriptions(office.ana.id)
    message = message_about(pending_offer(make_lead()).id)
    key_id, renewed = rotate_key(clock.now()), push_service.new_device()

    move(office.ana, renewed, replaces=phone, clock=clock)
    outbox.deliver(message.id, clock.now())

    assert [(device.id, device.endpoint) for device in live_subscriptions(office.ana.id)] == [
        (before.id, renewed.endpoint)
    ]
    assert phone.pushes == []
    assert [push.claims["k"] for push in renewed.pushes] == [public(key_id)]


def test_moving_twice_leaves_one_phone(office, phone, clock, push_service):
    rotate_key(clock.now())
    renewed = push_service.new_device()

    for _ in range(2):
        move(office.ana, renewed, replaces=phone, clock=clock)

    assert [device.endpoint for device in live_subscriptions(office.ana.id)] == [renewed.endpoint]


def test_two_pages_that_move_a_phone_at_once_leave_it_once(app, office, phone, clock, push_service):
    rotate_key(clock.now())
    renewed, ana = push_service.new_device(), office.ana.id

    def post() -> None:
        key = {"user_agent": None, "key_id": current_key(clock.now()).id, "replaces": phone.endpoint}
        keep_subscription(ana, renewed.to_json(), now=clock.now(), **key)

    at_once(app, post, 4)

    assert [device.endpoint for device in live_subscriptions(ana)] == [renewed.endpoint]


def test_where_the_old_and_the_new_endpoint_were_kept_only_the_new_one_rings(office, phone, clock, push_service):
    renewed = push_service.new_device()
    subscribe(office.ana, renewed)

    move(office.ana, renewed, replaces=phone, clock=clock)

    assert [device.endpoint for device in live_subscriptions(office.ana.id)] == [renewed.endpoint]


@pytest.mark.parametrize("status", [410, 403])
def test_a_late_answer_about_the_old_endpoint_says_nothing_about_the_new_one(
    office, phone, clock, push_service, app, status
):
    renewed = push_service.new_device()
    ana = office.ana.id

    def moves_meanwhile() -> None:
        with app.app_context():
            at = {"user_agent": None, "key_id": None, "now": clock.now(), "replaces": phone.endpoint}
            keep_subscription(ana, renewed.to_json(), **at)

    phone.answers.append(Answer(status, meanwhile=moves_meanwhile))

    ring(clock)

    [device] = live_subscriptions(ana)
    assert (device.endpoint, device.refused_at) == (renewed.endpoint, None)


@pytest.mark.parametrize(("name", "value"), [("key_id", "unknown"), ("key_id", "\x00"), ("replaces", 7)])
def test_a_key_nobody_gave_and_a_replaced_that_is_no_endpoint_are_refused_by_field(office, phone, clock, name, value):
    said = {"user_agent": None, "key_id": None, "now": clock.now(), name: value}

    with pytest.raises(UnusableSubscription) as refused:
        keep_subscription(office.ana.id, phone.to_json(), **said)

    assert refused.value.field == name.removesuffix("_id")


@pytest.mark.parametrize("garbage", ["", "\x00", "\ud800", "x" * 100_000])
def test_an_endpoint_that_cannot_have_been_kept_replaces_nothing(office, phone, clock, push_service, garbage):
    new = push_service.new_device()

    keep_subscription(office.ana.id, new.to_json(), user_agent=None, key_id=None, now=clock.now(), replaces=garbage)

    assert len(live_subscriptions(office.ana.id)) == 2


def test_of_many_that_rotate_at_once_one_key_is_current(app, clock):
    first = current_key(clock.now()).id

    at_once(app, lambda: rotate_key(clock.now()), 4)

    current = [use.id for use in key_uses() if use.retired_at is None]
    assert len(current) == 1
    assert current != [first]


def test_rotating_while_the_first_key_is_made_leaves_one_current_key(app, clock):
    turns = iter([rotate_key, current_key] * 2)

    at_once(app, lambda: next(turns)(clock.now()), 4)

    assert len([use for use in key_uses() if use.retired_at is None]) == 1


def test_a_key_that_no_phone_uses_any_more_is_deleted(office, phone, clock, push_service):
    old = subscription_of(phone).key_id
    key_id, renewed = rotate_key(clock.now()), push_service.new_device()
    clock.advance(LONG_AFTER)
    rotate_key(clock.now())
    assert {use.id: use.phone_count for use in key_uses()}[old] == 1

    move(office.ana, renewed, replaces=phone, clock=clock)

    assert [use.phone_count for use in key_uses()] == [0, 1]
    assert [use.id for use in key_uses()] == [key_id, current_key(clock.now()).id]


def test_a_phone_that_was_taken_off_the_list_keeps_no_key_and_can_come_back(office, phone, clock):
    remove_subscription(office.ana.id, phone.endpoint, clock.now())
    rotate_key(clock.now())
    clock.advance(LONG_AFTER)
    key_id = rotate_key(clock.now())

    assert [use.phone_count for use in key_uses()] == [0, 0]  # the last one may be in some page's hands still

    subscribe(office.ana, phone)
    assert db.session.query(PushSubscription).one().key_id == key_id


def test_a_page_that_got_the_old_key_just_before_can_still_subscribe_with_it(office, clock, push_service):
    old, device = current_key(clock.now()).id, push_service.new_device()
    rotate_key(clock.now())
    rotate_key(clock.now())

    keep_subscription(office.ana.id, device.to_json(), user_agent=None, key_id=old, now=clock.now())
    ring(clock)

    assert [push.claims["k"] for push in device.pushes] == [public(old)]


def test_the_command_rotates_and_lists_who_is_bound_to_what(app, office, phone, clock):
    run = app.test_cli_runner().invoke
    old = subscription_of(phone).key_id
    clock.advance(60)

    rotated = run(program, ["vapid-keys", "rotate"])
    listed = run(program, ["vapid-keys", "list"])

    assert rotated.output.splitlines()[0].endswith("1 will do so when Leadapp is next opened on them:")
    assert [line.split() for line in listed.output.splitlines()] == [
        ["id", "made", "retired", "phones"],
        [old, "2026-11-22T10:00:00Z", "2026-11-22T10:01:00Z", "1"],
        [rotated.output.splitlines()[-1], "2026-11-22T10:01:00Z", "-", "0"],
    ]
    assert public(old) not in listed.output
