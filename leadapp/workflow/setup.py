"""A business for real use: its owner, and one team so that the first lead has somewhere to go."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from leadapp.capture.email import parse_email
from leadapp.extensions import db
from leadapp.models import Business, Membership, Rep, Team
from leadapp.transaction import transaction
from leadapp.workflow.errors import Conflict, Invalid


def set_up_business(
    name: str, *, owner_name: str, owner_email: str, time_zone: str, country: str, now: datetime
) -> str:
    """Writes the business, its owner and its default team into an empty database. Returns the owner's id.

    The owner is the fallback and the only member until others are added. Raises Invalid, or Conflict when there is a
    business already.
    """
    email = _checked(name, owner_name, owner_email, time_zone, country)
    with transaction():
        if db.session.get(Business, 1) is not None:
            raise Conflict("This database has a business already. Nothing was changed.")
        owner = Rep(name=owner_name.strip(), email=email, roles=["rep", "owner"], time_zone=time_zone, created_at=now)
        db.session.add(owner)
        db.session.flush()
        shared = {"name": name.strip(), "country": country, "time_zone": time_zone, "fallback_id": owner.id}
        team = Team(**shared, is_default=True, created_at=now)
        db.session.add_all([Business(**shared), team])
        db.session.flush()
        db.session.add(Membership(team_id=team.id, rep_id=owner.id, joined_at=now))
        return owner.id


def _checked(name: str, owner_name: str, owner_email: str, time_zone: str, country: str) -> str:
    """The owner's address in its normal form. Raises Invalid with everything that is wrong."""
    email = parse_email(owner_email)
    errors = [
        (field, message)
        for field, is_wrong, message in (
            ("business", not name.strip(), "A business needs a name."),
            ("owner-name", not owner_name.strip(), "The owner needs a name."),
            ("owner-email", email is None, f"{owner_email!r} is no e-mail address."),
            (
                "time-zone",
                time_zone not in available_timezones(),
                f"{time_zone!r} is no zone such as America/New_York.",
            ),
            ("country", country not in SUPPORTED_REGIONS, f"{country!r} is no two-letter country code such as US."),
        )
        if is_wrong
    ]
    if errors or email is None:
        raise Invalid(*errors)
    return email
