"""The screens."""

from __future__ import annotations

from flask import Flask

from leadapp.web import access, assets, languages, security, theme
from leadapp.web.pages import (
    answer,
    board,
    formats,
    kept_links,
    leads,
    me,
    my,
    outbox,
    passes,
    people,
    sign_in,
    styleguide,
    texts,
    words,
)


def init_app(app: Flask) -> None:
    """Binds every screen, and what all of them need, to the application. Errors are bound by the web as a whole."""
    for part in (assets, security, access, theme, languages, formats, words, kept_links):
        part.init_app(app)
    for page in (sign_in, my, leads, passes, texts, board, me, people, outbox, answer, styleguide):
        app.register_blueprint(page.blueprint)
