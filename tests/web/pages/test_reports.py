"""/reports: the figures of a known history, and the leads behind each."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import Lead, Team
from leadapp.transaction import transaction
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead, take_queued
from leadapp.workflow.passes import take_pass_back
from leadapp.workflow.people import set_presence
from tests.builders import make_lead, offers_of, pending_offer, reread

SPEED, PAGES = "/reports", ("/reports", "/reports/missed", "/reports/won", "/reports/sources")


def table(visitor, name, **asked):
    """The rows of a table's file by their first cell, each by its heading."""
    answer = visitor.open(f"/reports/{name}.csv?" + "&".join(f"{key}={value}" for key, value in asked.items()))
    assert answer.status_code == 200
    return {row[next(iter(row))]: row for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}


def figures(page):
    """What links to leads: the address, and how many leads the figure says it has, where it is a number of leads."""
    for address, words in re.findall(r'<a href="(/reports/leads[^"]*)">(.*?)</a>', page):
        count = re.search(r"<small>([\d,]+)</small>", words) or re.fullmatch(r"([\d,]+)", words.strip())
        yield html.unescape(address), int(count[1].replace(",", "")) if count else None


def accept(lead, clock, after):
    accept_offer(pending_offer(lead).id, now=clock.advance(after))


@pytest.fixture
def past(office, clock):
    """Four leads that count, and two that do not. Each is offered to Ana or Ben at once, for five minutes."""
    quick = make_lead(source="Website", name="Quick", phone="+14155550101")
    accept(quick, clock, 30)
    record_contact(quick.id, kind="call", now=clock.advance(20))
    close_lead(quick.id, outcome="won", now=clock.advance(60))

    missed = make_lead(source="Ads", name="Missed", phone="+14155550102", email="m@example.com")
    advance_lead(missed.id, clock.advance(300))
    pass_offer(pending_offer(missed).id, reason="Too far", now=clock.advance(40))
    take_queued(missed.id, office.mia.id, now=clock.advance(60))

    given_on = make_lead(source="Website", name="Given on", phone="call me")
    accept(given_on, clock, 10)
    record_contact(given_on.id, kind="call", now=clock.advance(110))
    assign_lead(given_on.id, office.mia.id, now=clock.advance(900))
    close_lead(given_on.id, outcome="lost", now=clock.advance(10))

    back = make_lead(source="Website", name="Back", phone="+14155550104")
    accept(back, clock, 5)
    release_lead(back.id, reason="On a roof", now=clock.advance(5))

    spam = make_lead(source="Ads", name="Spam", phone="+14155550105")
    close_lead(spam.id, outcome="spam", now=clock.advance(5))
    make_lead(source="File", name="Late", received_at=(clock.now() - timedelta(days=3)).isoformat())
    return {"quick": quick, "missed": missed, "given_on": given_on, "back": back}


@pytest.fixture
def owner(office, visit):
    return visit(office.olivia)


def test_each_clock_counts_until_its_first_time(past, owner):
    rows = table(owner, "clock")

    offer, accepted, contact = (rows[f"Time to {what}"] for what in ("offer", "accept", "first contact"))
    assert [offer["Leads"], offer["Median (s)"], offer["Within 1 min (%)"]] == ["4", "0", "100.0"]
    assert [accepted["Median (s)"], accepted["9 in 10 within (s)"]] == ["10", "400"]  # 5, 10, 30 and 400 seconds
    assert [accepted[f"Within {limit} min (leads)"] for limit in (1, 5, 15)] == ["3", "3", "4"]
    assert [contact["Within 1 min (leads)"], contact["Within 5 min (leads)"]] == ["1", "2"]  # 50 and 120 seconds
    assert [contact["Median (s)"], contact["9 in 10 within (s)"], contact["Not yet (leads)"]] == ["120", "", "2"]


def test_the_tables_put_each_lead_where_it_belongs(past, office, owner):
    by_source = table(owner, "source", clock="accept")
    assert {name: row["Leads"] for name, row in by_source.items()} == {"Website": "3", "Ads": "1"}
    assert by_source["Ads"]["Median (s)"] == "400"
    assert table(owner, "day")["2026-11-22"]["Leads"] == "4"
    assert len(table(owner, "day")) == 30
    assert table(owner, "hour")["10 am"]["Leads"] == "4"
    assert table(owner, "open")["In open hours"]["Leads"] == "4"
    assert table(owner, "team")["Plumbing"]["Leads"] == "4"
    assert table(owner, "rep")["Mia"]["Leads"] == "2"
    assert table(owner, "won")["Up to 1 min"]["Share won (%)"] == "100.0"
    assert table(owner, "won")["Not yet, or never"]["Still open"] == "2"


def test_what_was_missed_says_why_and_by_whom(past, office, owner):
    rows = table(owner, "missed")

    assert {name: row["Leads"] for name, row in rows.items()} == {
        "Did not answer in time": "1", "Passed: Too far": "1", "Handed back: On a roof": "1", "Nobody left to ask": "1"
    }  # fmt: skip
    by_rep = table(owner, "asked")
    columns = ("Did not answer in time", "Passed", "Went away while asked", "Handed back")
    assert sorted(by_rep) == ["Ana", "Ben"]
    assert [sum(int(row[f"{column} (leads)"]) for row in by_rep.values()) for column in columns] == [1, 1, 0, 1]


def test_sources_are_judged_by_all_that_they_sent(past, owner):
    junk, blank = table(owner, "junk"), table(owner, "blank")

    assert (junk["Ads"]["Leads"], junk["Ads"]["Junk (%)"], junk["Website"]["Spam"]) == ("2", "50.0", "0")
    assert blank["Website"]["Phone unusable (leads)"] == "1"
    assert (blank["Ads"]["E-mail (%)"], blank["File"]["Phone (%)"]) == ("50.0", "100.0")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("asked", ["", "?clock=accept&hours=open&period=month"])
def test_every_figure_links_to_as_many_leads_as_it_says(past, owner, page, asked):
    found = list(figures(owner.open(page + asked).text))

    assert len(found) > 5
    for address, count in found:
        answer = owner.open(address)
        listed = re.findall(r"data-lead=", answer.text)
        assert answer.status_code == 200
        assert count in (None, len(listed)), address


def test_a_list_says_the_time_that_put_each_lead_there(past, owner):
    page = owner.open("/reports/leads?table=clock&row=contact&kept=within_5").text

    assert re.findall(r"<bdi>(\w[\w ]*)</bdi></a></th><td>([^<]*)</td>", page) == [
        ("Quick", "50 s"), ("Given on", "2 min"),
    ]  # fmt: skip
    assert "not yet" in owner.open("/reports/leads?table=clock&row=contact&kept=waiting").text


def test_what_was_left_out_is_said_and_can_be_seen(past, owner):
    page = owner.open(SPEED).text

    assert "4 leads count." in page
    assert "Left out: 1 spam or duplicate." in page
    assert "Left out: 1 that came in more than a day late." in page
    assert "Late" in owner.open("/reports/leads?table=aside&row=late").text


def test_who_took_it_unasked_was_asked_when_he_took_it(office, clock, owner):
    with transaction():
        team = db.session.get_one(Team, office.plumbing.id)
        team.hours, team.after_hours = {"mon": [["08:00", "17:00"]]}, "hold"
    held = make_lead()
    assign_lead(held.id, office.ben.id, now=clock.advance(70))

    assert table(owner, "clock")["Time to offer"]["Median (s)"] == "70"


def test_who_was_asked_together_with_a_faster_one_has_missed_nothing(office, clock, owner):
    with transaction():
        db.session.get_one(Team, office.plumbing.id).mode = "broadcast"
    taken, closed = make_lead(), make_lead(phone="+14155550109")
    accept_offer(offers_of(taken)[0].id, now=clock.advance(30))
    close_lead(closed.id, outcome="lost", now=clock.advance(30))

    assert len(offers_of(taken)) == 2
    assert table(owner, "missed") == {}
    assert {name: row["Asked for"] for name, row in table(owner, "asked").items()} == {"Ana": "2", "Ben": "2"}


def test_what_the_office_hands_back_was_handed_back_by_who_had_it(office, clock, owner):
    lead = make_lead()
    had = pending_offer(lead).rep_id
    accept(lead, clock, 5)
    release_lead(lead.id, reason="Ill", now=clock.advance(5), actor_id=office.mia.id)

    by_rep = table(owner, "asked")

    name = {office.ana.id: "Ana", office.ben.id: "Ben"}[had]
    assert {who: row["Handed back (leads)"] for who, row in by_rep.items() if row["Handed back (leads)"] != "0"} == {
        name: "1"
    }


def test_only_who_went_away_has_gone_away(office, clock, owner):
    gone = make_lead(source="Gone")
    asked = pending_offer(gone).rep_id
    set_presence(asked, state="out", now=clock.advance(10))
    advance_lead(gone.id, clock.now())
    accept_offer(pending_offer(reread(gone.id)).id, now=clock.advance(5))

    rows = table(owner, "missed")

    assert {name: row["Leads"] for name, row in rows.items()} == {"Went away while asked": "1"}


def test_who_was_asked_because_of_a_pass_that_was_taken_back_has_not_gone_away(office, clock, owner):
    lead = make_lead()
    offer = pending_offer(lead)
    pass_offer(offer.id, now=clock.advance(10))
    take_pass_back(offer.id, now=clock.advance(5), actor_id=offer.rep_id)
    assert len(offers_of(lead)) == 2

    assert table(owner, "missed") == {}


def test_days_are_those_where_the_team_is(office, clock, owner):
    make_lead()  # Sunday, 10:00 UTC
    with transaction():
        db.session.get_one(Team, office.plumbing.id).time_zone = "Pacific/Auckland"  # Sunday, 23:00
    make_lead(phone="+14155550107", received_at="2026-11-21T10:59:00Z")  # Saturday there
    make_lead(phone="+14155550108", received_at="2026-11-21T11:00:00Z")  # Sunday there, in its first minute
    clock.advance(3600)
    make_lead(phone="+14155550109")  # Monday there

    that_day = table(owner, "day", **{"from": "2026-11-22", "to": "2026-11-22"})

    assert {day: row["Leads"] for day, row in that_day.items()} == {"2026-11-22": "2"}
    hours = table(owner, "hour", **{"from": "2026-11-22", "to": "2026-11-22"})
    assert {hour: row["Leads"] for hour, row in hours.items() if row["Leads"] != "0"} == {"12 am": "1", "11 pm": "1"}


def test_two_teams_in_two_zones_have_each_their_own_days(office, clock, owner):
    make_lead()
    with transaction():
        there = Team(name="There", fallback_id=office.mia.id, time_zone="Pacific/Auckland", created_at=clock.now())
        db.session.add(there)
    clock.advance(5 * 3600)
    lead = make_lead(phone="+14155550109")  # Sunday here, Monday there
    with transaction():
        db.session.get_one(Lead, lead.id).team_id = there.id

    days = {name: row["Leads"] for name, row in table(owner, "day").items() if row["Leads"] != "0"}

    assert days == {"2026-11-22": "1"}  # today is Sunday, and Monday is no day of it yet
    assert table(owner, "clock")["Time to offer"]["Leads"] == "1"


def test_a_closed_team_stops_the_clock_only_if_asked(office, clock, owner):
    with transaction():
        team = db.session.get_one(Team, office.plumbing.id)
        team.hours, team.after_hours = {"mon": [["08:00", "17:00"]]}, "hold"
    lead = make_lead()
    advance_lead(lead.id, clock.advance(22 * 3600))
    accept(reread(lead.id), clock, 60)

    assert table(owner, "open")["Out of hours"]["Leads"] == "1"
    assert table(owner, "clock", hours="all")["Time to offer"]["Median (s)"] == str(22 * 3600)
    by_clock = table(owner, "clock", hours="open")
    assert [by_clock[f"Time to {what}"]["Median (s)"] for what in ("offer", "accept")] == ["0", "60"]


def test_nothing_in_a_file_runs_as_a_formula(office, owner):
    make_lead(source='=HYPERLINK("http://x","y")', name="@SUM(1)", service="+1", message="x")

    raw = owner.open("/reports/source.csv").data
    listed = owner.open("/reports/leads.csv?table=aside&row=counted").data.decode("utf-8-sig")

    assert raw.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(" in raw.decode("utf-8-sig")
    [_head, row] = csv.reader(io.StringIO(listed))
    assert row[1:3] == ["'@SUM(1)", "'+1"]
    assert row[4].startswith("'=")


@pytest.mark.parametrize("page", PAGES)
def test_without_leads_a_page_says_so(office, owner, page):
    answer = owner.open(page)

    assert answer.status_code == 200
    assert "No leads on these days." in answer.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("period=dates&from=2026-02-02&to=2026-02-01", "The first day is after the last one"),
        ("from=x&to=y", "Give both days"),
        ("period=forever", "no such period"),
        ("clock=sundial", "no such way to count"),
        ("hours=happy", "no such way to count"),
    ],
)
@pytest.mark.parametrize("address", [*PAGES, "/reports/day.csv", "/reports/leads", "/reports/leads.csv"])
def test_what_cannot_be_shown_is_a_422_with_a_sentence(office, owner, address, asked, said):
    answer = owner.open(f"{address}?{asked}")

    assert answer.status_code == 422
    assert said in html.unescape(answer.text)


@pytest.mark.parametrize(
    "address",
    ["/reports/nothing.csv", "/reports/aside.csv", "/reports/leads?table=x", "/reports/leads?table=day&kept=x"],
)
def test_what_is_not_there_is_a_404(office, owner, address):
    assert owner.open(address).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 30])
def test_a_page_beyond_the_list_is_its_nearest(past, owner, page):
    answer = owner.open(f"/reports/leads?table=aside&row=counted&page={page}")

    assert answer.status_code == 200
    assert len(re.findall("data-lead=", answer.text)) == 4


def test_a_long_list_comes_in_pages_that_leave_nobody_out(office, owner, monkeypatch):
    monkeypatch.setattr("leadapp.web.pages.report_lists.ON_A_PAGE", 2)
    made = {make_lead(phone=f"+1415555010{number}").id for number in range(5)}

    pages = [owner.open(f"/reports/leads?table=aside&row=counted&page={page}").text for page in (1, 2, 3)]

    found = [re.findall(r'data-lead="(\w+)"', page) for page in pages]
    assert [len(each) for each in found] == [2, 2, 1]
    assert {lead for each in found for lead in each} == made
    assert 'rel="next"' in pages[0]
    assert 'rel="next"' not in pages[2]


@pytest.mark.parametrize(
    "address", [*PAGES, "/reports/day.csv", "/reports/leads?table=day", "/reports/leads.csv?table=day"]
)
def test_reports_are_for_the_owner_alone(office, visit, address):
    statuses = [visit(rep).open(address).status_code for rep in (office.ana, office.mia, office.olivia)]

    assert statuses == [403, 403, 200]
    assert visit().open(address).location.startswith("/sign-in")


def test_the_menu_leads_the_owner_there_and_nobody_else(office, visit):
    assert 'href="/reports"' in visit(office.olivia).open("/me").text
    assert 'href="/reports"' not in visit(office.mia).open("/me").text
