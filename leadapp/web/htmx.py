"""The only reader and writer of HX-* headers: one answer that is a page, a fragment or a redirect, as it was asked for.

`request.htmx` comes from htmx-flask, which knows the headers of htmx 2; what htmx 4 changed is read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Response, flash, make_response, redirect, render_template, request
from htmx_flask import request as htmx_request

#: With this header a phone sends a tap that it may repeat.
TAP = "Idempotency-Key"


@dataclass(frozen=True)
class Screen:
    """What an address shows: the page, the fragment inside it that replaces itself, and what both need."""

    url: str
    page: str
    fragment: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Undo:
    """A form that puts back what was just changed. `target` is the element that its answer replaces."""

    url: str
    values: Mapping[str, str]
    target: str


def is_fragment() -> bool:
    """True when htmx asks for a part of a page: not for a boosted load or one that restores history."""
    asked = htmx_request.htmx
    whole = asked.boosted or asked.history_restore_request or request.headers.get("HX-Request-Type") == "full"
    return bool(asked) and not whole


def respond(screen: Screen, *, status: int = 200, notice: str | None = None, undo: Undo | None = None) -> Response:
    """Shows the screen. `notice` is one plain sentence about what happened; htmx replaces the notice line with it."""
    context = {**screen.context, "notice": notice, "undo": undo}
    if is_fragment():
        body = render_template(screen.fragment, **context)
        if notice:
            body += render_template("_notice.html", notice=notice, undo=undo, out_of_band=True)
        return _varied(make_response(body, status), notice)
    return _varied(make_response(render_template(screen.page, **context), status), notice)


def respond_changed(screen: Screen, notice: str | None = None, undo: Undo | None = None) -> Response:
    """After a change: the fragment for htmx, 303 to the screen's address for a plain form."""
    if is_fragment():
        return respond(screen, notice=notice, undo=undo)
    return go(screen.url, notice, undo)


def go(url: str, notice: str | None = None, undo: Undo | None = None) -> Response:
    """Sends the browser to another page; htmx loads it whole."""
    if notice:
        flash({"notice": notice, "undo": asdict(undo) if undo else None})  # type: ignore[arg-type]
    if is_fragment():
        return _varied(make_response("", 200, {"HX-Redirect": url}), notice)
    return _varied(make_response(redirect(url, 303)))


def reload_page(status: int = 200) -> Response:
    """Makes an htmx page load itself again: it is out of date, or its person is signed out."""
    return _varied(make_response("", status, {"HX-Refresh": "true"}))


def notice_only(notice: str, status: int) -> Response:
    """Says what is wrong in the notice line and leaves the rest of the page as it is."""
    body = render_template("_notice.html", notice=notice, undo=None, out_of_band=False)
    return _varied(make_response(body, status, {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}), notice)


def unchanged() -> Response:
    """Nothing to swap."""
    return _varied(make_response("", 204))


def _varied(response: Response, notice: str | None = None) -> Response:
    response.vary.add("HX-Request")
    if notice and TAP in request.headers:
        # For the service worker, which repeats taps and reads no page. A header holds ASCII only.
        response.headers["Leadapp-Said"] = quote(notice)
    return response
