"""/board: every open lead by its clock."""

import re
from html import unescape

import pytest
from sqlalchemy import event

from leadapp.extensions import db
from leadapp.models import Message, PushSubscription, Rule, VapidKey
from leadapp.transaction import transaction
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead
from leadapp.workflow.people import set_presence
from leadapp.workflow.receipts import message_opened, message_shown
from tests.builders import make_lead, pending_offer, reread


def poll_of(page):
    """The address at which the board asks for itself."""
    return unescape(re.search(r'id="board" hx-get="([^"]+)"', page)[1])


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
        "to Ben",
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

    assert "says how it ended" in page
    assert "data-due" not in page


def test_a_flood_shows_the_first_hundred_and_counts_the_rest(office, visit, monkeypatch):
    monkeypatch.setattr("leadapp.web.pages.board.SHOWN", 3)
    for number in range(5):
        make_lead(phone=f"+1415555010{number}")

    page = visit(office.mia).open("/board").text

    assert page.count("<article") == 3
    assert "And 2 more" in page
    assert "<b>5</b>" in page


def test_an_unchanged_poll_is_one_statement_and_reads_no_lead(office, visit):
    make_lead()
    visitor = visit(office.mia)
    url = poll_of(visitor.open("/board").text)
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
        url = poll_of(visitor.open("/board").text)
        clock.advance(19)
        assert visitor.open(url, htmx=True).status_code == 204

        clock.advance(1)
        answer = visitor.open(url, htmx=True)

        assert "Ana&#39;s phone has not shown it" in answer.text
        again = poll_of(answer.text)
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


class TestLookingForSomething:
    """Each narrows the board, and the poll keeps to it."""

    @pytest.fixture
    def leads(self, office, clock):
        names = {"sam": ("Sam Rivera", "Tap drips"), "pat": ("Pat Lee", "Burst pipe, water everywhere")}
        return {
            who: make_lead(name=name, message=words, phone=f"+1415555012{number}")
            for number, (who, (name, words)) in enumerate(names.items())
        }

    def shown(self, page):
        return set(re.findall(r'data-lead="(\w+)"', page))

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=rivera", {"sam"}),
            ("q=everywhere", {"pat"}),
            ("q=555-0121", {"pat"}),
            ("q=nobody", set()),
            ("urgent=1", {"pat"}),
            ("late=1", set()),
            ("mine=1", set()),
            ("shown=garbage&team=", {"sam", "pat"}),
            ("team=nothing", set()),
        ],
    )
    def test_finds(self, office, visit, leads, query, found):
        visitor = visit(office.mia)
        page = visitor.open(f"/board?{query}").text

        assert self.shown(page) == {leads[who].id for who in found}
        assert visitor.open(poll_of(page), htmx=True).status_code == 204
        assert self.shown(visitor.open(f"/board?{query}", htmx=True).text) == {leads[who].id for who in found}

    def test_late_is_what_nobody_took_and_what_should_have_been_called(self, office, visit, leads, clock):
        accept_offer(pending_offer(leads["sam"]).id, now=clock.now())
        clock.advance(901)
        advance_lead(leads["sam"].id, clock.now())  # its owner is reminded, and is late all the same

        page = visit(office.mia).open("/board?late=1").text

        assert self.shown(page) == {leads["sam"].id}
        assert "LATE" in page
        assert "should have called" in page
        assert "1 s late" in page

    def test_an_action_stays_with_what_was_looked_for(self, office, visit, leads):
        visitor = visit(office.mia)

        answer = visitor.press("/board/assignments?q=rivera", htmx=True, lead=leads["sam"].id, on="board")

        assert self.shown(answer.text) == {leads["sam"].id}
        assert "q=rivera" in poll_of(answer.text)

    def test_a_flood_can_be_shown_whole(self, office, visit, monkeypatch):
        monkeypatch.setattr("leadapp.web.pages.board.SHOWN", 3)
        for number in range(5):
            make_lead(phone=f"+1415555013{number}")
        visitor = visit(office.mia)

        more = unescape(re.search(r'href="(/board\?shown=[^"]+)"', visitor.open("/board").text)[1])

        assert visitor.open(more).text.count("<article") == 5


class TestBesideTheBoard:
    """One lead with everything the office may do to it."""

    def test_says_who_could_have_it_the_likeliest_first(self, office, visit, clock):
        lead = make_lead()
        set_presence(office.olivia.id, state="out", now=clock.now())

        panel = visit(office.mia).open(f"/board/{lead.id}", htmx=True).text

        names = re.findall(r'gift__name">(\w+)<', panel)
        assert (names[0], names[-1]) == ("Ben", "Olivia")
        assert "next in Plumbing" in panel
        assert "Out of office" in panel

    def test_is_the_leads_own_page_without_javascript(self, office, visit):
        lead = make_lead()

        assert visit(office.mia).open(f"/board/{lead.id}").location == f"/leads/{lead.id}"

    def test_is_for_the_office(self, office, visit):
        lead = make_lead()

        assert visit(office.ana).open(f"/board/{lead.id}", htmx=True).status_code == 403
        assert visit(office.ana).press(f"/leads/{lead.id}/nudges", on="board").status_code == 403
        assert visit(office.ana).press("/board/assignments", lead=lead.id, on="board").status_code == 403

    def test_whoever_is_away_can_be_given_a_lead_and_it_is_said(self, office, visit, clock):
        lead = make_lead()
        set_presence(office.ben.id, state="out", now=clock.now())

        answer = visit(office.mia).press(f"/leads/{lead.id}/assignment", htmx=True, rep=office.ben.id, on="board")

        assert "It is Ben&#39;s now. Ben is away." in answer.text
        assert reread(lead.id).owner_id == office.ben.id

    def test_giving_it_to_somebody_can_be_undone(self, office, visit):
        lead = make_lead()
        visitor = visit(office.mia)
        answer = visitor.press(f"/leads/{lead.id}/assignment", htmx=True, rep=office.ben.id, on="board").text
        url, mark = undo_in(answer)

        undone = visitor.press(url, htmx=True, mark=mark, on="board")

        assert "All is as it was." in undone.text
        assert pending_offer(lead).rep_id == office.ana.id

    def test_too_late_to_undo_says_so(self, office, visit, clock):
        lead = make_lead()
        visitor = visit(office.mia)
        url, mark = undo_in(visitor.press("/board/assignments", htmx=True, lead=lead.id, on="board").text)
        assign_lead(lead.id, office.ben.id, now=clock.now(), actor_id=office.olivia.id)

        undone = visitor.press(url, htmx=True, mark=mark, on="board")

        assert undone.status_code == 409
        assert "More has happened" in undone.text
        assert reread(lead.id).owner_id == office.ben.id

    def test_nudge_note_and_junk(self, office, visit):
        lead = make_lead()
        visitor = visit(office.mia)

        assert "Ana is rung now." in visitor.press(f"/leads/{lead.id}/nudges", htmx=True, on="board").text
        assert "Give it a minute" in visitor.press(f"/leads/{lead.id}/nudges", htmx=True, on="board").text
        assert visitor.press(f"/leads/{lead.id}/notes", htmx=True, on="board", note=" ").status_code == 422
        assert "Noted." in visitor.press(f"/leads/{lead.id}/notes", htmx=True, on="board", note="Gate is open").text
        assert "Gate is open" in visitor.open(f"/leads/{lead.id}").text
        assert "Undo" in visitor.press(f"/leads/{lead.id}/closure", htmx=True, on="board", outcome="spam").text
        assert "Open it again" in visitor.open(f"/leads/{lead.id}").text

    def test_what_may_be_the_same_request_is_put_together_in_one_tap(self, office, visit):
        first = make_lead(name="Sam Rivera", message="Tap drips", phone="+14155550123")
        second = make_lead(name="sam rivera", email="sam@example.com", message="Water everywhere")
        visitor = visit(office.mia)
        assert "Tap drips" in visitor.open(f"/board/{second.id}", htmx=True).text

        answer = visitor.press(f"/leads/{second.id}/merger", htmx=True, into=first.id, on="board")

        assert "Put together." in answer.text
        assert second.id not in re.findall(r'data-lead="(\w+)"', answer.text)
        assert visitor.press(f"/leads/{first.id}/merger", into="nothing", on="board").status_code == 422

    def test_nobody_acts_on_a_lead_that_is_not_there(self, office, visit):
        visitor = visit(office.mia)

        assert visitor.press("/board/assignments", lead="nothing", on="board").status_code == 404
        assert visitor.press("/leads/nothing/nudges", on="board").status_code == 404
        assert visitor.open("/board/nothing", htmx=True).status_code == 404


def undo_in(page):
    """Where the form posts that puts things back, and its mark."""
    url = unescape(re.search(r'hx-post="([^"]+/restoration[^"]*)"', page)[1])
    return url, re.search(r'name="mark" value="(\w+)"', page)[1]
