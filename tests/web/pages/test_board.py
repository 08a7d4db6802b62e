"""/board: every open lead by its clock."""

import re
from html import unescape

import pytest
from sqlalchemy import event

from leadapp.extensions import db
from leadapp.models import Message, PushSubscription, Rule, VapidKey
from leadapp.transaction import transaction
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.receipts import message_opened, message_shown
from tests.builders import make_lead, pending_offer, reread


def test_the_most_pressing_clock_comes_first(office, visit, clock):
    calm = make_lead(message="A quote, please", phone="+14155550001")
    clock.advance(10)
    later = make_lead(message="Another quote", phone="+14155550002")
    urgent = make_lead(message="Burst pipe", phone="+14155550003")

    page = visit(office.mia).open("/board").text

    assert re.findall(r'data-lead="(\w+)"', page) == [urgent.id, calm.id, later.id]


def test_a_row_says_whose_how_long_and_what_next(office, visit, clock):
    make_lead(service="Drain", city="Oakland", source="website")
    clock.advance(65)

    page = visit(office.mia).open("/board").text

    for said in (
        "Drain",
        "Oakland",
        "website",
        "Ana",
        ">1 min</time>",
        "Ana answers, or it moves on",
        ">in 3:55</time>",
    ):
        assert said in page


def test_a_rep_sees_only_own_and_offered_leads_and_no_take_over(office, visit):
    first, second = make_lead(phone="+14155550001"), make_lead(phone="+14155550002")

    page = visit(office.ana).open("/board").text

    assert first.id in page
    assert second.id not in page
    assert "Take over" not in page


@pytest.mark.parametrize(("htmx", "status"), [(False, 303), (True, 200)])
def test_take_over_makes_it_mine(office, visit, htmx, status):
    lead = make_lead()

    answer = visit(office.mia).press(f"/leads/{lead.id}/assignment", on="board", htmx=htmx)

    assert answer.status_code == status
    assert reread(lead.id).owner_id == office.mia.id


def test_a_contacted_lead_waits_for_its_outcome_without_a_clock(office, visit, clock):
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.now())
    visit(office.ana).press(f"/leads/{lead.id}/contact", result="talked", on="lead")

    page = visit(office.mia).open("/board").text

    assert "Ana says how it ended" in page
    assert "data-due" not in page


def test_a_flood_shows_the_first_hundred_and_counts_the_rest(office, visit, monkeypatch):
    monkeypatch.setattr("leadapp.queries.board.SHOWN", 3)
    for number in range(5):
        make_lead(phone=f"+1415555010{number}")

    page = visit(office.mia).open("/board").text

    assert page.count("<article") == 3
    assert "And 2 more" in page
    assert "<b>5</b>" in page


def test_an_unchanged_poll_is_one_statement_and_reads_no_lead(office, visit):
    make_lead()
    visitor = visit(office.mia)
    url = visitor.open("/board").text.split('hx-get="')[1].split('"')[0]
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    answer = visitor.open(url, htmx=True)

    assert answer.status_code == 204
    [only] = [statement for statement in asked if statement != "BEGIN"]
    assert "board_version" in only
    assert "leads" not in only


def test_the_page_includes_the_part_that_the_poll_answers(office, visit):
    make_lead()
    visitor = visit(office.mia)

    part, page = (visitor.open("/board", htmx=htmx).text for htmx in (True, False))

    without_tokens = re.compile(r'name="csrf_token" value="[^"]+"')  # each carries the second it was signed in
    assert without_tokens.sub("", part).strip() in without_tokens.sub("", page)


def test_the_owner_alone_is_told_what_is_wrong_with_the_set_up(office, visit, clock):
    with transaction():
        db.session.add(
            Rule(name="<North>", position=1, conditions=[None], rep_id=office.ben.id, created_at=clock.now())
        )
    owners = visit(office.olivia)
    assert 'class="alarms"' not in owners.open("/board").text

    make_lead()

    assert "The rule &lt;North&gt; is skipped: " in owners.open("/board").text
    assert 'class="alarms"' not in visit(office.mia).open("/board").text
    assert 'class="alarms"' not in visit(office.ana).open("/board").text


class TestReceipts:
    """What the phones of whoever is asked have reported."""

    @pytest.fixture(autouse=True)
    def phones(self, office, clock):
        with transaction():
            db.session.add(VapidKey(id="key", public="public", private="private", created_at=clock.now()))
            db.session.flush()
            for rep in (office.ana, office.ben):
                db.session.add(
                    PushSubscription(
                        rep_id=rep.id, endpoint=f"https://push.example/{rep.id}", p256dh="p", auth="a", key_id="key",
                        created_at=clock.now(), seen_at=clock.now(),
                    )
                )  # fmt: skip

    @staticmethod
    def receipt(rep):
        pushed = db.session.query(Message).filter_by(rep_id=rep.id, channel="push")
        return pushed.order_by(Message.id.desc()).first().receipt

    def test_after_twenty_seconds_it_says_that_the_phone_has_not_shown_it(self, office, visit, clock):
        make_lead()
        visitor = visit(office.mia)
        clock.advance(19)
        assert "phone has" not in visitor.open("/board").text

        clock.advance(1)

        assert "Ana&#39;s phone has not shown it" in visitor.open("/board").text

    def test_a_poll_says_it_although_nothing_else_has_changed(self, office, visit, clock):
        make_lead()
        visitor = visit(office.mia)
        url = unescape(visitor.open("/board").text.split('hx-get="')[1].split('"')[0])
        clock.advance(19)
        assert visitor.open(url, htmx=True).status_code == 204

        clock.advance(1)
        answer = visitor.open(url, htmx=True)

        assert "Ana&#39;s phone has not shown it" in answer.text
        again = unescape(answer.text.split('hx-get="')[1].split('"')[0])
        assert visitor.open(again, htmx=True).status_code == 204

    @pytest.mark.parametrize(
        ("report", "says"), [(message_shown, "Ana&#39;s phone has shown it"), (message_opened, "Ana has opened it")]
    )
    def test_it_says_what_the_phone_reported(self, office, visit, clock, report, says):
        make_lead()
        report(self.receipt(office.ana), clock.now())
        clock.advance(60)

        page = visit(office.mia).open("/board").text

        assert says in page
        assert "not shown it" not in page

    def test_of_several_who_were_asked_it_counts(self, office, visit, clock):
        change_team(office.plumbing.id, {"mode": "broadcast"}, now=clock.now())
        make_lead()
        message_shown(self.receipt(office.ben), clock.now())

        assert "Shown to 1 of 2 who were asked" in visit(office.mia).open("/board").text

    def test_a_rep_is_not_told_about_phones(self, office, visit, clock):
        make_lead()
        clock.advance(20)

        assert "phone has" not in visit(office.ana).open("/board").text

    def test_more_leads_cost_no_more_statements(self, office, visit):
        def statements():
            asked = []

            def listen(_connection, _cursor, statement, *_rest):
                asked.append(statement)

            event.listen(db.engine, "before_cursor_execute", listen)
            visitor.open("/board")
            event.remove(db.engine, "before_cursor_execute", listen)
            return len(asked)

        visitor = visit(office.mia)
        make_lead(phone="+14155550001")
        one = statements()
        for number in range(2, 6):
            make_lead(phone=f"+1415555000{number}")

        assert statements() == one

    def test_once_it_is_taken_nothing_is_said(self, office, visit, clock):
        lead = make_lead()
        clock.advance(30)
        accept_offer(pending_offer(lead).id, now=clock.now())

        assert "phone has" not in visit(office.mia).open("/board").text
