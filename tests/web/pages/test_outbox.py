"""/outbox: what would have been sent."""

import re

import pytest

from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import Channel, Lead, Message, Rep
from leadapp.transaction import transaction
from tests.builders import make_lead, reread


def test_texts_are_listed_with_state_and_cause(office, visit):
    make_lead(phone="+14155550123", name="Sam")

    page = visit(office.mia).open("/outbox").text

    assert "(415) 555-0123" in page
    assert "pending" in page


@pytest.mark.parametrize(
    ("body", "said"), [("a" * 160, "1 segment "), ("a" * 161, "2 segments "), ("í" * 71, "2 segments ")]
)
def test_each_text_says_what_it_costs_and_a_mail_costs_nothing(office, visit, body, said):
    lead = make_lead(phone="+14155550123")
    with transaction():
        db.session.query(Message).filter_by(to=lead.phone).update({"body": body})

    page = visit(office.mia).open("/outbox").text

    costs = dict(re.findall(r'data-channel="(\w+)".*?<p class="soft">(.*?)</p>', page, re.DOTALL))
    assert f"· {said}·" in costs.pop("sms")
    assert "segment" not in "".join(costs.values())


def test_the_office_reads_a_code_to_somebody_without_a_phone_at_hand(office, visit):
    visit().press("/sign-in", who="ana@example.com")

    assert "ana@example.com" in visit(office.mia).open("/outbox").text


def test_older_ones_are_a_page_further(office, visit, monkeypatch):
    monkeypatch.setattr("leadapp.queries.pages.OUTBOX_SHOWN", 1)
    monkeypatch.setattr("leadapp.web.pages.outbox.OUTBOX_SHOWN", 1)
    for number in (1, 2):
        make_lead(phone=f"+1415555012{number}")
    visitor = visit(office.mia)

    first = visitor.open("/outbox").text
    older = visitor.open("/outbox?before=" + re.search(r"before=(\w+)", first)[1]).text

    newest, next_newest = (re.findall(r'data-message="(\w+)"', page) for page in (first, older))
    assert len(newest) == len(next_newest) == 1
    assert newest > next_newest


def test_a_code_that_makes_an_owner_is_read_by_owners_alone(office, visit):
    visit().press("/sign-in", who="olivia@example.com")

    shown = {who: visit(getattr(office, who)).open("/outbox").text for who in ("mia", "olivia")}

    assert "(a sign-in code)" in shown["mia"]
    assert not re.search(r"\d{6} is your", shown["mia"])
    assert re.search(r"\d{6} is your Harbor Plumbing sign-in code", shown["olivia"])


def test_a_code_of_anybody_else_is_read_by_the_office(office, visit):
    visit().press("/sign-in", who="ana@example.com")

    assert re.search(r"\d{6} is your Harbor Plumbing sign-in code", visit(office.mia).open("/outbox").text)


class TestPlaying:
    """With no provider, a person plays the rep and the customer, so that the whole product can be tried."""

    def text_to_ana(self, office) -> Message:
        with transaction():
            db.session.get_one(Rep, office.ana.id).phone = "+14155550100"
        make_lead(message="burst pipe, water everywhere")
        jobs.deliver_due()
        db.session.rollback()
        return db.session.query(Message).filter_by(to="+14155550100", channel=Channel.SMS).one()

    def test_a_text_is_answered_as_the_rep_would(self, office, visit):
        text = self.text_to_ana(office)

        visit(office.mia).press(f"/outbox/{text.id}/reply", text="1")

        assert reread(text.lead_id).owner_id == office.ana.id

    def test_the_key_of_a_call_is_pressed(self, office, visit, clock):
        text = self.text_to_ana(office)
        clock.advance(60)
        jobs.deliver_due()
        db.session.rollback()
        call = db.session.query(Message).filter_by(channel=Channel.CALL, lead_id=text.lead_id).one()
        assert "Press 1" in visit(office.mia).open("/outbox").text

        visit(office.mia).press(f"/outbox/{call.id}/key", key="1")

        assert reread(text.lead_id).owner_id == office.ana.id

    def test_rungs_that_nobody_had_to_climb_are_not_shown(self, office, visit, clock):
        text = self.text_to_ana(office)
        assert visit(office.mia).open("/outbox").text.count('data-channel="call"') == 0
        visit(office.mia).press(f"/outbox/{text.id}/reply", text="1")

        clock.advance(60)
        jobs.deliver_due()
        db.session.rollback()

        assert visit(office.mia).open("/outbox").text.count('data-channel="call"') == 0

    def test_a_customer_texts_and_calls(self, office, visit):
        visitor = visit(office.mia)
        visitor.press("/outbox/customer", phone="(415) 555-0142", what="text", text="My sink is blocked")
        visitor.press("/outbox/customer", phone="(415) 555-0143", what="call")

        leads = db.session.query(Lead).order_by(Lead.id)
        assert [(lead.phone, lead.message) for lead in leads] == [
            ("+14155550142", "My sink is blocked"),
            ("+14155550143", None),
        ]

    @pytest.mark.parametrize(
        "form", [{"phone": "nonsense", "text": "x"}, {"phone": "+14155550142", "text": " "}, {"phone": ""}]
    )
    def test_what_cannot_be_played_is_said_and_makes_nothing(self, office, visit, form):
        answer = visit(office.mia).press("/outbox/customer", what="text", **form)

        assert answer.status_code == 422
        assert "Nothing was sent" in answer.text
        assert db.session.query(Lead).count() == 0

    @pytest.mark.parametrize("key", ["3", "", "\U0001f600"])
    def test_a_key_that_means_nothing_changes_nothing(self, office, visit, clock, key):
        text = self.text_to_ana(office)
        clock.advance(60)
        jobs.deliver_due()
        db.session.rollback()
        call = db.session.query(Message).filter_by(channel=Channel.CALL).one()

        assert visit(office.mia).press(f"/outbox/{call.id}/key", key=key).status_code == 422
        assert reread(text.lead_id).owner_id is None

    def test_reps_play_nobody(self, office, visit):
        text = self.text_to_ana(office)

        assert visit(office.ben).press(f"/outbox/{text.id}/reply", text="1").status_code == 403
        assert visit(office.ben).press("/outbox/customer", phone="+14155550142", text="x").status_code == 403
