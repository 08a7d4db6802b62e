"""What the machine says is read in the language of whoever reads the page."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import Rep
from leadapp.transaction import transaction
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead
from leadapp.workflow.people import set_presence
from tests.builders import make_lead, pending_offer

SPANISH = {
    "{rep}'s turn in {team}": "Es el turno de {rep} en {team}",
    "{name} accepted it.": "{name} lo aceptó.",
    "skipped": "se saltó",
    "out": "fuera",
    "You were offered a lead.": "Se te ofreció un cliente.",
    "Used": "Usado",
    "speak to the customer": "habla con el cliente",
    "{name} answers, or it moves on": "{name} contesta, o sigue",
    "Sent by itself": "Enviado solo",
    "waiting": "en espera",
    "there is no phone number": "no hay número",
    "Texts and calls": "Textos y llamadas",
    "This lead is closed. Nothing was changed.": "Este cliente está cerrado.",
    "lost": "perdido",
}


@pytest.fixture
def readers(office, spanish):
    """Ana and Mia read Spanish, Ben and Olivia English."""
    spanish.update(SPANISH)
    with transaction():
        for rep in (office.ana, office.mia):
            db.session.get_one(Rep, rep.id).language = Language.SPANISH
    return office


@pytest.fixture
def taken(readers, clock):
    """A lead that Ana has taken while Ben was out."""
    set_presence(readers.ben.id, state="out", now=clock.now())
    lead = make_lead(phone="+14155550123")
    accept_offer(pending_offer(lead).id, now=clock.now())
    return lead


def test_the_lead_says_what_happened_and_why_in_the_language_of_the_reader(readers, visit, taken):
    pages = {rep.name: visit(rep).open(f"/leads/{taken.id}").text for rep in (readers.mia, readers.olivia)}

    for said in ("Es el turno de Ana en Plumbing.", "Ana lo aceptó.", "se saltó: fuera", "Ana: habla con el cliente",
                 "Enviado solo", "en espera"):  # fmt: skip
        assert said in pages["Mia"]
        assert said not in pages["Olivia"]
    for said in ("Ana&#39;s turn in Plumbing.", "Ana accepted it.", "skipped: out", "Ana: speak to the customer"):
        assert said in pages["Olivia"]
        assert said not in pages["Mia"]


def test_the_ledger_and_the_channels_are_read_so_too(readers, visit, taken):
    page = visit(readers.ana).open("/me").text

    for said in ("Se te ofreció un cliente.", "Textos y llamadas", "no hay número"):
        assert said in page


def test_the_board_says_so_what_comes_next(readers, visit):
    make_lead()

    assert "a Ben" in visit(readers.mia).open("/board").text
    assert "to Ben" in visit(readers.olivia).open("/board").text


def test_what_could_not_be_done_is_said_so(readers, visit, taken, clock):
    close_lead(taken.id, outcome="lost", now=clock.now())

    answer = visit(readers.mia).press(f"/leads/{taken.id}/assignment", htmx=True, rep=readers.ben.id, on="lead")

    assert answer.status_code == 409
    assert "Este cliente está cerrado." in answer.text
    assert "perdido" in answer.text


def test_what_a_person_wrote_is_no_page_of_ours(readers, visit, clock):
    lead = make_lead()
    pass_offer(pending_offer(lead).id, now=clock.now(), reason="<b>{name}</b> %s")
    assign_lead(lead.id, readers.ana.id, now=clock.now())

    page = visit(readers.mia).open(f"/leads/{lead.id}").text

    assert "&lt;b&gt;{name}&lt;/b&gt; %s" in page
