"""A file of leads goes through the front door over real HTTP: every row is stored once, and the report says so."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from time import monotonic

import pytest
from flask import Response
from sqlalchemy import select
from werkzeug.wrappers import Request

from leadapp import cli
from leadapp.extensions import db
from leadapp.models import ApiKey, Lead
from leadapp.replaying import WrongMapping, parse_mapping, read_rows
from tests.builders import Office
from tests.live import serving

#: What happens in it is the same on both.
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEADER = ["Prospect ID", "Created Date", "Name", "Phone", "City", "Descriptor"]
DIRTY = [
    ["a1", "02/28/2023 11:45:00 PM", "Zoë “Smith”", "(415) 555-0123", "Select", "No heat"],
    ["a2", "02/28/2023 11:44:00 PM", "N" * 10_000, "", "Select", ""],
    ["", "", "", "", "", ""],
    ["a3", "02/28/2023 11:43:59 PM", "", "", "SÃO PAULO", "Select"],
    ["a4", "", "", "", "", ""],
    ["a5", "02/28/2023 11:46:00 PM", "Zoë Smith", "415.555.0123", "", "Still no heat"],
    ["a3", "02/28/2023 11:43:59 PM", "", "", "SÃO PAULO", "Select"],
]


def write(path, rows, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def replay(app, path, url, *options):
    command = cli.program.commands["replay"]
    return app.test_cli_runner().invoke(command, [str(path), "--url", url, "--speed", "0", *options])


def counts(result):
    """The numbers of the table by their names."""
    table = (line.split() for line in result.output.splitlines())
    return {words[0]: int(words[1]) for words in table if len(words) > 1 and words[1].isdecimal()}


def leads():
    db.session.rollback()
    return {lead.external_id: lead for lead in db.session.scalars(select(Lead))}


def test_every_row_is_stored_once_however_dirty_and_however_often_the_file_is_replayed(app, tmp_path):
    Office()
    file = write(tmp_path / "dirty.csv", [HEADER, *DIRTY], "cp1252")

    with serving(app) as url:
        first, second = replay(app, file, url), replay(app, file, url)

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert counts(first) == {"rows": 7, "stored": 4, "merged": 1, "known": 1, "refused": 0, "lost": 0}
    assert counts(second) == {"rows": 7, "stored": 0, "merged": 0, "known": 6, "refused": 0, "lost": 0}
    assert "2xx to offer    median 0 ms, p99 0 ms" in first.output
    found = leads()
    assert len(found) == 4
    assert all(lead.accountable_id and lead.source == "dirty" for lead in found.values())
    assert found["a2"].name == "N" * 10_000
    assert found["a4"].message == "Prospect ID: a4"
    assert found["a3"].attributes == {"Created Date": "02/28/2023 11:43:59 PM"}


@on_one_database
def test_the_key_made_for_a_replay_opens_nothing_afterwards(app, tmp_path):
    Office()
    file = write(tmp_path / "a.csv", [["message"], ["Hello"]])

    with serving(app) as url:
        assert replay(app, file, url).exit_code == 0

    db.session.rollback()
    [key] = db.session.scalars(select(ApiKey))
    assert (key.name, key.retired_at is not None) == ("replay", True)


@on_one_database
def test_what_the_server_refuses_is_counted_with_its_reason_and_fails_the_run(app, tmp_path):
    Office()
    file = tmp_path / "a.jsonl"
    lines = [
        json.dumps({"message": "Hello", "attributes": {"n": 1}}),
        "[1]",
        "{",
        "",
        json.dumps({"name": "x" * 300_000}),
    ]
    file.write_text("\n".join(lines))

    with serving(app) as url:
        result = replay(app, file, url)

    assert result.exit_code == 1
    assert counts(result) == {"rows": 4, "stored": 1, "merged": 0, "known": 0, "refused": 3, "lost": 0}
    assert "2 x The line is no JSON object. (first: row 2)" in result.output
    assert "413: The body is larger than 256 KiB." in result.output
    [lead] = leads().values()
    assert lead.attributes == {"n": 1}


@on_one_database
def test_nothing_is_sent_where_nobody_answers_or_the_key_is_wrong(app, tmp_path):
    Office()
    file = write(tmp_path / "a.csv", [["message"], ["Hello"]])

    with serving(app) as url:
        wrong_key = replay(app, file, url, "--key", "lead_wrong")
    nobody = replay(app, file, url)

    assert (wrong_key.exit_code, nobody.exit_code) == (1, 1)
    assert "answers 401" in wrong_key.output
    assert "Is `leadapp up` running there?" in nobody.output
    assert not leads()


class Moody:
    """In front of the application: what it does with the next requests that bring a lead."""

    def __init__(self, app, *moods):
        self.app, self.moods, self.keys = app, list(moods), []

    def __call__(self, environ, start_response):
        request = Request(environ)
        if request.method != "POST":
            return self.app(environ, start_response)
        self.keys.append(request.headers["Idempotency-Key"])
        mood = self.moods.pop(0) if self.moods else None
        if mood == "answer is lost":
            b"".join(self.app(environ, lambda *_: None))
            return Response("{}", 502)(environ, start_response)
        if mood == "no offer yet":
            answer = Response.from_app(self.app, environ)
            unrouted = answer.json | {"state": "new", "offers": []}
            return Response(json.dumps(unrouted), answer.status)(environ, start_response)
        if mood:
            request.get_data()
            return Response("{}", mood, {"Retry-After": "0"})(environ, start_response)
        return self.app(environ, start_response)


def test_a_lead_whose_answer_was_lost_is_sent_again_and_stored_once(app, tmp_path):
    Office()
    file = write(tmp_path / "a.csv", [["message"], ["Hello"]])
    moody = Moody(app.wsgi_app, 429, "answer is lost", 503)

    with serving(moody) as url:
        result = replay(app, file, url)

    assert counts(result)["stored"] == 1, result.output
    assert (len(moody.keys), len(set(moody.keys))) == (4, 1)
    assert len(leads()) == 1


@on_one_database
def test_a_lead_that_was_never_answered_is_lost_and_fails_the_run(app, tmp_path, monkeypatch):
    Office()
    monkeypatch.setattr("leadapp.replaying.door._PATIENCE_SECONDS", 0.1)
    file = write(tmp_path / "a.csv", [["message"], ["Hello"], ["Bye"]])

    with serving(Moody(app.wsgi_app, *[503] * 9)) as url:
        result = replay(app, file, url)

    assert (result.exit_code, counts(result)["lost"]) == (1, 2)
    assert "2 x 503: " in result.output


@on_one_database
def test_a_lead_without_an_offer_in_the_answer_is_watched_until_it_has_one(app, tmp_path):
    Office()
    file = write(tmp_path / "a.csv", [["message"], ["Hello"]])

    with serving(Moody(app.wsgi_app, "no offer yet")) as url:
        result = replay(app, file, url)

    assert result.exit_code == 0
    assert "2xx to offer    median" in result.output
    assert "not offered" not in result.output


@on_one_database
def test_the_pace_follows_the_column_of_the_time_oldest_first(app, tmp_path):
    Office()
    rows = [["id", "created_at", "message"], *([n, f"2026-03-01T10:00:0{n}Z", f"{n}"] for n in (4, 2, 0))]
    file = write(tmp_path / "a.csv", rows)
    began = monotonic()

    with serving(app) as url:
        result = replay(app, file, url, "--speed", "10")

    assert result.exit_code == 0, result.output
    assert monotonic() - began >= 0.4
    found = sorted(leads().values(), key=lambda lead: lead.received_at)
    assert [lead.external_id for lead in found] == ["0", "2", "4"]
    assert found[0].received_at > datetime(2026, 3, 2, tzinfo=UTC)
    assert found[0].attributes == {"created_at": "2026-03-01T10:00:00Z"}


def test_columns_go_where_they_are_mapped(tmp_path):
    file = write(
        tmp_path / "a.csv",
        [["Ticket", "What", "Where exactly", "message", "day"], ["7", "Leak", "Kitchen", "m", "01.02.2026"]],
    )

    rows = read_rows(file, parse_mapping(["external_id=ticket", "message=What", "message=Where exactly"]))

    assert rows.rows[0].payload == {
        "source": "a",
        "external_id": "7",
        "message": "Leak - Kitchen",
        "attributes": {"message": "m", "day": "01.02.2026"},
    }


@pytest.mark.parametrize("option", ["colour=What", "message", "message=Nowhere"])
def test_a_mapping_that_names_no_field_or_no_column_is_refused(tmp_path, option):
    file = write(tmp_path / "a.csv", [["What"], ["Leak"]])

    with pytest.raises(WrongMapping):
        read_rows(file, parse_mapping([option]))


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["02/28/2023 11:45:00 PM", "02/28/2023 12:45:00 AM", ""], ["1", "2", "0"]),
        (["28/02/2023 10:00", "03/03/2023 10:00", "01/03/2023 10:00"], ["0", "2", "1"]),
        (["1677600000", "1677500000", "1677550000"], ["1", "2", "0"]),
        (["2023-02-28T10:00:00+02:00", "2023-02-28T09:00:00Z", "rubbish"], ["0", "1", "2"]),
        (["next week", "soon", "2023-02-28"], ["0", "1", "2"]),
    ],
)
def test_rows_are_sent_in_the_order_of_their_times(tmp_path, texts, order):
    file = write(tmp_path / "a.csv", [["id", "Created Date"], *([n, text] for n, text in enumerate(texts))])

    assert [row.payload["external_id"] for row in read_rows(file, {}).rows] == order
