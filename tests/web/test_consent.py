"""How each request came is kept as proof that it was made, and a customer who said no is not texted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from leadapp.extensions import db
from leadapp.models import Channel, Consent, Door, Event, Message, SourceKind
from leadapp.web.hosted_form import promise
from leadapp.workflow.access import make_api_key
from leadapp.workflow.inbound import Incoming, take_missed_call, take_text
from tests.builders import make_business, make_lead, make_source, reread

PHONE = "+14155552671"
BROWSER = {"User-Agent": "Mozilla/5.0 (Android 16)", "Referer": "https://harbor.example/drains?from=ad"}


@pytest.fixture
def office(app, clock):
    app.config["LEADAPP"] = replace(app.config["LEADAPP"], base_url="https://leads.example.org")
    return make_business()


@pytest.fixture
def source(office):
    return make_source("Website")


def kept() -> list[Consent]:
    db.session.rollback()
    return db.session.query(Consent).order_by(Consent.id).all()


def texts_to_customer() -> list[Message]:
    return db.session.query(Message).filter_by(channel=Channel.SMS, to=PHONE).all()


def test_the_hosted_form_says_what_happens_with_a_number_and_keeps_those_words(client, source, clock):
    shown = client.get(f"/f/{source.key}")
    client.post(f"/f/{source.key}", data={"name": "Maria", "phone": PHONE, "language": "es"}, headers=BROWSER)

    [proof] = kept()
    assert promise() in shown.text
    assert (proof.door, proof.words, proof.page) == (Door.FORM, promise(), f"https://leads.example.org/f/{source.key}")
    assert (proof.ip, proof.user_agent) == ("127.0.0.1", "Mozilla/5.0 (Android 16)")
    assert (proof.phone, proof.language, proof.source, proof.at) == (PHONE, "es", "Website", clock.now())
    assert re.fullmatch("[0-9a-f]{12}", proof.version)


def test_a_form_on_a_website_is_known_by_its_page_and_its_own_box(client, source):
    client.post(f"/in/{source.key}", data={"phone": PHONE, "sms_consent": "I agree"}, headers=BROWSER)

    [proof] = kept()
    assert (proof.door, proof.page, proof.said) == (Door.WEBSITE, BROWSER["Referer"], "I agree")
    assert (proof.words, proof.version) == (None, None)


def test_a_vendor_is_believed_about_the_visitor(client, source):
    client.post(f"/in/{source.key}", json={"phone": PHONE, "page_url": "https://ads.example/1", "ip": "2001:db8::7"})

    [proof] = kept()
    assert (proof.page, proof.ip) == ("https://ads.example/1", "2001:db8::7")


def test_each_request_of_an_open_lead_is_kept(client, source):
    for _ in range(2):
        client.post(f"/f/{source.key}", data={"phone": PHONE, "message": "Hello"})

    first, second = kept()
    assert first.lead_id == second.lead_id
    assert first.version == second.version


def test_a_text_and_a_missed_call_are_proof_by_themselves(office, clock):
    number = make_source("Our number", kind=SourceKind.PHONE)
    take_text(Incoming("SM1", PHONE, "US", number), "My drain is slow", clock.now())
    take_missed_call(Incoming("CA1", "+14155552672", "US", number), clock.now())

    assert [(proof.door, proof.phone) for proof in kept()] == [(Door.TEXT, PHONE), (Door.CALL, "+14155552672")]


def test_long_and_broken_headers_lose_no_lead(client, source):
    headers = {"User-Agent": "x" * 5_000, "Referer": "https://a.example/" + "y" * 5_000}

    assert client.post(f"/f/{source.key}", data={"phone": PHONE}, headers=headers).status_code == 201

    [proof] = kept()
    assert (len(proof.user_agent), len(proof.page)) == (300, len(f"https://leads.example.org/f/{source.key}"))


@pytest.mark.parametrize("ip", ["fe80::1%" + "x" * 60, "[2001:db8:85a3:8d3:1319:8a2e:370:7348]:65535", "x" * 300])
def test_an_address_that_is_none_is_left_out_and_loses_no_lead(app, client, source, ip):
    asked = client.post(f"/in/{source.key}", json={"phone": PHONE, "ip": ip})
    form = client.post(f"/f/{source.key}", data={"phone": PHONE}, environ_base={"REMOTE_ADDR": ip})

    assert (asked.status_code, form.status_code) == (201, 200)
    assert [proof.ip for proof in kept()] == ["127.0.0.1", None]


@pytest.mark.parametrize("said", ["no", False, "0", "No, thanks"])
def test_a_customer_who_said_no_is_not_texted_and_the_lead_says_so(client, source, said):
    answer = client.post(f"/in/{source.key}", json={"phone": PHONE, "consent": said})

    lead = reread(answer.json["id"])
    notes = [event.text for event in db.session.query(Event).filter_by(lead_id=lead.id)]
    assert texts_to_customer() == []
    assert any(note.startswith("The customer was not texted: the request says") for note in notes)
    assert lead.accountable_id is not None


@pytest.mark.parametrize("said", ["yes", True, "", None, "I agree"])
def test_any_other_answer_gets_the_instant_text(client, source, said):
    client.post(f"/in/{source.key}", json={"phone": PHONE, "consent": said})

    assert len(texts_to_customer()) == 1


def test_a_program_lists_the_proof_of_a_lead_or_of_a_number(client, office, clock):
    headers = {"Authorization": f"Bearer {make_api_key('office', read_only=False, now=clock.now())}"}
    lead_id = client.post("/api/v1/leads", json={"phone": PHONE, "consent": "yes"}, headers=headers).json["id"]
    client.post("/api/v1/leads", json={"phone": "+14155552672"}, headers=headers)

    of_lead = client.get(f"/api/v1/consents?lead={lead_id}", headers=headers).json["items"]
    of_number = client.get("/api/v1/consents?phone=%2B14155552671", headers=headers).json["items"]

    assert of_lead == of_number
    assert [(proof["door"], proof["said"], proof["lead"]["id"]) for proof in of_lead] == [("api", "yes", lead_id)]
    assert len(client.get("/api/v1/consents", headers=headers).json["items"]) == 2


def test_a_lead_that_nobody_sent_has_no_proof(office):
    make_lead(phone=PHONE)

    assert kept() == []
