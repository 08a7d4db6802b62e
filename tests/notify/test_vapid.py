"""The keys pushes are signed with, and the address they name."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from leadapp.extensions import db
from leadapp.models import VapidKey
from leadapp.notify.vapid import NoSubject, current_key, find_subject
from leadapp.transaction import transaction
from tests.builders import make_rep
from tests.fakes import decode


def test_a_key_is_made_on_first_use_and_then_kept(app, clock):
    first, second = current_key(clock.now()), current_key(clock.now())

    assert first.id == second.id
    assert (len(decode(first.public)), len(decode(first.private))) == (65, 32)


def test_processes_that_start_together_agree_on_one_key(app, clock):
    barrier, found = threading.Barrier(4), []

    def start() -> None:
        with app.app_context():
            barrier.wait()
            found.append(current_key(clock.now()).public)

    starting = [threading.Thread(target=start) for _ in range(4)]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()

    assert len(found) == 4
    assert len(set(found)) == 1
    assert db.session.query(VapidKey).count() == 1


def test_the_setting_names_the_subject(app, office):
    app.config["LEADAPP"] = replace(app.config["LEADAPP"], vapid_subject="mailto:ops@harbor.example")

    assert find_subject() == "mailto:ops@harbor.example"


def test_else_it_is_the_owner(office):
    assert find_subject() == "mailto:olivia@example.com"


@pytest.mark.parametrize("email", [None, "olivia@localhost"])
def test_an_owner_without_a_usable_address_gives_way_to_our_own_https_address(app, clock, email):
    make_rep("Olivia", roles=["owner"], email=email)
    app.config["LEADAPP"] = replace(app.config["LEADAPP"], base_url="https://leads.example.com")

    assert find_subject() == "https://leads.example.com"


def test_with_neither_nothing_is_made_up(app, office):
    with transaction():
        office.olivia.email = None

    with pytest.raises(NoSubject, match="VAPID_SUBJECT"):
        find_subject()
