"""In which language somebody reads Leadapp."""

from __future__ import annotations

from sqlalchemy import update

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import Rep
from leadapp.transaction import transaction


def choose_language(rep_id: str, language: Language) -> None:
    """From now on screens, alerts, texts and calls to the rep are in it."""
    with transaction():
        db.session.execute(update(Rep).where(Rep.id == rep_id).values(language=language))


def settle_language(rep_id: str, language: Language) -> None:
    """Until the rep chooses, what their browser asked for when they first came stands: an alert cannot ask it."""
    with transaction():
        unsettled = (Rep.id == rep_id) & Rep.language.is_(None)
        db.session.execute(update(Rep).where(unsettled).values(language=language))
