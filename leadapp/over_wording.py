"""Why a message that was due was not sent after all. Pure."""

from __future__ import annotations

from leadapp.routing.said import said
from leadapp.routing.values import LeadState, OfferOutcome

TOO_LATE = said("It was too late to send it.")
WAS_SHOWN = said("It was not needed: the phone has shown the alert.")
WANTS_NO_TEXTS = said("Nobody texts this number: it asked for no texts.")
CLEARED = said("It was over before it could be sent.")

OFFER_WAS = {
    OfferOutcome.ACCEPTED: said("The offer was accepted."),
    OfferOutcome.PASSED: said("The offer was passed."),
    OfferOutcome.EXPIRED: said("The offer was expired."),
    OfferOutcome.WITHDRAWN: said("The offer was withdrawn."),
}
LEAD_IS = {
    LeadState.NEW: said("The lead is new by now."),
    LeadState.HELD: said("The lead is held by now."),
    LeadState.OFFERED: said("The lead is offered by now."),
    LeadState.QUEUED: said("The lead is queued by now."),
    LeadState.CLAIMED: said("The lead is claimed by now."),
    LeadState.CONTACTED: said("The lead is contacted by now."),
    LeadState.CLOSED: said("The lead is closed by now."),
}
