"""The commands that set a business up and let people in."""

from __future__ import annotations

import pytest

from leadapp import cli
from leadapp import clock as wall_clock
from leadapp.extensions import db
from leadapp.models import ApiKey, Business, Membership, Rep, Team
from leadapp.workflow.access import find_api_key, peek_login_link
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.setup import set_up_business
from tests.builders import Office, make_lead

SETUP = ["setup", "--business", "Lotus Clinic", "--owner-name", "Olivia", "--owner-email", "Olivia@Example.com"]


def test_setup_makes_a_business_whose_first_lead_reaches_its_owner(app, clock):
    result = app.test_cli_runner().invoke(cli.program.commands["setup"], SETUP[1:])

    assert result.exit_code == 0, result.output
    owner = db.session.query(Rep).one()
    assert (owner.email, owner.has_role("owner")) == ("olivia@example.com", True)
    assert signed_in_by(result.output) == owner.id
    assert make_lead().accountable_id == owner.id


def test_a_second_setup_changes_nothing(app, clock):
    Office()
    before = db.session.query(Rep).count()

    with pytest.raises(Conflict):
        set_up(business="Another")

    assert db.session.query(Rep).count() == before
    assert db.session.get_one(Business, 1).name == "Harbor Plumbing"


def test_setup_names_everything_that_is_wrong_at_once(app):
    with pytest.raises(Invalid) as refused:
        set_up(business=" ", email="olivia", time_zone="Mars/Olympus", country="XX")

    assert {field for field, _ in refused.value.errors} == {"business", "owner-email", "time-zone", "country"}
    assert not db.session.query(Team).count()
    assert not db.session.query(Membership).count()


def test_a_login_link_signs_in_the_rep_with_that_phone_or_e_mail(app, clock):
    office = Office()

    result = app.test_cli_runner().invoke(cli.program.commands["login-link"], ["ana@example.com"])

    assert signed_in_by(result.output) == office.ana.id


def test_there_is_no_login_link_for_a_stranger(app, clock):
    Office()

    result = app.test_cli_runner().invoke(cli.program.commands["login-link"], ["nobody@example.com"])

    assert result.exit_code == 1
    assert "nobody@example.com" in result.output


def test_an_api_key_is_printed_alone_on_the_last_line_and_works(app, clock):
    result = app.test_cli_runner().invoke(cli.program.commands["api-key"], ["zapier", "--read-only"])

    key = find_api_key(result.output.splitlines()[-1])
    assert key.read_only
    assert db.session.get_one(ApiKey, key.id).name == "zapier"


def set_up(*, business="Lotus Clinic", email="olivia@example.com", time_zone="UTC", country="US"):
    return set_up_business(
        business, owner_name="Olivia", owner_email=email, time_zone=time_zone, country=country, now=wall_clock.now()
    )


def signed_in_by(output):
    """Whom the link on the last line would sign in."""
    return peek_login_link(output.splitlines()[-1].rpartition("/")[2], wall_clock.now())
