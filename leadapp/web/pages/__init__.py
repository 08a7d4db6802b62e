"""The screens."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

from leadapp.web import access, assets, keeping, languages, security, taps, theme
from leadapp.web.pages import (
    answer,
    board,
    calls,
    claims,
    coverage,
    desk,
    enrol,
    formats,
    kept_links,
    leads,
    me,
    media,
    my,
    outbox,
    passkeys,
    people,
    promising,
    queue,
    reports,
    settings,
    sign_in,
    styleguide,
    texts,
    tv,
)

_OF_LEADS = (calls, claims, desk, media, promising)  # what they hold is at the addresses of a lead


def init_app(app: Flask) -> None:
    """Binds every screen, and what all of them need, to the application. Errors are bound by the web as a whole."""
    # Pages and the worker: what programs ask for is small, and static files are compressed once for all (assets.py).
    app.config.update(
        COMPRESS_MIMETYPES=["text/html", "text/javascript"], COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=4
    )
    Compress(app)
    for part in (assets, security, access, theme, languages, formats, kept_links, keeping, taps):
        part.init_app(app)
    for page in (
        *(sign_in, enrol, passkeys, my, leads, texts, me, answer),
        *(board, queue, tv, people, coverage, reports, outbox, settings, styleguide),
    ):
        app.register_blueprint(page.blueprint)
