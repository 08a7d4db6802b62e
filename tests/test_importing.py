"""Contacts come over from another program: each once, whoever they know already, and nobody is rung."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import func, select

from leadapp import cli, importing
from leadapp.capture.table import open_table
from leadapp.extensions import db
from leadapp.models import Contact, ContactPoint, Lead, Message, Turn
from tests.builders import Office, make_lead

#: What happens in it is the same on both.
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def run(app, path):
    return app.test_cli_runner().invoke(cli.program.commands["import-contacts"], [str(path)])


def last_line(result):
    assert result.exit_code == 0, result.output
    return result.output.splitlines()[-1]


def contacts():
    return {contact.name: contact for contact in db.session.scalars(select(Contact))}


def points(contact):
    found = select(ContactPoint.value).where(ContactPoint.contact_id == contact.id)
    return sorted(db.session.scalars(found))


def test_each_row_becomes_a_contact_with_all_its_phones_and_e_mails_and_its_owner(app, clock, tmp_path):
    office = Office()
    file = write(
        tmp_path / "people.csv",
        "First Name,Last Name,Phone 1 - Type,Phone 1 - Value,Mobile,E-mail Address,E-mail 2,Owner\n"
        "Dana,Ortiz,Home,(415) 555-0123 ::: 415 555 0124,415-555-0125,DANA@Example.com,d@example.org,ana@example.com\n"
        "Lee,Wu,,,4155550126,,,BEN\n",
    )

    assert last_line(run(app, file)) == "taken 2, merged 0, set aside 0"

    dana, lee = contacts()["Dana Ortiz"], contacts()["Lee Wu"]
    assert points(dana) == ["+14155550123", "+14155550124", "+14155550125", "d@example.org", "dana@example.com"]
    assert (dana.owner_id, lee.owner_id) == (office.ana.id, office.ben.id)
    assert not (tmp_path / "people.set-aside.csv").exists()


def test_importing_again_merges_and_an_owner_stays(app, clock, tmp_path):
    office = Office()
    file = write(tmp_path / "a.csv", "name,phone,owner\nDana,4155550123,Ana\n")
    more = write(tmp_path / "b.csv", "name,phone,email,owner\nD.,+1 415 555 0123,dana@example.com,Ben\n")
    run(app, file)

    assert last_line(run(app, file)) == "taken 0, merged 1, set aside 0"
    assert last_line(run(app, more)) == "taken 0, merged 1, set aside 0"

    [dana] = contacts().values()
    assert (dana.name, dana.owner_id, points(dana)) == ("Dana", office.ana.id, ["+14155550123", "dana@example.com"])


def test_one_person_twice_in_a_batch_is_one_contact_and_two_sharing_a_phone_are_two(app, clock, tmp_path):
    Office()
    file = write(
        tmp_path / "a.csv",
        "name,phone,email\nDana,4155550123,dana@example.com\nDana,415 555 0123,\nKim,4155550123,kim@example.com\n",
    )

    assert last_line(run(app, file)) == "taken 2, merged 1, set aside 0"


@on_one_database
def test_a_lead_of_an_imported_person_goes_to_their_owner(app, clock, tmp_path):
    office = Office()
    run(app, write(tmp_path / "a.csv", "name,phone,owner\nDana,4155550123,Ben\n"))

    assert make_lead(phone="415 555 0123").accountable_id == office.ben.id


@on_one_database
def test_rows_that_reach_nobody_are_set_aside_with_the_reason(app, clock, tmp_path):
    Office()
    file = write(
        tmp_path / "a.csv",
        'name,phone,email,note\nDana,none,n/a,"a, b"\nKim,,,x\n,,,\n\nLee,4155550126,lee@,y\nExtra,,,z,beyond\n',
    )

    result = run(app, file)

    assert last_line(result) == "taken 1, merged 0, set aside 4"
    assert "Left out: 1 phones or e-mails" in result.output
    with (tmp_path / "a.set-aside.csv").open(encoding="utf-8-sig", newline="") as kept:
        assert list(csv.reader(kept)) == [
            ["name", "phone", "email", "note", "reason"],
            ["Dana", "none", "n/a", "a, b", "No phone or e-mail that can be used: none, n/a"],
            ["Kim", "", "", "x", "No phone and no e-mail."],
            ["", "", "", "", "Nothing in it."],
            ["Extra", "", "", "z", "No phone and no e-mail.", "beyond"],
        ]


@on_one_database
def test_an_owner_nobody_knows_is_said_and_the_contact_taken_all_the_same(app, clock, tmp_path):
    Office()

    result = run(app, write(tmp_path / "a.csv", "name,phone,owner\nDana,4155550123,Zed\n"))

    assert "no active rep is called that: Zed (1)" in result.output
    assert contacts()["Dana"].owner_id is None


def test_importing_rings_nobody_and_uses_no_turn(app, clock, tmp_path):
    Office()
    rows = "".join(f"P{n},415555{n:04}\n" for n in range(1, 450))
    steps = []

    tally = importing.import_contacts_file(
        write(tmp_path / "a.csv", "name,phone\n" + rows), now=clock.now(), progress=steps.append
    )

    assert tally.outcomes.total() == 449
    assert sum(steps) == (tmp_path / "a.csv").stat().st_size
    for table in (Lead, Message, Turn):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


@on_one_database
def test_before_there_is_a_business_nothing_is_imported(app, tmp_path):
    result = run(app, write(tmp_path / "a.csv", "name,phone\nDana,4155550123\n"))

    assert (result.exit_code, "leadapp setup" in result.output) == (1, True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_a_table_is_read_in_any_usual_encoding_with_any_usual_delimiter(tmp_path, encoding, delimiter):
    lines = [["Name", "Note's text", "Phone"], ["José Peña", 'He said "it\'s, well; a | b"', "1"], ["Ann", "", "2"]]
    with (tmp_path / "t.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)

    with open_table(tmp_path / "t.csv") as table:
        assert [list(row.values()) for row in table] == lines[1:]


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("sep=;\na;b\n1;2\n", ("a", "b"), [["1", "2"]]),
        ("\n\na,,a\n1,2,3,4\n5\n", ("a", "column 2", "a 2"), [["1", "2", "3", "4"], ["5", "", ""]]),
        ("email\na@b.org\n", ("email",), [["a@b.org"]]),
        ('a,b\n"two\nlines",2\n', ("a", "b"), [["two\nlines", "2"]]),
        ("a,b\rx,y\r", ("a", "b"), [["x", "y"]]),
    ],
)
def test_a_table_is_read_however_odd_its_form(tmp_path, text, columns, rows):
    with open_table(write(tmp_path / "t.csv", text)) as table:
        assert table.columns == columns
        assert [list(row.values()) for row in table] == rows
