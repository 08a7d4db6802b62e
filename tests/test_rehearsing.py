"""`leadapp rehearse` and `leadapp preview`: what routing would do, told on the command line."""

from __future__ import annotations

import csv
import json

import pytest
from sqlalchemy import func, select

from leadapp import cli
from leadapp.extensions import db
from leadapp.models import Lead, Turn
from leadapp.workflow.configuration.teams import change_team
from tests.builders import Office, make_lead, make_team

#: What happens in it is the same on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LEAKS = [{"field": "service", "op": "is", "value": "Leak"}]
ROWS = [
    ["Created Date", "Name", "Phone", "Service"],
    ["11/20/2026 09:00:00 AM", "Zoë", "(415) 555-0123", "Leak"],
    ["11/21/2026 09:00:00 AM", "Zoë", "415-555-0123", "Drain"],
    ["11/19/2026 09:00:00 AM", "Dev", "", "Select"],
    ["", "", "", ""],
]


@pytest.fixture
def office(app, clock):
    return Office(time_zone="America/Chicago")


@pytest.fixture
def run(app, office):
    """Runs a command; its answer, and what it says to people beside it."""
    return lambda name, *said: app.test_cli_runner().invoke(cli.program.commands[name], [*map(str, said)])


def write_rows(path, rows=ROWS):
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def write_draft(path, **draft):
    path.write_text(json.dumps(draft))
    return path


def test_a_draft_is_rehearsed_on_stored_leads_and_told_in_a_table(run, office, tmp_path):
    drains = make_team("Drains", [office.ben], office.mia)
    for service in ("Leak", "Drain", "Select"):
        make_lead(service=service)
    draft = write_draft(tmp_path / "d.json", rules=[{"name": "Leaks", "when": LEAKS, "then": {"team": drains.id}}])

    told = run("rehearse", "--draft", draft)

    assert told.exit_code == 0, told.output
    lines = [" ".join(line.split()) for line in told.stdout.splitlines()]
    assert "leads 3 (in the last 30 days)" in lines
    assert "moved 1" in lines
    assert "1 x Ana (Plumbing) -> Ben (Drains): Ben's turn in Drains by the rule Leaks." in lines
    assert "reached nobody 0 (0 at present)" in lines
    assert "1 x Leaks: service was blank; 0 of them moved" in lines
    assert any(line.startswith("Ana 2 ") for line in lines)


def test_leads_of_a_file_come_in_at_its_times_and_a_returning_customer_is_known(run, office, tmp_path):
    told = run("rehearse", "--leads", write_rows(tmp_path / "old.csv"), "--json")

    answer = json.loads(told.stdout)
    assert answer["leads"] == 3
    days = {load["rep"]["name"]: [day["on"] for day in load["days"]] for load in answer["per_rep"]}
    assert days == {"Ana": ["2026-11-19"], "Ben": ["2026-11-20", "2026-11-21"]}
    assert db.session.scalar(select(func.count()).select_from(Lead)) == 0


def test_leads_of_a_file_without_times_are_spread_over_the_days(run, office, tmp_path):
    rows = [["message"], *([f"Hello {number}"] for number in range(10))]

    told = run("rehearse", "--leads", write_rows(tmp_path / "old.csv", rows), "--days", 10, "--json")

    on = {day["on"] for load in json.loads(told.stdout)["per_rep"] for day in load["days"]}
    assert len(on) == 10
    assert "spread over 10 days" in told.stderr


def test_columns_of_a_file_are_mapped(run, office, tmp_path):
    rows = [["Kind", "Text"], ["Leak", "Hello"]]
    draft = write_draft(tmp_path / "d.json", rules=[{"name": "Leaks", "when": LEAKS, "then": {"rep": office.ben.id}}])
    file = write_rows(tmp_path / "old.csv", rows)

    plain = run("rehearse", "--leads", file, "--draft", draft, "--json")
    mapped = run("rehearse", "--leads", file, "--draft", draft, "--map", "service=Kind", "--json")

    assert [json.loads(told.stdout)["moved"] for told in (plain, mapped)] == [0, 1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON that can be read"),
        ("[]", "must hold an object"),
        ('{"rules": [{"name": "A", "then": {"team": "nope"}}]}', "rules.0.then.team: There is no team nope in use."),
        ('{"sources": []}', "sources: There is no field of this name"),
    ],
)
def test_a_draft_that_cannot_be_used_is_one_sentence(run, tmp_path, content, said):
    file = tmp_path / "d.json"
    file.write_text(content)

    told = run("rehearse", "--draft", file)

    assert told.exit_code == 1
    assert said in told.stderr
    assert "Traceback" not in told.output


def test_a_wrong_mapping_is_one_sentence(run, tmp_path):
    told = run("rehearse", "--leads", write_rows(tmp_path / "old.csv"), "--map", "service=Nope")

    assert told.exit_code == 1
    assert "There is no column 'Nope'" in told.stderr


def test_a_preview_says_where_a_lead_would_go_and_why_and_uses_no_turn(run, office):
    told = run("preview", "message=Burst pipe, water everywhere", "postcode=94107")

    assert told.stdout.splitlines()[0] == "Ana's turn in Plumbing."
    assert "Urgent, because of: burst" in told.stdout
    assert "Offered to Ana until 2026-11-22 10:02:00 (UTC)." in told.stdout
    assert "  Ben: eligible" in told.stdout
    assert db.session.scalar(select(func.count()).select_from(Turn)) == 0
    assert run("preview", "message=Hi").stdout.splitlines()[0] == "Ana's turn in Plumbing."


def test_a_preview_of_another_time_is_decided_as_of_then(run, office):
    with_hours = {"hours": {"mon": [["08:00", "17:00"]]}, "after_hours": "hold"}
    change_team(office.plumbing.id, with_hours, now=office.plumbing.created_at)

    closed = run("preview", "message=Hi", "--at", "2026-11-29T12:00Z")
    opened = run("preview", "message=Hi", "--at", "2026-11-30T15:00Z")

    assert "Held with Mia until 2026-11-30 14:00:00 (UTC)." in closed.stdout
    assert "Offered to Ana until 2026-11-30 15:05:00 (UTC)." in opened.stdout


def test_a_preview_as_json_has_the_shape_of_a_lead(run):
    answer = json.loads(run("preview", "message=Hi", "roof age=20 years", "--json").stdout)

    assert (answer["id"], answer["state"]) == (None, "offered")
    assert answer["attributes"] == {"roof age": "20 years"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["message"], "must be FIELD=VALUE"),
        (["service=Leak"], "at least one of phone, email and message"),
        (["message=Hi", "--at", "soon"], "is no time that can be read"),
    ],
)
def test_a_preview_that_cannot_be_made_is_one_sentence(run, said, told):
    answer = run("preview", *said)

    assert answer.exit_code == 1
    assert told in answer.stderr
