"""/leads/{id}: the question after a call, the next call, the promise, and how it ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from leadapp.extensions import db
from leadapp.models import Call, Event, Message
from leadapp.queries.calls import unanswered
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, close_lead
from tests.builders import make_lead, pending_offer, reread

CUSTOMER = {"name": "Sam Rivera", "phone": "+14155550123", "message": "No hot water", "address": "1 Main St"}


@pytest.fixture
def taken(office, clock):
    """A lead that Ana has accepted."""
    return accepted(clock, **CUSTOMER)


def accepted(clock, **fields):
    lead = make_lead(**fields)
    accept_offer(pending_offer(lead).id, now=clock.now())
    return reread(lead.id)


def question(page: str) -> str:
    """What is asked and offered after a call."""
    [found] = re.findall(r'<section class="panel question".*?</section>', page, re.DOTALL)
    return found


def places(page: str, *texts: str) -> list[int]:
    return [page.index(text) for text in texts]


def test_the_page_is_in_the_order_in_which_it_is_needed(office, visit, taken):
    page = visit(office.ana).open(f"/leads/{taken.id}").text

    order = places(
        page, "Sam Rivera", ">Call</a>", ">Text</a>", ">Map</a>", "No hot water", "How did the call go?",
        'id="texts"', 'id="tasks"', 'id="why"', 'id="timeline"', 'id="end"', ">Hand back<",
    )  # fmt: skip
    assert order == sorted(order)


def test_one_question_with_four_answers_stands_on_the_page_without_javascript(office, visit, taken):
    asked = question(visit(office.ana).open(f"/leads/{taken.id}").text)

    assert re.findall(r'<button class="button[^"]*">([^<]+)</button>', asked)[:4] == [
        "Talked",
        "Voicemail",
        "No answer",
        "Wrong number",
    ]
    assert "data-asked" not in asked


def test_a_tap_on_call_is_kept_and_asked_about_first_thing_until_it_is_answered(office, visit, taken):
    visitor = visit(office.ana)

    assert visitor.press(f"/leads/{taken.id}/calls").status_code == 204

    for _ in range(2):
        page = visitor.open(f"/leads/{taken.id}").text
        assert "data-asked" in question(page)
        assert "You called at 10:00 am." in question(page)
        assert places(page, "How did the call go?", "No hot water") == sorted(
            places(page, "How did the call go?", "No hot water")
        )
    assert [one.lead_id for one in unanswered(office.ana.id)] == [taken.id]
    assert "Ana called the customer." in visit(office.mia).open(f"/leads/{taken.id}").text

    visitor.press(f"/leads/{taken.id}/calls", result="no_answer", on="lead")
    assert "data-asked" not in question(visitor.open(f"/leads/{taken.id}").text)
    assert unanswered(office.ana.id) == []


def test_who_did_not_call_is_not_asked(office, visit, taken):
    visit(office.ana).press(f"/leads/{taken.id}/calls")

    assert "data-asked" not in question(visit(office.mia).open(f"/leads/{taken.id}").text)


def test_a_call_before_the_lead_went_to_another_is_asked_about_no_more(office, visit, taken, clock):
    visit(office.ana).press(f"/leads/{taken.id}/calls")

    assign_lead(taken.id, office.ben.id, now=clock.advance(1))

    assert unanswered(office.ana.id) == unanswered(office.ben.id) == []


@pytest.mark.parametrize("htmx", [True, False])
def test_talked_stops_the_clock(office, visit, taken, htmx):
    answer = visit(office.ana).press(f"/leads/{taken.id}/calls", htmx=htmx, result="talked", on="lead")

    assert (answer.status_code, reread(taken.id).state) == (200 if htmx else 303, LeadState.CONTACTED)


@pytest.mark.parametrize("result", ["voicemail", "no_answer"])
def test_nobody_reached_is_called_again_in_half_an_hour_unless_another_time_is_chosen(
    office, visit, taken, clock, result
):
    visitor = visit(office.ana)

    answer = visitor.press(f"/leads/{taken.id}/calls", htmx=True, result=result, on="lead")

    assert "Noted. Call again in 30:00." in answer.text
    assert 'data-state="claimed"' in answer.text
    page = answer.text
    assert re.search(r"Call again <time[^>]*>in 30:00", page)
    assert places(page, ">In 30 min<", ">Tomorrow 8:00 am<", "No hot water") == sorted(
        places(page, ">In 30 min<", ">Tomorrow 8:00 am<", "No hot water")
    )
    assert reread(taken.id).next_due_at == clock.now() + timedelta(minutes=30)

    visitor.press(f"/leads/{taken.id}/follow-up", again="morning", on="lead")
    assert reread(taken.id).next_due_at.isoformat() == "2026-11-23T08:00:00+00:00"
    visitor.press(f"/leads/{taken.id}/follow-up", again="soon", on="lead")
    assert reread(taken.id).next_due_at == clock.now() + timedelta(minutes=30)
    visitor.press(f"/leads/{taken.id}/follow-up", again="at", at="2026-11-22T15:30", on="lead")
    assert reread(taken.id).next_due_at.isoformat() == "2026-11-22T15:30:00+00:00"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-22T15:30", "at 3:30 pm"),
        ("2026-11-23T08:00", "tomorrow 8:00 am"),
        ("2026-11-24T14:05", "Tue 24 Nov, 2:05 pm"),
    ],
)
def test_the_next_call_is_said_as_people_say_it(office, visit, taken, at, said):
    visitor = visit(office.ana)
    visitor.press(f"/leads/{taken.id}/calls", result="no_answer", on="lead")

    page = visitor.press(f"/leads/{taken.id}/follow-up", htmx=True, again="at", at=at, on="lead").text

    assert f"Noted. Call again {said}." in page
    assert re.search(rf"Call again <time[^>]*>{said}<", page)


def test_a_time_is_read_on_the_readers_wall(office, visit, taken):
    with transaction():
        office.ana.time_zone = "America/Chicago"

    visit(office.ana).press(
        f"/leads/{taken.id}/calls", result="voicemail", again="at", at="2026-11-22T15:30", on="lead"
    )

    assert reread(taken.id).next_due_at.isoformat() == "2026-11-22T21:30:00+00:00"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-22T09:59", "That time has passed. Pick a later one."),
        ("2026-11-30T10:00", "That is too far off. Pick a time within 3 days."),
        ("2026-11-23T03:00", "That is in the night. Pick a time between 7:00 and 21:00."),
        ("soon", "Pick a day and a time."),
        ("", "Pick a day and a time."),
        ("9999-12-31T23:59", "That is too far off."),
        ("2026-02-31T10:00", "Pick a day and a time."),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_a_time_that_cannot_be_is_refused_in_a_sentence_and_stays_in_the_field(office, visit, taken, at, said, htmx):
    visitor = visit(office.ana)
    visitor.press(f"/leads/{taken.id}/calls", result="voicemail", on="lead")
    before = reread(taken.id).next_due_at

    answer = visitor.press(f"/leads/{taken.id}/follow-up", htmx=htmx, again="at", at=at, on="lead")

    assert (answer.status_code, said in answer.text) == (422, True)
    assert f'value="{at}"' in answer.text
    assert reread(taken.id).next_due_at == before


def test_a_wrong_number_offers_what_else_there_is(office, visit, clock):
    lead = accepted(clock, **CUSTOMER, email="sam@example.com")
    visitor = visit(office.ana)

    answer = visitor.press(f"/leads/{lead.id}/calls", htmx=True, result="wrong_number", on="lead").text

    [offered] = re.findall(r'aria-labelledby="wrong".*?</section>', answer, re.DOTALL)
    assert 'href="mailto:sam@example.com"' in offered
    assert ">Close: wrong number<" in offered
    assert "The clock runs on" in offered
    visitor.press(f"/leads/{lead.id}/closure", outcome="lost", reason="wrong number", on="lead")
    assert (reread(lead.id).outcome, reread(lead.id).outcome_reason) == ("lost", "wrong number")


def test_an_answer_that_is_none_is_refused(office, visit, taken):
    assert visit(office.ana).press(f"/leads/{taken.id}/calls", result="sang", on="lead").status_code == 422
    assert db.session.query(Call).count() == 0


def test_accept_and_will_call_in_twenty_minutes_is_one_form(office, visit, clock):
    lead = make_lead(**CUSTOMER)

    answer = visit(office.ana).press(f"/offers/{pending_offer(lead).id}/acceptance", htmx=True, call_in="20", on="my")

    assert "It is yours. The customer is told that you call by 10:20 am." in answer.text
    assert reread(lead.id).next_due_at == clock.now() + timedelta(minutes=20)


@pytest.mark.parametrize("call_in", ["7", "abc", "-20", "20000000"])
def test_a_promise_that_is_not_on_offer_accepts_nothing(office, visit, call_in):
    lead = make_lead(**CUSTOMER)

    answer = visit(office.ana).press(f"/offers/{pending_offer(lead).id}/acceptance", call_in=call_in, on="my")

    assert (answer.status_code, reread(lead.id).state) == (422, LeadState.OFFERED)


def test_the_customer_is_told_later_too(office, visit, taken, clock):
    visitor = visit(office.ana)
    assert re.findall(r'name="call_in" value="(\d+)"', visitor.open(f"/leads/{taken.id}").text) == [
        "10",
        "20",
        "30",
        "60",
    ]

    answer = visitor.press(f"/leads/{taken.id}/promise", htmx=True, call_in="30", on="lead")

    assert "The customer is told that you call by 10:30 am." in answer.text
    assert "The customer was told that you call by 10:30 am." in question(answer.text)
    assert db.session.query(Message).filter(Message.cause.startswith("promise:")).count() == 1


def test_who_cannot_be_told_is_said_so(office, visit, clock):
    lead = accepted(clock, phone="+14155550123", consent="no")

    answer = visit(office.ana).press(f"/leads/{lead.id}/promise", htmx=True, call_in="30", on="lead")

    assert "The customer could not be told. Call by 10:30 am." in answer.text


def test_it_ends_in_two_taps_with_a_reason(office, visit, taken):
    page = visit(office.ana).open(f"/leads/{taken.id}").text

    assert set(re.findall(r'<button class="button" name="reason" value="([^"]+)">', page)) == {
        "price", "went elsewhere", "no answer", "not our area", "not our trade", "spam", "wrong number",
        "selling something",
    }  # fmt: skip
    assert places(page, ">Won<", ">Lost<", ">Junk<", ">Duplicate<") == sorted(
        places(page, ">Won<", ">Lost<", ">Junk<", ">Duplicate<")
    )


def test_or_in_own_words(office, visit, taken):
    answer = visit(office.ana).press(
        f"/leads/{taken.id}/closure", htmx=True, outcome="lost", words="Moved <b>away</b>", on="lead"
    )

    assert reread(taken.id).outcome_reason == "Moved <b>away</b>"
    assert "Closed: lost, Moved &lt;b&gt;away&lt;/b&gt;." in answer.text
    assert ">Undo<" in answer.text


@pytest.mark.parametrize(
    ("values", "said"),
    [({"reason": "too far"}, "too far"), ({"reason": "other", "words": "My van broke down"}, "My van broke down")],
)
def test_handing_back_takes_a_reason_at_hand_or_own_words(office, visit, taken, values, said):
    visit(office.ana).press(f"/leads/{taken.id}/release", on="lead", **values)

    [row] = db.session.query(Event).filter_by(lead_id=taken.id, kind="released")
    assert row.text == f"Ana handed it back: {said}"


def test_another_reason_without_words_is_none_and_what_was_chosen_stays(office, visit, taken):
    answer = visit(office.ana).press(f"/leads/{taken.id}/release", htmx=True, reason="other", on="lead")

    assert (answer.status_code, reread(taken.id).owner_id) == (422, office.ana.id)
    assert "Say why, in a few words." in answer.text
    assert 'value="other" required checked' in answer.text


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("calls", {"result": "voicemail"}),
        ("contact", {"result": "talked"}),
        ("follow-up", {"again": "soon"}),
        ("promise", {"call_in": "20"}),
        ("closure", {"outcome": "won"}),
        ("release", {"reason": "too far"}),
        ("texts", {"text": "Hello"}),
    ],
)
class TestWhoMay:
    def test_a_tap_on_a_lead_that_has_gone_to_another_says_so(self, office, visit, taken, clock, action, values):
        assign_lead(taken.id, office.ben.id, now=clock.advance(1))

        for htmx in (True, False):
            answer = visit(office.ana).press(f"/leads/{taken.id}/{action}", htmx=htmx, on="lead", **values)
            assert answer.status_code == 409
            assert "This lead is not yours any more. Somebody else has it." in answer.text
            assert 'id="my"' in answer.text
        assert reread(taken.id).owner_id == office.ben.id

    def test_a_lead_that_was_never_his_is_not_there_for_him(self, office, visit, taken, action, values):
        assert visit(office.ben).press(f"/leads/{taken.id}/{action}", on="lead", **values).status_code == 404
        assert visit(office.ana).press(f"/leads/nope/{action}", on="lead", **values).status_code == 404

    def test_one_that_is_only_offered_to_him_is_not_his_yet(self, office, visit, action, values):
        lead = make_lead(**CUSTOMER)

        assert visit(office.ana).press(f"/leads/{lead.id}/{action}", on="lead", **values).status_code == 403

    def test_nobody_does_anything_signed_out(self, visit, taken, action, values):
        assert visit().press(f"/leads/{taken.id}/{action}", on="lead", **values).location.startswith("/sign-in")

    def test_on_one_that_is_closed_it_says_so(self, office, visit, taken, clock, action, values):
        close_lead(taken.id, outcome="lost", now=clock.now())

        answer = visit(office.ana).press(f"/leads/{taken.id}/{action}", htmx=True, on="lead", **values)

        assert (answer.status_code, 'data-state="closed"' in answer.text) == (409, True)


def test_a_tap_on_call_needs_the_lead_to_be_known(office, visit, taken):
    assert visit(office.ben).press(f"/leads/{taken.id}/calls").status_code == 404
    assert db.session.query(Call).count() == 0


def test_the_timeline_shows_the_newest_five_and_folds_the_rest(office, visit, taken, clock):
    for number in range(4):
        visit(office.ana).press(f"/leads/{taken.id}/texts", text=f"Number {number}", on="lead")
        clock.advance(1)

    page = visit(office.ana).open(f"/leads/{taken.id}").text

    [section] = re.findall(r'aria-labelledby="timeline".*?</section>', page, re.DOTALL)
    shown, folded = section.split("<summary>All")
    assert shown.count("timeline__row") == 5
    assert folded.count("timeline__row") >= 3
    assert "Number 3" in shown


def test_a_lead_with_only_an_e_mail_has_that_first_and_asks_about_no_call(office, visit, clock):
    page = visit(office.ana).open(f"/leads/{accepted(clock, email='sam@example.com').id}").text

    assert re.search(r'<div class="buttons reach"><a class="[^"]*button--main" href="mailto:sam@example.com">', page)
    assert "tel:" not in page
    assert "Voicemail" not in page
    assert ">E-mail sent<" in question(page)


def test_a_lead_with_only_a_message_has_no_ways_and_still_ends(office, visit, clock):
    page = visit(office.ana).open(f"/leads/{accepted(clock, message='Please call my neighbour').id}").text

    assert "reach" not in page
    assert ">Talked<" in question(page)
    assert ">Won<" in page


def test_a_very_long_message_is_folded(office, visit, clock):
    long = "water " * 1700
    page = visit(office.ana).open(f"/leads/{accepted(clock, message=long).id}").text

    folded = r'<blockquote[^>]*>(.*?)<details class="fold"><summary>All of it</summary>(.*?)</details>'
    start, rest = re.search(folded, page, re.DOTALL).groups()
    assert len(start) <= 300
    assert start + rest == long.strip()


def test_html_emoji_and_right_to_left_text_stay_what_they_are(office, visit, clock):
    dirt = "<img src=x onerror=alert(1)>"
    fields = dict.fromkeys(("message", "service", "address", "city", "company", "source"), dirt)
    lead = accepted(clock, **fields, name="مريم 🚿 <b>", phone="+14155550123", attributes={dirt: dirt})

    page = visit(office.ana).open(f"/leads/{lead.id}").text

    assert "<img src=x" not in page
    assert "<bdi>مريم 🚿 &lt;b&gt;</bdi>" in page


def test_it_asks_the_database_no_more_when_others_have_many_leads(office, visit, taken, clock):
    visitor, asked = visit(office.ana), []
    visitor.press(f"/leads/{taken.id}/calls")
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    visitor.open(f"/leads/{taken.id}")
    before = len(asked)
    for number in range(10):
        accepted(clock, phone=f"+1415555{number:04}")
    asked.clear()

    visitor.open(f"/leads/{taken.id}")

    assert len(asked) <= before <= 16
