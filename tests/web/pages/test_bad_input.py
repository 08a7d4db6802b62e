"""What no person types by accident: a clear answer, on every database, and nothing changed."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.routing.values import Presence
from leadapp.web.pages import board
from leadapp.workflow.offers import accept_offer
from tests.builders import make_lead, pending_offer, reread


@pytest.mark.parametrize("path", ["/leads/a%00b", "/outbox?before=%00", "/board?x=1&seen=%00", "/sign-in?next=/%00"])
def test_a_nul_in_an_address_is_404(office, visit, path):
    assert visit(office.mia).open(path).status_code == 404


@pytest.mark.parametrize("path", ["/offers/%00/acceptance", "/people/%00/presence", "/leads/%00/assignment"])
def test_a_nul_in_the_address_of_a_button_is_404(office, visit, path):
    assert visit(office.mia).press(path, state="out").status_code == 404


def test_a_nul_in_a_form_is_left_out(office, visit):
    visitor = visit(office.ana)

    visitor.press("/me/presence", state="out", note="Den\0tist", cover=f"{office.ben.id}\0", **{"for": "1h"})

    db.session.refresh(office.ana)
    assert (office.ana.presence_note, office.ana.cover_id) == ("Dentist", office.ben.id)


def test_a_nul_in_a_reason_is_left_out(office, visit, clock):
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.now())

    answer = visit(office.ana).press(f"/leads/{lead.id}/closure", outcome="lost", reason="Too\0 dear", on="lead")

    assert answer.status_code == 303
    assert reread(lead.id).outcome_reason == "Too dear"


@pytest.mark.parametrize(
    "times",
    [
        {"for": "until", "until": "9999-12-31T23:59"},
        {"for": "until", "until": "0001-01-01T00:00"},
        {"exact_until": "9999-12-31T23:59:59-12:00"},
        {"exact_from": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_time_that_cannot_be_meant_is_said_and_changes_nothing(office, visit, times):
    answer = visit(office.ana).press("/me/presence", htmx=True, state="out", **times)

    assert answer.status_code == 422
    assert "That time cannot be meant." in answer.text
    db.session.refresh(office.ana)
    assert office.ana.presence is Presence.AVAILABLE


@pytest.mark.parametrize("htmx", [False, True])
def test_a_database_that_is_away_is_503_and_not_our_mistake(office, visit, monkeypatch, htmx):
    def fail(*_args, **_more):
        raise OperationalError("SELECT 1", {}, Exception("deadlock detected"))

    monkeypatch.setattr(board, "board", fail)

    answer = visit(office.mia).open("/board", htmx=htmx)

    assert answer.status_code == 503
    assert "Too busy for a moment" in answer.text
    assert db.session.query(Lead).count() == 0
