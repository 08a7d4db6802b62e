"""The texts on a lead's page: what was said, what has become of it, and the field to answer in."""

import re

import pytest

from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import WRITTEN, InboundText, Lead, Message, MessageState
from leadapp.transaction import transaction
from leadapp.workflow.inbound import Incoming, take_missed_call, take_text
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import close_lead
from tests.builders import make_lead, pending_offer, reread

CUSTOMER = "+14155550142"  # of Los Angeles, eight hours behind the office


@pytest.fixture
def lead(office, clock):
    """Ana's, of somebody who texted first."""
    take_text(Incoming("SM1", CUSTOMER, "US"), "No hot water", clock.now())
    made = db.session.query(Lead).one()
    accept_offer(pending_offer(made).id, now=clock.now())
    return reread(made.id)


def texts(page: str) -> list[tuple[str, str]]:
    """What was said and what stands below it, as a reader sees them."""
    found = re.findall(r'<li class="thread__text[^>]*><div[^>]*>(.*?)</div><p[^>]*>(.*?)</p></li>', page, re.DOTALL)
    return [(said, re.sub(r"<[^>]+>", "", below)) for said, below in found]


def below(page: str, said: str) -> str:
    return dict(texts(page))[said]


def field(page: str) -> str | None:
    """What stands in the field; None when there is none."""
    found = re.search(r'<textarea name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return found[1] if found else None


def test_the_thread_is_read_from_the_oldest_with_who_when_and_what_became_of_it(office, visit, lead, clock):
    jobs.deliver_due()
    clock.advance(60)
    visitor = visit(office.ana)
    visitor.press(f"/leads/{lead.id}/texts", text="Which street?", on="lead")
    clock.advance(60)
    take_text(Incoming("SM2", CUSTOMER, "US"), "Main St 1", clock.now())

    found = texts(visitor.open(f"/leads/{lead.id}").text)

    assert [said for said, _ in found] == ["No hot water", found[1][0], "Which street?", "Main St 1"]
    assert found[1][0].startswith("Harbor Plumbing got your request.")
    assert [said for _, said in found] == [
        "The customer, 10:00 am",
        "Sent by itself, 10:00 am · sent · 1 segment",
        "Ana, 10:01 am · waiting · 1 segment",
        "The customer, 10:02 am",
    ]


def test_a_first_text_that_was_not_kept_beside_the_lead_is_shown_too(office, visit, lead):
    with transaction():
        db.session.query(InboundText).delete()

    assert texts(visit(office.ana).open(f"/leads/{lead.id}").text)[0] == ("No hot water", "The customer, 10:00 am")


def test_what_came_another_way_is_no_text(office, visit, clock):
    lead = make_lead(phone=CUSTOMER, message="By the form", external_id="7")
    called = take_missed_call(Incoming("CA1", "+14155550177", "US"), clock.now())
    page = visit(office.mia)

    assert "By the form" not in dict(texts(page.open(f"/leads/{lead.id}").text))
    assert [below for _, below in texts(page.open(f"/leads/{called}").text)] == [
        "Sent by itself, 10:00 am · waiting · 1 segment"
    ]


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        (MessageState.SENDING, None, "waiting"),
        (MessageState.SENT, None, "sent"),
        (MessageState.SHOWN, None, "delivered"),
        (MessageState.FAILED, "The carrier does not know this number.", "failed: The carrier does not know"),
        (MessageState.DROPPED, "It was too late to send it.", "not sent: It was too late"),
    ],
)
def test_what_became_of_a_text_is_said_in_words(office, visit, lead, state, error, said):
    visitor = visit(office.ana)
    visitor.press(f"/leads/{lead.id}/texts", text="Hello", on="lead")
    with transaction():
        db.session.query(Message).filter_by(body="Hello").update({"state": state, "error": error})

    assert f"· {said}" in below(visitor.open(f"/leads/{lead.id}").text, "Hello")


@pytest.mark.parametrize(
    "link", ["https://example.com/api.twilio.com/x", "http://api.twilio.com/x", "https://api.twilio.com.example.com/x"]
)
def test_what_a_customer_links_to_stays_words(office, visit, lead, clock, link):
    take_text(Incoming("SM2", CUSTOMER, "US"), link, clock.now())

    page = visit(office.ana).open(f"/leads/{lead.id}").text

    assert f"{link}" in page
    assert f'href="{link}' not in page


def test_a_long_text_says_what_it_costs(office, visit, lead):
    visitor = visit(office.ana)

    answer = visitor.press(f"/leads/{lead.id}/texts", htmx=True, text="é" * 161 + "í", on="lead")

    assert "Texted, in 3 segments." in answer.text
    assert "3 segments" in below(answer.text, "é" * 161 + "í")


def test_without_javascript_the_form_leads_back_to_the_lead(office, visit, lead):
    visitor = visit(office.ana)

    answer = visitor.press(f"/leads/{lead.id}/texts", text="On my way", on="lead")

    assert (answer.status_code, answer.location) == (303, f"/leads/{lead.id}")
    page = visitor.open(answer.location).text
    assert "Texted." in page
    assert field(page) == ""
    assert [message.body for message in db.session.query(Message).filter(Message.cause.startswith(WRITTEN))] == [
        "On my way"
    ]


def test_with_htmx_only_the_lead_is_replaced_and_the_field_is_a_fresh_one(office, visit, lead):
    visitor = visit(office.ana)
    before = visitor.open(f"/leads/{lead.id}").text

    answer = visitor.press(f"/leads/{lead.id}/texts", htmx=True, text="On my way", on="lead").text

    assert answer.lstrip().startswith('<article id="lead"')
    assert below(answer, "On my way")
    ids = [re.search(r'<textarea name="text" id="([^"]+)"', page)[1] for page in (before, answer)]
    assert ids[0] != ids[1]


@pytest.mark.parametrize("htmx", [True, False])
def test_what_was_refused_stays_in_the_field(office, visit, lead, htmx):
    answer = visit(office.ana).press(f"/leads/{lead.id}/texts", htmx=htmx, text="x" * 1601, on="lead")

    assert answer.status_code == 422
    assert "This has 1,601 characters, and a text holds at most 1,600. Nothing was sent." in answer.text
    assert field(answer.text) == "x" * 1601


def test_a_blank_text_is_refused_in_a_sentence(office, visit, lead):
    answer = visit(office.ana).press(f"/leads/{lead.id}/texts", text=" ", on="lead")

    assert (answer.status_code, "Nothing was sent." in answer.text) == (422, True)


def test_a_number_that_wants_no_texts_has_no_field_and_it_is_said(office, visit, lead, clock):
    visitor = visit(office.ana)
    assert field(visitor.open(f"/leads/{lead.id}").text) == ""

    take_text(Incoming("SM2", CUSTOMER, "US"), "STOP", clock.now())

    page = visitor.open(f"/leads/{lead.id}").text
    assert "This number wants no texts. Call instead." in page
    assert "sms:" not in page
    assert field(page) is None
    answer = visitor.press(f"/leads/{lead.id}/texts", htmx=True, text="Why?", on="lead")
    assert (answer.status_code, "Nothing was sent" in answer.text) == (409, True)


def test_a_lead_without_a_phone_has_no_thread(office, visit):
    lead = make_lead(email="sam@example.com")

    assert 'id="texts"' not in visit(office.mia).open(f"/leads/{lead.id}").text


def test_a_closed_lead_is_read_and_not_written_to(office, visit, lead, clock):
    close_lead(lead.id, outcome="won", now=clock.now())

    page = visit(office.ana).open(f"/leads/{lead.id}").text

    assert "No hot water" in dict(texts(page))
    assert field(page) is None


def test_office_and_owner_text_too_and_another_rep_sees_nothing(office, visit, lead):
    for person in (office.mia, office.olivia):
        visit(person).press(f"/leads/{lead.id}/texts", text=f"It is {person.name}", on="lead")

    page = visit(office.ana).open(f"/leads/{lead.id}").text
    assert {"It is Mia", "It is Olivia"} <= dict(texts(page)).keys()
    assert visit(office.ben).press(f"/leads/{lead.id}/texts", text="Hi", on="lead").status_code == 404


def test_before_accepting_there_is_neither_thread_nor_text(office, visit, clock):
    lead = make_lead(phone=CUSTOMER)
    visitor = visit(office.ana)

    assert 'id="texts"' not in visitor.open(f"/leads/{lead.id}").text
    assert visitor.press(f"/leads/{lead.id}/texts", text="Hi", on="lead").status_code == 403


def test_what_waits_for_the_quiet_hours_says_when_it_goes(office, visit, lead, clock):
    clock.advance(3601)
    visitor = visit(office.ana)

    answer = visitor.press(f"/leads/{lead.id}/texts", htmx=True, text="Still cold?", on="lead")

    assert "It goes tomorrow 5:00 pm, after the quiet hours: nobody has been reached yet." in answer.text
    assert "waits for the end of the quiet hours, goes tomorrow 5:00 pm" in below(answer.text, "Still cold?")


def test_the_page_asks_anew_while_a_text_is_on_its_way_and_rests_when_it_is_sent(office, visit, lead):
    visitor = visit(office.ana)
    poll = f'hx-get="/leads/{lead.id}"'
    visitor.press(f"/leads/{lead.id}/texts", text="On my way", on="lead")
    assert poll in visitor.open(f"/leads/{lead.id}").text

    jobs.deliver_due()
    db.session.rollback()

    page = visitor.open(f"/leads/{lead.id}").text
    assert poll not in page
    assert "· sent ·" in below(page, "On my way")


def test_dirty_texts_are_shown_as_text(office, visit, lead, clock):
    take_text(Incoming("SM2", CUSTOMER, "US"), "<script>alert(1)</script>" + "W" * 10_000, clock.now())

    page = visit(office.ana).open(f"/leads/{lead.id}").text

    assert "<script>alert" not in page
    assert len(re.findall("W", page)) >= 10_000
