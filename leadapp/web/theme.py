"""How a phone shows pages: as the system says, light, dark, or for the sun. Kept by the phone, since it is about its
screen."""

from __future__ import annotations

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

THEMES = ("system", "light", "dark", "sun")
_COOKIE = "theme"
_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"theme": chosen()})


def chosen() -> str:
    kept = request.cookies.get(_COOKIE)
    return kept if kept in THEMES else THEMES[0]


def keep(response: Response, theme: str) -> None:
    secure = current_app.config["LEADAPP"].is_secure
    response.set_cookie(_COOKIE, theme, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
