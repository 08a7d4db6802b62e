"""The screens."""

from __future__ import annotations

from flask import Flask

from leadapp.web import access, assets, languages, security
from leadapp.web.pages import (
    answer,
    board,
    calls,
    claims,
    formats,
    kept_links,
    leads,
    me,
    media,
    my,
    outbox,
    people,
    promising,
    sign_in,
    texts,
)

_OF_LEADS = (calls, claims, media, promising)  # what they hold is at the addresses of a lead


def init_app(app: Flask) -> None:
    """Binds every screen, and what all of them need, to the application. Errors are bound by the web as a whole."""
    for part in (assets, security, access, languages, formats, kept_links):
        part.init_app(app)
    for page in (sign_in, my, leads, texts, board, me, people, outbox, answer):
        app.register_blueprint(page.blueprint)
