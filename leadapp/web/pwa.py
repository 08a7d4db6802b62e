"""What makes the site an app on a phone: the service worker, the manifest and the page for when there is no network."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import Business
from leadapp.web.access import current_rep
from leadapp.web.assets import STATIC, Asset, asset, build, sent, spoken
from leadapp.web.keeping import person_key
from leadapp.web.languages import _, language
from leadapp.web.pages.formats import frozen_now, iso

blueprint = Blueprint("pwa", __name__)

_PAPER = "#f4f2ec"  # as the page is, so that neither the splash nor the bar above it flashes
_SHORT_NAME = 12  # what fits under an icon
_WORKER = ("sw", "sw-pages", "sw-taps")
#: What every page is made of; a page that installs the worker has loaded it all.
_SHELL = ("app.css", "js/vendor/htmx-4.0.1.min.js", "app.js")


@blueprint.get("/sw.js")
def service_worker() -> Response:
    """The worker, named after the build: a new build installs itself and drops what the old one kept."""
    made: dict[Language, Asset] = current_app.extensions.setdefault("workers", {})
    worker = made.get(language())
    if worker is None:
        worker = made[language()] = _worker(language())
    response = sent(worker, "no-cache")
    response.headers["Service-Worker-Allowed"] = "/"
    response.set_etag(worker.digest)
    response.make_conditional(request)
    return response


@blueprint.get("/session")
def who_is_there() -> Response:
    """What the worker asks before it sends taps that have waited: as whom, with which token, and what time it is."""
    rep = current_rep()
    return jsonify(
        person=person_key(rep) if rep else None, token=generate_csrf() if rep else None, now=iso(frozen_now())
    )


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    name = db.session.scalar(select(Business.name)) or "Leadapp"
    document = {
        "id": "/my",
        "name": name,
        "short_name": name if len(name) <= _SHORT_NAME else "Leadapp",
        "description": _("Leads that ring, one person at a time."),
        "lang": language(),
        "start_url": "/my",
        "scope": "/",
        "display": "standalone",
        "theme_color": _PAPER,
        "background_color": _PAPER,
        "icons": [
            _icon("icon-192.png", 192, "any"),
            _icon("icon-512.png", 512, "any"),
            _icon("icon-maskable-512.png", 512, "maskable"),
        ],
        "shortcuts": [
            _shortcut("/my", _("My leads")),
            _shortcut("/board", _("Board")),
            _shortcut("/me", _("Out of office")),
        ],
    }
    return Response(json.dumps(document), headers={"Cache-Control": "no-cache"}, mimetype="application/manifest+json")


def _worker(reader: Language) -> Asset:
    script = "\n".join((STATIC / "js" / f"{name}.js").read_text() for name in _WORKER)
    filled = {
        "build": build(),
        "icon": asset("icons/icon-192.png"),
        "badge": asset("icons/badge-96.png"),
        "shell": json.dumps([asset(name) for name in _SHELL]),
        "offline": json.dumps(render_template("offline.html")),
    }
    script = spoken(script, reader)
    for name, value in filled.items():
        script = script.replace(f"{{{{ {name} }}}}", value)
    return Asset("sw.js", script.encode())


def _shortcut(url: str, name: str) -> dict[str, object]:
    return {"name": name, "url": url, "icons": [_icon("icon-192.png", 192, "any")]}


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": asset(f"icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
