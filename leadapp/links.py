"""Addresses that are given to people."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from leadapp.settings import Settings
from leadapp.workflow.access import make_login_link


def sign_in_link(rep_id: str, now: datetime) -> str:
    """A fresh one-time address that signs this rep in."""
    settings: Settings = current_app.config["LEADAPP"]
    return f"{settings.base_url}/sign-in/link/{make_login_link(rep_id, now)}"
