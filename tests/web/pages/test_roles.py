"""Who may open what."""

import pytest

from tests.builders import make_lead

PAGES = ["/my", "/me", "/board", "/people", "/outbox", "/reports"]
MAY = {
    "ana": [200, 200, 200, 403, 403, 403],
    "mia": [200, 200, 200, 200, 200, 403],
    "olivia": [200, 200, 200, 200, 200, 200],
}


@pytest.mark.parametrize(
    ("who", "page", "status"),
    [(who, page, status) for who in MAY for page, status in zip(PAGES, MAY[who], strict=True)],
)
def test_each_role_opens_its_pages(office, visit, who, page, status):
    assert visit(getattr(office, who)).open(page).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_nobody_opens_anything_signed_out(office, visit, page):
    assert visit().open(page).location.startswith("/sign-in")


def test_a_lead_is_for_whom_it_was_offered_to_and_for_the_office(office, visit):
    url = f"/leads/{make_lead().id}"

    seen = {name: visit(getattr(office, name)).open(url).status_code for name in ("ana", "ben", "mia", "olivia")}

    assert seen == {"ana": 200, "ben": 404, "mia": 200, "olivia": 200}


@pytest.mark.parametrize("page", ["/leads/nothing", "/nothing"])
def test_what_is_not_there_is_a_friendly_404(office, visit, page):
    answer = visit(office.mia).open(page)

    assert answer.status_code == 404
    assert "Back to the start" in answer.text


@pytest.mark.parametrize("action", ["release", "contact", "closure", "assignment", "acceptance"])
def test_a_rep_does_nothing_to_anothers_lead(office, visit, action):
    lead = make_lead()

    answer = visit(office.ben).press(f"/leads/{lead.id}/{action}", reason="x", result="talked", outcome="won")

    assert answer.status_code == 404


@pytest.mark.parametrize("action", ["release", "contact", "closure", "assignment", "acceptance"])
def test_a_rep_does_nothing_to_an_offer_but_answer_it(office, visit, action):
    lead = make_lead()

    answer = visit(office.ana).press(f"/leads/{lead.id}/{action}", reason="x", result="talked", outcome="won")

    assert answer.status_code == 403


def test_a_change_without_the_token_is_refused(office, visit):
    answer = visit(office.ana).client.post("/me/presence", data={"state": "out"})

    assert answer.status_code == 400
    assert "open too long" in answer.text
