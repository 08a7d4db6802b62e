"""/people/coverage: who is away, who covers, and where nobody would answer."""

import re
from datetime import timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import Team
from leadapp.transaction import transaction
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.people import set_presence

DAY = timedelta(days=1)
PROVEN = "Every open hour of the next 14 days ends at a person with a working phone."
WORK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def out(rep, clock, start, end, **more):
    now = clock.now()
    set_presence(rep.id, state="out", now=now, start=now + start, until=now + end, **more)


def all_out(office, clock):
    for rep in (office.ana, office.ben, office.mia):
        out(rep, clock, 2 * DAY, 3 * DAY)


def dead_phone(rep):
    with transaction():
        db.session.merge(rep).reachable = False


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_team_that_is_covered_says_so(office, visit):
    assert PROVEN in visit(office.mia).open("/people/coverage").text


def test_a_hole_is_named_in_the_time_of_its_team_with_what_closes_it(office, visit, clock):
    change_team(office.plumbing.id, {"time_zone": "America/New_York"}, now=clock.now())
    all_out(office, clock)

    page = visit(office.mia).open("/people/coverage")

    assert PROVEN not in page.text
    assert (
        "Plumbing, Tue 24 Nov, 5:00 am to Wed 25 Nov, 5:00 am: everybody is away, and Mia, the fallback, is away and"
        " nobody who is there covers; only Olivia is left, as the last resort." in page.text
    )
    assert f'href="/people#person-{office.mia.id}">Name a cover for Mia' in page.text
    assert "times in America/New_York" in page.text


def test_a_hole_that_is_now_and_lasts_says_so(office, visit, clock):
    dead_phone(office.mia)
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=clock.now())

    page = visit(office.mia).open("/people/coverage")

    assert "Plumbing, now and on: everybody is away, and Mia, the fallback, has no working phone." in page.text
    assert f'href="/people#person-{office.mia.id}">Get Mia&#39;s phone to ring' in page.text


def test_only_the_first_holes_are_open(office, visit, clock):
    change_team(office.plumbing.id, {"hours": WORK, "after_hours": "on_call", "on_call": {}}, now=clock.now())

    page = visit(office.mia).open("/people/coverage").text

    assert "it is closed and nobody is on call" in page
    assert page.index("<summary>8 more") > page.index("nobody is on call")


def test_an_owner_names_another_fallback_there(office, visit, clock):
    dead_phone(office.mia)
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=clock.now())
    url = f"/people/coverage/{office.plumbing.id}/fallback"

    assert visit(office.mia).press(url, rep=office.olivia.id).status_code == 403
    answer = visit(office.olivia).press(url, htmx=True, rep=office.olivia.id)

    assert PROVEN in answer.text
    assert db.session.get(Team, office.plumbing.id, populate_existing=True).fallback_id == office.olivia.id


@pytest.mark.parametrize("rep", ["nobody"])
def test_a_fallback_who_does_not_work_here_is_refused(office, visit, rep):
    answer = visit(office.olivia).press(f"/people/coverage/{office.plumbing.id}/fallback", htmx=True, rep=rep)

    assert answer.status_code == 422


def test_a_team_that_is_gone_is_said_to_be(office, visit):
    assert visit(office.olivia).press("/people/coverage/nothing/fallback", rep=office.mia.id).status_code == 404


def test_the_calendar_shows_who_is_away_and_who_covers(office, visit, clock):
    out(office.ana, clock, DAY, 3 * DAY, cover_id=office.ben.id)

    page = text(visit(office.mia).open("/people/coverage"))

    assert "Mon 23 Nov" in page
    assert "Away from 10:00 am Ben covers" in page
    assert "Away all day Ben covers" in page
    assert "Away until 10:00 am Ben covers" in page
    assert "Ana · Out of office tomorrow 10:00 am – Wed 25 Nov, 10:00 am Ben covers" in page


def test_today_is_marked_and_the_zone_of_the_days_named(office, visit):
    page = visit(office.mia).open("/people/coverage").text

    assert 'aria-current="date">Sun 22 Nov<br>today' in page
    assert "days in UTC" in page


def test_the_rota_is_shown_by_day(office, visit, clock):
    rota = {"reps": [office.ana.id, office.ben.id], "handover": "mon 08:00", "from": "2026-11-23"}
    change_team(office.plumbing.id, {"on_call": rota}, now=clock.now())

    page = text(visit(office.mia).open("/people/coverage"))

    assert re.search(r"On call for Plumbing (Ben )(Ana ){7}(Ben ){6}", re.sub(r" +", " ", page))


def test_what_was_dropped_is_not_in_the_calendar(office, visit, clock):
    out(office.ana, clock, DAY, 3 * DAY)
    set_presence(office.ana.id, state="available", now=clock.now())

    assert "Nobody is away in the next two weeks." in visit(office.mia).open("/people/coverage").text


def test_people_warns_of_a_hole_and_leads_there(office, visit, clock):
    assert "hole" not in text(visit(office.mia).open("/people"))
    all_out(office, clock)

    page = visit(office.mia).open("/people").text

    assert "1 hole in the next 14 days:" in page
    assert 'href="/people/coverage">See and close' in page


def test_it_is_not_for_reps(office, visit):
    assert visit(office.ana).open("/people/coverage").status_code == 403
    assert visit().open("/people/coverage").location.startswith("/sign-in")
