"""How the requests that make up a lead came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Consent

_SHOWN = 50


def proofs(lead_id: str) -> Sequence[Consent]:
    """Oldest first; the newest fifty."""
    newest = select(Consent).where(Consent.lead_id == lead_id).order_by(Consent.id.desc()).limit(_SHOWN)
    return db.session.scalars(newest).all()[::-1]
