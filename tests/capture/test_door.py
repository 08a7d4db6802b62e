"""Leads out of the bodies that websites, automation tools and vendors send."""

import json
from datetime import UTC, datetime

import pytest

from leadapp.capture.door import from_body, leads_in
from leadapp.capture.lead import NothingToStore

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def capture(body, **defaults):
    return from_body(body, country="US", now=NOW, defaults=defaults)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Ann Lee", "phone": "415-555-0123", "email": "ann@example.com", "message": "Leak"},
        {"your-name": "Ann Lee", "your-tel": "4155550123", "your-email": "ann@example.com", "your-message": "Leak"},
        {
            "First Name": "Ann",
            "Last Name": "Lee",
            "Mobile": "4155550123",
            "E-mail": "ann@example.com",
            "Details": "Leak",
        },
        {"nombre": "Ann", "apellidos": "Lee", "Teléfono": "4155550123", "correo": "ann@example.com", "mensaje": "Leak"},
        {
            "contact": {"fullName": "Ann Lee", "phoneNumber": "4155550123", "emailAddress": "ann@example.com"},
            "notes": "Leak",
        },
        {
            "fields": {
                "name": {"first": "Ann", "last": "Lee"},
                "tel": "4155550123",
                "mail": "ann@example.com",
                "body": "Leak",
            }
        },
        [
            {"name": "name", "value": "Ann Lee"},
            {"name": "phone", "value": "4155550123"},
            {"name": "email", "value": "ann@example.com"},
            {"name": "comments", "value": "Leak"},
        ],
        {
            "q3_name": {"first": "Ann", "last": "Lee "},
            "q4_phoneNumber": {"full": "(415) 555-0123"},
            "q5_email": "ann@example.com",
            "q6_message6": "Leak",
        },
        {
            "properties": {
                "firstname": {"value": "Ann"},
                "lastname": {"value": "Lee"},
                "phone": {"value": "4155550123"},
                "email": {"value": "ann@example.com"},
                "message": {"value": "Leak"},
            }
        },
        {
            "What is your name?": "Ann Lee",
            "Your best phone number": "4155550123",
            "Please enter your email address": "ann@example.com",
            "How can we help you?": "Leak",
        },
    ],
)
def test_knows_the_fields_under_their_many_names(body):
    lead = capture(body)

    assert (lead.name, lead.phone, lead.email, lead.message) == ("Ann Lee", "+14155550123", "ann@example.com", "Leak")
    assert lead.attributes == {}


def test_keeps_what_it_does_not_know_by_its_path():
    lead = capture({"message": "x", "roof": {"type": "tile", "ages": [3, 4]}, "visits": 2, "blank": " "})

    assert lead.attributes == {"roof.type": "tile", "roof.ages": [3, 4], "visits": 2}


def test_reads_question_and_answer_lists():
    lead = capture(
        {
            "leadOid": 77,
            "primaryPhone": "4155550123",
            "taskName": "Drain Cleaning",
            "interview": [
                {"question": "Kind of home", "answer": "Flat"},
                {"question": "How soon?", "answer": "Today"},
            ],
        }
    )

    assert (lead.external_id, lead.service) == ("77", "Drain Cleaning")
    assert lead.message == "Kind of home: Flat\nHow soon? Today"
    assert lead.attributes == {"Kind of home": "Flat", "How soon?": "Today"}


def test_reads_google_ads_columns_and_drops_the_key():
    column = {"column_name": "User Phone", "string_value": "+14155550123", "column_id": "PHONE_NUMBER"}
    lead = capture({"lead_id": "L1", "user_column_data": [column], "google_key": "s3cret", "form_id": 12345678901})

    assert (lead.phone, lead.external_id) == ("+14155550123", "L1")
    assert lead.attributes == {"form_id": 12345678901}


def test_reads_meta_field_data():
    fields = [{"name": "full_name", "values": ["Ann Lee"]}, {"name": "phone_number", "values": ["+14155550123"]}]
    lead = capture({"id": "900", "created_time": "2026-11-20T08:00:00+0000", "field_data": fields})

    assert (lead.name, lead.phone, lead.external_id) == ("Ann Lee", "+14155550123", "900")
    assert lead.received_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_reads_typeform_answers_by_their_titles_and_types():
    definition = {"fields": [{"id": "a", "title": "Your first name?"}, {"id": "b", "title": "Which trade?"}]}
    answers = [
        {"type": "text", "text": "Ann", "field": {"id": "a", "type": "short_text"}},
        {"type": "choice", "choice": {"label": "Drains"}, "field": {"id": "b", "type": "multiple_choice"}},
        {"type": "phone_number", "phone_number": "+14155550123", "field": {"id": "c", "type": "phone_number"}},
    ]
    lead = capture({"event_id": "E", "form_response": {"token": "T", "definition": definition, "answers": answers}})

    assert (lead.name, lead.phone, lead.external_id) == ("Ann", "+14155550123", "T")
    assert lead.message == "Which trade? Drains"


def test_opens_json_inside_a_form_field():
    lead = capture(
        {"formID": "1", "rawRequest": json.dumps({"q1_name": {"first": "Ann"}, "q2_email": "ann@example.com"})}
    )

    assert (lead.name, lead.email) == ("Ann", "ann@example.com")


def test_reads_the_numbered_parts_of_gravity_forms():
    entry = {"id": "9", "form_id": "1", "date_created": "2026-11-20 08:00:00", "1.3": "Ann", "1.6": "Lee", "1.2": ""}
    lead = capture(entry | {"2": "(415) 555-0123", "3": "ann@example.com", "4": "Leak"})

    assert (lead.name, lead.phone, lead.email) == ("Ann Lee", "+14155550123", "ann@example.com")
    assert (lead.message, lead.external_id) == ("Field 4: Leak", "9")


def test_an_inbound_text_is_from_the_customer():
    lead = capture({"From": "+14155550123", "To": "+12025550101", "Body": "Leak", "ToState": "DC", "FromState": "CA"})

    assert (lead.phone, lead.message, lead.region) == ("+14155550123", "Leak", "CA")


def test_on_a_call_we_made_the_customer_is_who_was_called():
    call = {"Direction": "outbound-api", "From": "+12025550101", "To": "+14155550123", "CallStatus": "busy"}
    lead = capture(call)

    assert (lead.phone, lead.message) == ("+14155550123", "Missed call (busy).")


def test_a_withheld_number_is_not_replaced_by_our_own():
    lead = capture({"From": "", "To": "+12025550101", "CallSid": "CA9", "CallStatus": "no-answer"})

    assert (lead.phone_raw, lead.message) == (None, "Missed call (no-answer).")


def test_pictures_without_words_are_stated():
    assert "2 pictures" in capture({"From": "+14155550123", "NumMedia": "2", "MediaUrl0": "a.jpg"}).message


def test_reads_an_inbound_email():
    lead = capture(
        {"from": "Ann Lee <ann@example.com>", "to": "us@example.org", "html": "<p>A <b>leak</b></p><style>x</style>"}
    )

    assert (lead.name, lead.email, lead.message) == ("Ann Lee", "ann@example.com", "A leak")


def test_takes_nothing_of_the_business_for_the_customers():
    business = {"name": "Pipes Ltd", "email": "us@example.org", "phone": "2025550101"}
    lead = capture({"business": business, "customer": {"name": "Ann"}, "form_name": "Contact", "message": "Leak"})

    assert (lead.name, lead.phone_raw, lead.email_raw, lead.company) == ("Ann", None, None, None)
    assert lead.attributes["business.name"] == "Pipes Ltd"


def test_takes_the_phone_that_can_be_called():
    assert capture({"phone": "n/a", "work_phone": "4155550123"}).phone == "+14155550123"


def test_an_appointment_is_not_the_time_of_arrival():
    lead = capture({"phone": "4155550123", "date": "2026-12-01", "datetime": "2026-12-01T08:00"})

    assert (lead.received_at, lead.notes) == (None, ())
    assert lead.attributes == {"date": "2026-12-01", "datetime": "2026-12-01T08:00"}


def test_the_id_of_a_websites_form_does_not_name_the_lead():
    assert capture({"id": "contact-form", "email": "ann@example.com"}).external_id is None


def test_every_lead_of_a_delivery_is_found():
    changes = [{"field": "leadgen", "value": {"leadgen_id": n, "form_id": 5}} for n in (1, 2)]
    leads = leads_in({"object": "page", "entry": [{"id": 3, "changes": changes}]}, country="US", now=NOW)

    assert [lead.external_id for lead in leads] == ["1", "2"]
    assert all("form_id: 5" in lead.message for lead in leads)


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"data": items, "paging": {"next": "x"}}])
def test_a_list_brings_a_lead_each(wrap):
    leads = leads_in(
        wrap([{"email": "a@example.com"}, {"email": ""}, {"email": "b@example.com"}]), country="US", now=NOW
    )

    assert [lead.email for lead in leads] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize("body", [None, "", " \0", {}, [], {"name": "", "a": [None, " "], "b": {"c": "\u200b"}}])
def test_an_all_blank_body_is_nothing_to_store(body):
    with pytest.raises(NothingToStore):
        leads_in(body, country="US", now=NOW, defaults={"message": "from the website", "service": "drains"})


@pytest.mark.parametrize("body", ["Leak!", 7, {"utm_source": "ad"}, {"form_id": 3}, ["a", "b"], {"x": False}])
def test_anything_else_is_stored_with_a_message(body):
    assert capture(body).message


def test_defaults_fill_what_came_blank():
    lead = capture(
        {"email": "ann@example.com", "service": "", "city": "Oakland"}, service="Drains", city="X", campaign="may"
    )

    assert (lead.service, lead.city, lead.attributes) == ("Drains", "Oakland", {"campaign": "may"})
