"""/outbox: what would have been sent."""

import re

from tests.builders import make_lead


def test_texts_are_listed_with_state_and_cause(office, visit):
    make_lead(phone="+14155550123", name="Sam")

    page = visit(office.mia).open("/outbox").text

    assert "(415) 555-0123" in page
    assert "pending" in page


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
