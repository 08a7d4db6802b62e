"""What states and outcomes are called on a screen, in the reader's language."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from leadapp.routing.values import LeadOutcome, LeadState
from leadapp.web.languages import _


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(bdi=bdi, state_word=state_word, outcome_word=outcome_word)


def bdi(name: str) -> Markup:
    """A name that is filled into a sentence, and may be written the other way than the sentence."""
    return Markup("<bdi>{}</bdi>").format(name)


def state_word(state: LeadState) -> str:
    match state:
        case LeadState.NEW:
            return _("New")
        case LeadState.HELD:
            return _("Waiting for opening")
        case LeadState.OFFERED:
            return _("Offered")
        case LeadState.QUEUED:
            return _("Nobody took it")
        case LeadState.CLAIMED:
            return _("Taken")
        case LeadState.CONTACTED:
            return _("Spoken to")
        case LeadState.CLOSED:
            return _("Closed")


def outcome_word(outcome: LeadOutcome) -> str:
    match outcome:
        case LeadOutcome.WON:
            return _("won")
        case LeadOutcome.LOST:
            return _("lost")
        case LeadOutcome.SPAM:
            return _("spam")
        case LeadOutcome.DUPLICATE:
            return _("duplicate")
