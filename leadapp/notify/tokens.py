"""Tokens that let a locked phone answer one offer for one rep. They say who answers; they read nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from leadapp.models import Offer

_SALT = "offer-token"
# A tap may come after the offer ran out while nobody else has the lead yet, and a repeat gets the same answer again.
_LIVES_AFTER_OFFER = timedelta(hours=1)


class BadToken(Exception):
    """Altered, made for another offer, or too old."""


@dataclass(frozen=True, slots=True)
class OfferToken:
    offer_id: str
    rep_id: str


def make_offer_token(offer: Offer) -> str:
    """A token for the lock screen. Kept nowhere: its signature is all there is, and the offer answers only once."""
    expires_at = offer.expires_at + _LIVES_AFTER_OFFER
    return _serializer().dumps([offer.id, offer.rep_id, int(expires_at.timestamp())])


def read_offer_token(token: str, offer_id: str, now: datetime) -> OfferToken:
    """Whose answer this is. Raises BadToken unless we made it, for this offer, and not long ago."""
    try:
        made_for, rep_id, expires_at = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        raise BadToken("This token was not made here.") from None
    if made_for != offer_id:
        raise BadToken("This token is for another offer.")
    if datetime.fromtimestamp(expires_at, UTC) < now:
        raise BadToken("This token is too old.")
    return OfferToken(made_for, rep_id)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=_SALT)
