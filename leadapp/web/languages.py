"""In which language a page is: the one its reader has chosen, else the one the browser asks for."""

from __future__ import annotations

from flask import Flask, has_request_context, request
from flask_babel import Babel, gettext, ngettext

from leadapp.languages import TRANSLATIONS, Language
from leadapp.web.access import current_rep


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=language, default_translation_directories=str(TRANSLATIONS))
    app.jinja_env.globals["language"] = language


def _(english: str, **values: object) -> str:
    """What Python says, in the reader's language, with `%(name)s` filled in. Templates have one of their own."""
    return str(gettext(english, **values))


def _n(one: str, many: str, num: int, **values: object) -> str:
    """The sentence that fits the number, which it may name as `%(num)d`."""
    return str(ngettext(one, many, num, **values))


def language() -> Language:
    """Of the signed-in person, else of the browser, else English."""
    rep = current_rep() if has_request_context() else None
    return (rep and rep.language) or asked_for()


def asked_for() -> Language:
    """What the browser would like best of what there is; English for programs that say nothing."""
    return (has_request_context() and preferred()) or Language.ENGLISH


def preferred() -> Language | None:
    """What the browser asks for by name, if we speak it."""
    best = request.accept_languages.best_match([*Language])
    return Language(best) if best else None
