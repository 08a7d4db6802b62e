"""What a push says: one JSON that is valid Declarative Web Push and is read by our own service worker."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.languages import in_language
from leadapp.models import PENDING, Message, Offer, Rep
from leadapp.notify.tokens import make_offer_token
from leadapp.settings import Settings

DECLARATIVE = 8030  # the magic number of Declarative Web Push, after RFC 8030


def push_payload(message: Message) -> bytes:
    """The payload of INTERFACE section 7. It shows on a locked screen, so nothing of the customer is added here."""
    settings: Settings = current_app.config["LEADAPP"]
    navigate = settings.base_url + str(message.data.get("navigate", "/my"))
    notification: dict[str, Any] = {
        "title": message.data.get("title", "Leadapp"),
        "body": message.body,
        "navigate": navigate,
        "tag": message.data.get("tag", message.cause),
        "data": {"receipt": message.receipt, "expires_at": message.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")},
    }
    offer = db.session.get(Offer, message.offer_id) if message.offer_id else None
    if offer is not None:
        notification["data"] |= {"offer": offer.id, "token": make_offer_token(offer)}
        language = db.session.scalar(select(Rep.language).where(Rep.id == message.rep_id))
        # When our worker fails the platform shows this by itself, and a button then only opens the page.
        notification["actions"] = [
            {"action": "accept", "title": in_language(language, "Accept"), "navigate": navigate},
            {"action": "pass", "title": in_language(language, "Pass"), "navigate": navigate},
        ]
    if message.data.get("quiet"):
        notification["silent"] = True
    payload = {
        "web_push": DECLARATIVE,
        "mutable": True,
        "notification": notification,
        "app_badge": str(_pending_offers(message.rep_id)),
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _pending_offers(rep_id: str | None) -> int:
    pending = (Offer.rep_id == rep_id, PENDING)
    return db.session.scalar(select(func.count()).select_from(Offer).where(*pending)) or 0
