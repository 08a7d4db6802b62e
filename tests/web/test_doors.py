"""The other front doors: /in for websites and tools, /f for customers without a website."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Lead, Team
from leadapp.transaction import transaction
from leadapp.web import rates
from tests.builders import make_business, make_source, reread

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def office(app, clock):
    return make_business()


@pytest.fixture
def source(office):
    return make_source("Website", defaults={"service": "drains"})


def stored():
    return db.session.query(Lead).populate_existing().all()


def test_json_from_a_tool_is_stored_under_its_source(client, source):
    answer = client.post(f"/in/{source.key}", json={"Full Name": "Maria", "Phone Number": "(415) 555-2671"})

    lead = reread(answer.json["id"])
    assert answer.status_code == 201
    assert answer.json == {"id": lead.id}
    assert (lead.name, lead.phone, lead.service, lead.source_id) == ("Maria", "+14155552671", "drains", source.id)


def test_form_fields_of_a_website_are_stored(client, source):
    answer = client.post(f"/in/{source.key}", data={"your-name": "Maria", "your-email": "m@example.com"})

    assert answer.status_code == 201
    assert reread(answer.json["id"]).email == "m@example.com"


def test_the_same_request_again_is_200_and_the_same_lead(client, source):
    body = {"name": "Maria", "phone": "(415) 555-2671"}

    first, again = (client.post(f"/in/{source.key}", json=body) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json


def test_several_leads_in_one_body_are_all_stored(client, source):
    body = [{"name": "Maria", "phone": "4155552671"}, {"name": "Paul", "phone": "4155552672"}]

    answer = client.post(f"/in/{source.key}", json=body)

    assert answer.json["ids"] == [lead.id for lead in sorted(stored(), key=lambda lead: lead.id)]
    assert answer.json["id"] == answer.json["ids"][0]


@pytest.mark.parametrize("door", ["/in/", "/f/"])
def test_an_unknown_key_is_404_and_a_retired_source_410(client, office, clock, door):
    retired = make_source(retired_at=clock.now())

    assert client.post(f"{door}nope", data={"phone": "4155552671"}).status_code == 404
    assert client.post(f"{door}%00", data={"phone": "4155552671"}).status_code == 404
    assert client.post(f"{door}{retired.key}", data={"phone": "4155552671"}).status_code == 410
    assert stored() == []


def test_errors_of_the_door_for_tools_are_problems_that_any_site_can_read(client, source):
    for answer, status in (
        (client.post("/in/nope", json={}), 404),
        (client.post(f"/in/{source.key}", json={}), 422),
        (client.get(f"/in/{source.key}"), 405),
        (client.post("/in/a/b", json={}), 404),
    ):
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert client.post("/in/nope", json={}).headers["Access-Control-Allow-Origin"] == "*"


def test_a_script_on_any_website_may_send(client, source):
    asked = {"Origin": "https://example.com", "Access-Control-Request-Headers": "content-type,x-mine"}

    before = client.options(f"/in/{source.key}", headers=asked)
    answer = client.post(f"/in/{source.key}", json={"phone": "4155552671"}, headers={"Origin": "https://example.com"})

    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Headers"] == "content-type,x-mine"
    assert before.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_person_who_sent_a_plain_form_sees_a_page(client, source):
    thanks = client.post(f"/in/{source.key}", data={"phone": "4155552671"}, headers=BROWSER)
    missing = client.post(f"/in/{source.key}", data={"phone": " "}, headers=BROWSER)

    assert (thanks.status_code, thanks.mimetype) == (201, "text/html")
    assert "Thank you" in thanks.text
    assert (missing.status_code, missing.mimetype) == (422, "text/html")
    assert f'action="/f/{source.key}"' in missing.text


def test_too_much_from_one_address_is_asked_to_come_again_and_keeps_nothing(client, source):
    for _ in range(30):
        client.post(f"/f/{source.key}", data={"phone": "4155552671"})
    answer = client.post(f"/f/{source.key}", data={"phone": "4155559999", "name": "Late"})

    rates.forget()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert 'value="Late"' in answer.text
    assert len(stored()) == 1


def test_a_flood_through_the_door_for_tools_is_a_problem_that_says_when(client, source):
    answers = [client.post(f"/in/{source.key}", data=b"", content_type="application/json") for _ in range(601)]

    rates.forget()
    assert answers[599].status_code == 422
    assert (answers[600].status_code, answers[600].content_type) == (429, "application/problem+json")
    assert answers[600].headers["Retry-After"]


def test_the_form_asks_without_scripts_and_reading_it_writes_nothing(client, source):
    page = client.get(f"/f/{source.key}")

    assert page.status_code == 200
    for name in ("name", "phone", "email", "service", "postcode", "message", "language"):
        assert f'name="{name}"' in page.text
    assert "<script" not in page.text
    assert "Set-Cookie" not in page.headers
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert stored() == []


def test_the_thank_you_page_says_who_will_call(client, source):
    answer = client.post(f"/f/{source.key}", data={"name": "Maria", "phone": "(415) 555-2671", "postcode": "94110"})

    lead = stored()[0]
    assert answer.status_code == 201
    assert (lead.phone, lead.postcode, lead.service, lead.source) == ("+14155552671", "94110", "drains", "Website")
    assert "<bdi>Ana</bdi></b> will call you" in answer.text


def test_a_rep_whose_name_is_all_blank_is_no_reason_to_lose_the_page(client, office, source):
    with transaction():
        for rep in (office.ana, office.ben):
            rep.name = " "

    assert client.post(f"/f/{source.key}", data={"phone": "4155552671"}).status_code == 201


def test_while_the_team_is_closed_the_team_will_get_back(client, office, source):
    with transaction():
        team = db.session.get_one(Team, office.plumbing.id)
        team.hours, team.after_hours = {"sat": [["08:00", "12:00"]]}, "hold"

    answer = client.post(f"/f/{source.key}", data={"email": "maria@example.com"})

    assert "<bdi>Our Plumbing team</bdi></b> will get back to you" in answer.text


def test_what_is_missing_is_said_at_the_field_and_what_was_typed_is_kept(client, source):
    answer = client.post(f"/f/{source.key}", data={"name": "<Maria> & Söhne", "phone": " ", "postcode": "94110"})

    assert answer.status_code == 422
    assert 'aria-describedby="problem-phone"' in answer.text
    assert "Leave a phone number" in answer.text
    assert 'value="&lt;Maria&gt; &amp; Söhne"' in answer.text
    assert 'value="94110"' in answer.text
    assert stored() == []


def test_a_field_that_nobody_sees_must_stay_empty(client, source):
    answer = client.post(f"/f/{source.key}", data={"phone": "4155552671", "website": "http://spam.example"})

    assert answer.status_code == 422
    assert "leave this field empty" in answer.text
    assert stored() == []


def test_dirty_text_in_the_form_is_stored(client, source):
    answer = client.post(f"/f/{source.key}", data={"phone": "call me", "name": "\u202e👩🏽‍🔧" * 500, "message": "a\0b"})

    assert answer.status_code == 201
    assert stored()[0].phone_raw == "call me"


def test_a_closed_form_says_so_to_a_person(client, office, clock):
    retired = make_source(retired_at=clock.now())

    assert "This form is closed" in client.get(f"/f/{retired.key}").text
    assert "There is no form here" in client.get("/f/nope").text


@pytest.mark.parametrize("path", ["/in/{key}", "/in/{key}/twilio/sms", "/f/{key}", "/sign-in", "/api/v1/leads"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_of_bytes_that_are_no_text_is_a_bad_request_at_every_door(client, source, path, method):
    url = path.format(key=source.key)

    answer = client.open(url, method=method, environ_overrides={"QUERY_STRING": "a=\xff"})

    assert answer.status_code == 400
    assert stored() == []
