"""/me: presence with a return time, undo, and the turn ledger."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from leadapp.extensions import db
from leadapp.models import OptOut, PushSubscription, Rep, Team, VapidKey
from leadapp.routing.values import Presence
from leadapp.transaction import transaction
from leadapp.workflow.alerts import test_alert as ring_for_a_test
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.receipts import message_shown
from tests.builders import make_lead, pending_offer


def test_out_of_office_moves_the_pending_offer_and_says_so(office, visit):
    lead = make_lead()

    answer = visit(office.ana).press("/me/presence", htmx=True, state="out", **{"for": "1h"})

    assert "You are out of office until 11:00 am. 1 offer moved on." in answer.text
    assert 'aria-checked="true"' in answer.text
    assert pending_offer(lead).rep_id == office.ben.id


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ({"for": "30m"}, datetime(2026, 11, 22, 10, 30, tzinfo=UTC)),
        ({"for": "today"}, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ({"for": "tomorrow"}, datetime(2026, 11, 23, 16, tzinfo=UTC)),
        ({"for": "until", "until": "15:30"}, datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),
        ({"for": "until", "until": "01:00"}, datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ({"for": "until", "until": "2026-12-01T09:00"}, datetime(2026, 12, 1, 17, tzinfo=UTC)),
        ({"for": "open"}, None),
    ],
)
def test_the_return_time_is_read_in_the_persons_zone(office, visit, choice, until):
    with transaction():
        office.ana.time_zone = "America/Los_Angeles"

    visit(office.ana).press("/me/presence", state="busy", **choice)

    db.session.refresh(office.ana)
    assert (office.ana.presence, office.ana.presence_until) == (Presence.BUSY, until)


def test_undo_puts_back_what_was_there(office, visit):
    visitor = visit(office.ana)
    visitor.press("/me/presence", state="out", cover=office.ben.id, **{"for": "tomorrow"})
    before = (office.ana.presence, office.ana.presence_until, office.ana.cover_id)

    answer = visitor.press("/me/presence", htmx=True, state="available")
    undo = re.search(r'data-notice>.*?action="/me/presence"[^>]*>(.*?)</form>', answer.text, re.DOTALL)[1]
    visitor.press("/me/presence", **dict(re.findall(r'name="(?!csrf)(\w+)" value="([^"]*)"', undo)))

    db.session.refresh(office.ana)
    assert "Undo" in undo
    assert (office.ana.presence, office.ana.presence_until, office.ana.cover_id) == before


def pressed_undo(visitor, answer, **changes):
    """Presses the Undo that the answer offers."""
    [url, undo] = re.search(r'data-notice>.*?action="([^"]+)"[^>]*>(.*?)</form>', answer.text, re.DOTALL).groups()
    values = {name: unescape(value) for name, value in re.findall(r'name="(?!csrf)(\w+)" value="([^"]*)"', undo)}
    return visitor.press(url, htmx=True, **values | changes)


def test_undo_puts_nothing_back_when_it_was_changed_elsewhere_since(office, visit):
    visitor = visit(office.ana)
    answer = visitor.press("/me/presence", htmx=True, state="busy", **{"for": "1h"})
    visit(office.mia).press(
        f"/people/{office.ana.id}/presence", state="out", cover=office.ben.id, **{"for": "tomorrow"}
    )

    undone = pressed_undo(visitor, answer)

    assert undone.status_code == 409
    assert "changed again since, so nothing was put back" in undone.text
    assert 'aria-checked="true"' in undone.text
    db.session.refresh(office.ana)
    assert (office.ana.presence, office.ana.cover_id) == (Presence.OUT, office.ben.id)


def test_the_office_is_told_too_when_its_undo_comes_too_late(office, visit):
    visitor = visit(office.mia)
    answer = visitor.press(f"/people/{office.ana.id}/presence", htmx=True, state="out", **{"for": "1h"})
    visit(office.ana).press("/me/presence", state="available")

    assert pressed_undo(visitor, answer).status_code == 409


def test_undo_pressed_twice_changes_nothing_the_second_time(office, visit):
    visitor = visit(office.ana)
    answer = visitor.press("/me/presence", htmx=True, state="busy", **{"for": "1h"})

    assert [pressed_undo(visitor, answer).status_code for _ in range(2)] == [200, 409]
    db.session.refresh(office.ana)
    assert office.ana.presence is Presence.AVAILABLE


def test_undo_does_not_put_back_what_would_be_over_by_now(office, visit, clock):
    visitor = visit(office.ana)
    visitor.press("/me/presence", state="busy", **{"for": "30m"})
    answer = visitor.press("/me/presence", htmx=True, state="out", **{"for": "tomorrow"})
    clock.advance(45 * 60)

    undone = pressed_undo(visitor, answer)

    assert "You are available." in undone.text
    db.session.refresh(office.ana)
    assert office.ana.presence is Presence.AVAILABLE


def test_each_button_says_for_how_long_in_one_tap(office, visit):
    page = visit(office.ana).open("/me").text

    values = dict.fromkeys(re.findall(r'<button[^>]* name="for" value="(\w+)"', page))
    assert list(values) == ["1h", "30m", "2h", "tomorrow", "today"]
    assert re.search(r'<button[^>]* name="for" value="1h"[^>]*>On a job</button>', page)


def test_undo_is_offered_after_a_plain_form_too(office, visit):
    visitor = visit(office.ana)
    visitor.press("/me/presence", state="busy", **{"for": "1h"})

    page = visitor.open("/me").text

    assert "You are on a job until 11:00 am." in page
    assert ">Undo</button>" in page
    assert ">Undo</button>" not in visitor.open("/me").text


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "asleep"},
        {"state": "out", "for": "until", "until": "soon"},
        {"state": "out", "for": "until", "until": ""},
        {"state": "out", "for": "until", "until": "2020-01-01T09:00"},
    ],
)
def test_nonsense_changes_nothing_and_says_what_is_wrong(office, visit, nonsense):
    answer = visit(office.ana).press("/me/presence", htmx=True, **nonsense)

    assert answer.status_code == 422
    assert "data-notice" in answer.text
    db.session.refresh(office.ana)
    assert office.ana.presence is Presence.AVAILABLE


def test_nobody_covers_for_himself(office, visit):
    answer = visit(office.ana).press("/me/presence", state="out", cover=office.ana.id, **{"for": "1h"})

    assert answer.status_code == 422


def test_the_ledger_can_be_read(office, visit):
    make_lead()

    page = visit(office.ana).open("/me").text

    assert "<b>You used a turn in Plumbing.</b>" in page


def test_the_controls_have_their_promised_names(office, visit):
    page = visit(office.ana).open("/me").text

    assert re.search(r'role="switch" aria-checked="false"[^>]*><span>Out of office</span>', page)
    for button in ("On a job", "Turn on alerts", "Ring me now", "Sign out of this phone"):
        assert f">{button}</button>" in page


def test_it_says_how_i_am_reached_and_what_is_wrong_with_that(office, visit, clock):
    with transaction():
        db.session.add(VapidKey(id="key", public="public", private="private", created_at=clock.now()))
        db.session.add(OptOut(phone="+14155550100", at=clock.now(), because="texted 'STOP'"))
        db.session.get_one(Rep, office.ana.id).phone = "+14155550100"
    assert _channels(visit(office.ana)) == [
        "Alerts no phone has alerts turned on",
        "Texts and calls (415) 555-0100: the number asked for no texts",
        "E-mail ana@example.com: works",
    ]

    device = {"endpoint": "https://push.example/1", "p256dh": "p", "auth": "a", "key_id": "key"}
    with transaction():
        now = clock.now()
        db.session.add(PushSubscription(rep_id=office.ana.id, created_at=now, seen_at=now, **device))
    assert _channels(visit(office.ana))[0] == "Alerts 1 phone or browser: not tried yet; press Ring me now"

    with transaction():
        [receipt] = ring_for_a_test(office.ana, clock.now())
    message_shown(receipt, clock.now())
    assert _channels(visit(office.ana))[0] == "Alerts 1 phone or browser: works, last shown 10:00 am"


def _channels(visitor) -> list[str]:
    section = re.search(r'<section id="channels".*?</section>', visitor.open("/me").text, re.DOTALL)[0]
    rows = re.findall(r"<li.*?>(.*?)</li>", section)
    return [unescape(re.sub(r"<[^>]+>", "", row.replace("</b>", " "))) for row in rows]


def test_office_and_owner_say_how_often_they_are_mailed_what_went_wrong(office, visit):
    visitor = visit(office.olivia)
    assert re.search(r'value="hourly" checked', visitor.open("/me").text)

    answer = visitor.press("/me/digest", digest="daily")

    assert answer.status_code == 303
    page = visitor.open("/me").text
    assert "You get a mail in the morning, when something went wrong." in page
    assert re.search(r'value="daily" checked', page)


def test_a_rep_is_asked_nothing_about_mail_and_may_not_set_it(office, visit):
    visitor = visit(office.ana)

    assert "Mail when something goes wrong" not in visitor.open("/me").text
    assert visitor.press("/me/digest", digest="daily").status_code == 403


def test_an_unknown_choice_of_mail_changes_nothing_and_is_said(office, visit):
    answer = visit(office.olivia).press("/me/digest", digest="weekly")

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    db.session.refresh(office.olivia)
    assert office.olivia.digest == "hourly"


def test_a_turn_names_the_lead_where_it_is_still_mine(office, visit, clock):
    mine, gone = make_lead(), make_lead(phone="+14155550123")
    holder = {rep.id: rep for rep in (office.ana, office.ben)}[pending_offer(mine).rep_id]
    accept_offer(pending_offer(mine).id, now=clock.now())

    page = visit(holder).open("/me").text

    assert f'href="/leads/{mine.id}"' in page
    assert f'href="/leads/{gone.id}"' not in page


def test_a_turn_about_a_lead_that_is_somebody_elses_leads_nowhere(office, visit, clock):
    lead = make_lead()
    holder = {rep.id: rep for rep in (office.ana, office.ben)}[pending_offer(lead).rep_id]
    pass_offer(pending_offer(lead).id, now=clock.now(), actor_id=holder.id)

    page = visit(holder).open("/me").text

    assert "You used a turn in Plumbing." in page
    assert f'href="/leads/{lead.id}"' not in page


def test_everything_a_thumb_needs_comes_in_its_order(office, visit):
    page = visit(office.ana).open("/me").text

    found = re.findall(r'<h2 class="heading"(?: id="[^"]*")?>([^<]+)</h2>', page)
    assert found == ["This phone", "How I am reached", "Language", "Look of this phone", "My shifts", "My turns",
                     "Fingerprint or face"]  # fmt: skip


def test_an_answer_to_a_press_brings_only_what_the_press_changed(office, visit):
    answer = visit(office.ana).press("/me/presence", htmx=True, state="busy", **{"for": "1h"})

    assert "My turns" not in answer.text


def test_the_language_is_the_persons_on_every_phone(office, visit):
    visitor = visit(office.ana)

    answer = visitor.press("/me/language", language="es")

    assert answer.status_code == 303
    for page in (visitor.open("/me").text, visit(office.ana).open("/me").text):
        assert '<html lang="es"' in page
        assert re.search(r'value="es" lang="es" aria-pressed="true"', page)


def test_a_language_that_is_not_spoken_here_changes_nothing(office, visit):
    assert visit(office.ana).press("/me/language", language="tlh").status_code == 422
    assert visit().press("/me/language", language="es").status_code == 303

    db.session.refresh(office.ana)
    assert office.ana.language is None


def test_the_look_is_this_phones_alone_and_lasts(office, visit):
    visitor = visit(office.ana)

    answer = visitor.press("/me/theme", theme="sun")

    cookie = answer.headers["Set-Cookie"]
    assert (answer.status_code, "SameSite=Lax" in cookie, "Max-Age=31536000" in cookie) == (303, True, True)
    assert re.search(r'value="sun" aria-pressed="true"', visitor.open("/me").text)
    assert re.search(r'value="system" aria-pressed="true"', visit(office.ana).open("/me").text)


@pytest.mark.parametrize("made_up", ["neon", "", "sun; dark", '"><script>'])
def test_a_look_that_does_not_exist_is_refused_or_ignored(office, visit, made_up):
    visitor = visit(office.ana)

    assert visitor.press("/me/theme", theme=made_up).status_code == 422

    visitor.client.set_cookie("theme", made_up)
    assert re.search(r'value="system" aria-pressed="true"', visitor.open("/me").text)


def test_it_says_when_my_shifts_are_and_when_the_next_begins(office, visit):
    with transaction():
        ana = db.session.get_one(Rep, office.ana.id)
        ana.time_zone, ana.shifts = "America/Los_Angeles", {"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}

    shifts = _shifts(visit(office.ana))

    assert "Next start: tomorrow 8:00 am." in shifts
    assert "Mon 23 Nov 8:00 am – 12:00 pm, 1:00 pm – 5:00 pm" in shifts
    assert "Sun 22 Nov free" in shifts


def test_without_shifts_it_says_the_hours_of_my_teams(office, visit):
    assert "Plumbing Leads come at any hour." in _shifts(visit(office.ana))
    assert "You are in no team yet" in _shifts(visit(office.mia))


def test_it_says_when_i_am_on_call(office, visit):
    with transaction():
        team = db.session.get_one(Team, office.plumbing.id)
        team.on_call = {"reps": [office.ana.id, office.ben.id], "handover": "mon 08:00", "from": "2026-11-16"}

    assert "On call for Plumbing until tomorrow 8:00 am." in _shifts(visit(office.ana))
    assert "On call for Plumbing from tomorrow 8:00 am." in _shifts(visit(office.ben))
    assert "On call" not in _shifts(visit(office.mia))


def _shifts(visitor) -> str:
    section = re.search(r'<section class="panel" id="shifts".*?</section>', visitor.open("/me").text, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", section)).split())
