"""What happens is kept so that it can be read in Spanish, and whoever reads Spanish is told in Spanish."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.languages import Language, spoken_in
from leadapp.models import (
    Alarm,
    Business,
    Channel,
    Event,
    Message,
    MessageState,
    PushSubscription,
    Rep,
    Rule,
    Team,
    Turn,
    VapidKey,
)
from leadapp.queries.board import board
from leadapp.queries.leads import lead_shape
from leadapp.queries.pages import lead_page, ledger
from leadapp.routing.said import Said
from leadapp.routing.values import TeamMode
from leadapp.texts import is_gsm7
from leadapp.transaction import transaction
from leadapp.workflow import alerts
from leadapp.workflow.configuration.teams import create_team
from leadapp.workflow.digests import send_digests
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.inbound import Incoming, take_text
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import close_lead
from tests.builders import Office, make_lead, offers_of, pending_offer, reread

ANA = "+14155550100"
SPANISH = {
    "URGENT: {service}": "URGENTE: {service}",
    "New lead: {service}": "Cliente nuevo: {service}",
    "{place}. {duration} to accept, until {time}.": "{place}. Tómalo en {duration}, hasta {time}.",
    "Place not given": "Sin dirección",
    "{count} minutes": "{count} minutos",
    "{rep}'s turn in {team}": "Es el turno de {rep} en {team}",
    "{name} accepted it.": "{name} lo aceptó.",
    "{name} passed: {reason}.": "{name} lo pasó: {reason}.",
    "You were offered a lead.": "Se te ofreció un cliente.",
    "Leadapp can reach this phone": "Leadapp llega a este teléfono",
    "{code} is your {business} sign-in code. It works for ten minutes.": "{code} es tu código de {business}.",
    "Yours. Call {who} by {time}.": "Es tuyo. Llámale a {who} antes de {time}.",
    "Taken: {service}": "Tomado: {service}",
    "{team} has nobody in its rotation, so its leads go to {name}. Put somebody in it.": "{team} está vacío: {name}.",
    "Your set-up needs a look": "Revisa la configuración",
    "{count} leads not taken in time": "{count} sin tomar a tiempo",
    "1 lead not taken in time": "1 sin tomar a tiempo",
    "NOBODY TOOK THESE IN TIME": "NADIE LOS TOMÓ A TIEMPO",
    "{business}, since {when}:": "{business}, desde {when}:",
    "{day} at {time}": "{day}, {time}",
    "today": "hoy",
    "That is over. Nothing was changed.": "Eso ya pasó. Nada cambió.",
    "This lead is closed. Nothing was changed.": "Este cliente está cerrado.",
    "The lead was {outcome}.": "El cliente era {outcome}.",
    "spam": "basura",
}


@pytest.fixture
def office(app, clock, spanish):
    """Ana reads Spanish, and has a phone with the app; Ben reads English."""
    spanish.update(SPANISH)
    office, now = Office(), clock.now()
    with transaction():
        ana = db.session.get_one(Rep, office.ana.id)
        ana.language, ana.phone = Language.SPANISH, ANA
        db.session.add(VapidKey(id="key", public="p", private="s", created_at=now))
        db.session.flush()
        phone = {"endpoint": "https://push.example.com/1", "p256dh": "p", "auth": "a", "key_id": "key"}
        db.session.add(PushSubscription(id="phone", rep_id=ana.id, created_at=now, seen_at=now, **phone))
    return office


def told(rep, channel):
    found = select(Message).where(Message.rep_id == rep.id, Message.channel == channel).order_by(Message.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def in_spanish(text):
    return spoken_in(Language.SPANISH, text)


def test_whoever_reads_spanish_is_rung_in_spanish(office):
    make_lead(city="Austin", service="Fregadero")

    [push], [text] = told(office.ana, Channel.PUSH), told(office.ana, Channel.SMS)
    assert push.data["title"] == "Cliente nuevo: Fregadero"
    assert push.body.startswith("Austin. Tómalo en 5 minutos, hasta ")
    assert text.body.startswith("Cliente nuevo: Fregadero\nAustin. Tomalo en 5 minutos, hasta ")
    assert is_gsm7(text.body)


def test_whoever_reads_english_is_rung_in_english(office, clock):
    lead = make_lead(service="Sink")
    pass_offer(pending_offer(lead).id, now=clock.now())

    [mail] = told(office.ben, Channel.EMAIL)
    assert mail.data["title"] == "New lead: Sink"
    assert mail.body.startswith("New lead: Sink\nPlace not given. 5 minutes to accept, until ")


def test_what_a_customer_wrote_is_said_as_it_was_written(office):
    make_lead(service="{name} accepted it.", city="Place not given")

    [push] = told(office.ana, Channel.PUSH)
    assert push.data["title"] == "Cliente nuevo: {name} accepted it."
    assert push.body.startswith("Place not given. ")


def test_the_timeline_the_reason_and_the_ledger_can_be_read_in_spanish(office, clock):
    lead = make_lead()
    pass_offer(pending_offer(lead).id, now=clock.now(), reason="{name} accepted it.")
    accept_offer(pending_offer(lead).id, now=clock.now())

    page = lead_page(lead.id, office.mia.id, sees_customer=True)

    timeline = [in_spanish(row.text) for row in page.timeline]
    assert "Ben lo aceptó." in timeline
    assert "Ana lo pasó: {name} accepted it.." in timeline
    assert "Es el turno de Ana en Plumbing." in timeline
    assert in_spanish(page.why.sentence) == "Es el turno de Ben en Plumbing."
    assert "Se te ofreció un cliente." in [in_spanish(row.reason) for row in ledger(office.ana.id)]


def test_programs_read_the_english_they_always_read(office, clock):
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.now())

    shape = lead_shape(lead.id)

    assert [event["text"] for event in shape["timeline"]][-1] == "Ana accepted it."
    assert {"at", "kind", "actor", "text"} == set(shape["timeline"][0])
    assert set(shape["why"]) == {"sentence", "rule", "considered"}
    assert shape["why"]["sentence"] == "Ana's turn in Plumbing."


def test_rows_from_before_are_read_in_english(office, clock):
    lead = make_lead()
    with transaction():
        for row in [*db.session.scalars(select(Event)), *db.session.scalars(select(Turn))]:
            row.said = None
        kept = reread(lead.id)
        kept.why = {name: value for name, value in kept.why.items() if name != "said"}

    page = lead_page(lead.id, office.mia.id, sees_customer=True)

    assert in_spanish(page.why.sentence) == "Ana's turn in Plumbing."
    assert "Ana's turn in Plumbing." in [in_spanish(row.text) for row in page.timeline]
    assert "You were offered a lead." in [in_spanish(row.reason) for row in ledger(office.ana.id)]


def test_what_was_said_and_its_english_are_the_same_in_every_row(office, clock):
    lead = make_lead(phone="+14155550123", message="Hi")
    accept_offer(pending_offer(lead).id, now=clock.now())
    close_lead(lead.id, outcome="spam", reason="a robot", now=clock.now())

    page = lead_page(lead.id, office.mia.id, sees_customer=True)

    stored = db.session.execute(select(Event.text, Event.said).order_by(Event.id.desc())).all()
    assert [row.text for row in page.timeline] == [text for text, _said in stored]
    assert all(isinstance(row.text, Said) for row in page.timeline)
    assert in_spanish(ledger(office.ana.id)[0].reason) == "El cliente era basura."


def test_a_code_and_a_test_come_in_spanish(office, clock):
    ana, now = db.session.get_one(Rep, office.ana.id), clock.now()
    with transaction():
        alerts.test_alert(ana, now)
        alerts.send_code(ana, "012345", "c", Business(name="Íñigo e Hijo"), now, now, asked_by=Channel.SMS)

    assert [push.data["title"] for push in told(ana, Channel.PUSH)] == ["Leadapp llega a este teléfono"]
    assert [text.body for text in told(ana, Channel.SMS)] == ["012345 es tu codigo de Iñigo e Hijo."]


def test_a_text_back_is_answered_in_spanish_and_in_plain_letters(office, clock):
    lead = make_lead(name="José", phone="+14155550123")
    with transaction():
        [text] = told(office.ana, Channel.SMS)
        text.reply_code = 1

    take_text(Incoming("SM1", ANA, "US"), "1", clock.now())

    answers = [text.body for text in told(office.ana, Channel.SMS) if text.cause == "reply:SM1"]
    assert answers[0].startswith("Es tuyo. Llamale a José, (415) 555-0123 antes de ")
    assert reread(lead.id).owner_id == office.ana.id


def test_who_answers_too_late_is_told_in_spanish_why(office, clock):
    lead = make_lead()
    close_lead(lead.id, outcome="lost", now=clock.now())
    with transaction():
        [text] = told(office.ana, Channel.SMS)
        text.reply_code = 1

    take_text(Incoming("SM1", ANA, "US"), "1", clock.now())

    assert "Este cliente esta cerrado." in [text.body for text in told(office.ana, Channel.SMS)]


def test_those_who_were_rung_too_are_each_told_in_their_language_that_it_is_taken(office, clock):
    with transaction():
        db.session.get_one(Team, office.plumbing.id).mode = TeamMode.BROADCAST
    lead = make_lead(service="Sink")
    with transaction():
        for message in told(office.ana, Channel.SMS):
            message.state = MessageState.SENT
    [bens] = [offer for offer in offers_of(lead) if offer.rep_id == office.ben.id]

    accept_offer(bens.id, now=clock.now())

    assert told(office.ana, Channel.SMS)[-1].body == "Tomado: Sink. Sin direccion. Ben has it. You need do nothing."


def test_an_alarm_stands_in_english_and_is_read_and_told_in_spanish(office, clock):
    with transaction():
        db.session.get_one(Rep, office.olivia.id).language = Language.SPANISH
    team_id = create_team({"name": "Drains"}, now=clock.now())
    with transaction():
        db.session.add(Rule(name="All", position=1, conditions=[], team_id=team_id, created_at=clock.now()))
    make_lead()

    [alarm] = db.session.scalars(select(Alarm))
    [read] = board(office.olivia.id, clock.now(), whole=True, sees_alarms=True).alarms
    [mail] = [mail for mail in told(office.olivia, Channel.EMAIL) if mail.cause.startswith("alarm:")]
    assert alarm.text == "Drains has nobody in its rotation, so its leads go to Mia. Put somebody in it."
    assert in_spanish(read) == "Drains está vacío: Mia."
    assert mail.body.startswith("Revisa la configuración\nDrains está vacío: Mia.\n")


def test_the_mail_that_sums_up_is_in_the_language_of_its_reader(office, clock):
    with transaction():
        db.session.get_one(Rep, office.olivia.id).language = Language.SPANISH
    lead = make_lead(service="Sink", city="Austin")
    for _ in range(4):
        advance_lead(lead.id, clock.advance(301))

    send_digests(clock.advance(60))

    digests = {rep.name: mail for rep in (office.olivia, office.mia) for mail in told(rep, Channel.EMAIL)
               if mail.cause.startswith("digest:")}  # fmt: skip
    assert digests["Olivia"].data["title"] == "1 sin tomar a tiempo"
    assert "NADIE LOS TOMÓ A TIEMPO\n\nSink. Austin. Came hoy, " in digests["Olivia"].body
    assert digests["Mia"].data["title"] == "1 lead not taken in time"
