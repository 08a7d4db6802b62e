"""The screens."""

from __future__ import annotations

from flask import Flask

from leadapp.web import access, assets, keeping, languages, security, taps
from leadapp.web.pages import answer, board, formats, kept_links, leads, me, my, outbox, people, sign_in, texts


def init_app(app: Flask) -> None:
    """Binds every screen, and what all of them need, to the application. Errors are bound by the web as a whole."""
    for part in (assets, security, access, languages, formats, kept_links, keeping, taps):
        part.init_app(app)
    for page in (sign_in, my, leads, texts, board, me, people, outbox, answer):
        app.register_blueprint(page.blueprint)
