"""The screens."""

from __future__ import annotations

from flask import Flask

from leadapp.web import access, assets, languages, security, theme
from leadapp.web.pages import (
    answer,
    board,
    enrol,
    formats,
    kept_links,
    leads,
    me,
    my,
    outbox,
    passkeys,
    people,
    sign_in,
    texts,
)


def init_app(app: Flask) -> None:
    """Binds every screen, and what all of them need, to the application. Errors are bound by the web as a whole."""
    for part in (assets, security, access, languages, theme, formats, kept_links):
        part.init_app(app)
    for page in (sign_in, enrol, passkeys, my, leads, texts, board, me, people, outbox, answer):
        app.register_blueprint(page.blueprint)
