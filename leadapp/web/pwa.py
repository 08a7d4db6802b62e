"""What makes the site an app on a phone: the service worker, the manifest and the page for when there is no network."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Business
from leadapp.web.assets import STATIC, asset, build, spoken
from leadapp.web.languages import _, language

blueprint = Blueprint("pwa", __name__)

_PAPER = "#f4f2ec"  # as the page is, so that neither the splash nor the bar above it flashes
_SHORT_NAME = 12  # what fits under an icon


@blueprint.get("/sw.js")
def service_worker() -> Response:
    """The worker, named after the build: a new build installs itself and drops what the old one kept."""
    filled = {
        "build": build(),
        "icon": asset("icons/icon-192.png"),
        "badge": asset("icons/badge-96.png"),
        "style": asset("app.css"),
    }
    script = spoken((STATIC / "js" / "sw.js").read_text(), language())
    for name, value in filled.items():
        script = script.replace(f"{{{{ {name} }}}}", value)
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return Response(script, headers=headers, mimetype="text/javascript")


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


@blueprint.get("/offline")
def offline() -> Response:
    """Kept by the worker, so it holds nothing about anybody."""
    return Response(render_template("offline.html"), headers={"Cache-Control": "no-cache"})


def _shortcut(url: str, name: str) -> dict[str, object]:
    return {"name": name, "url": url, "icons": [_icon("icon-192.png", 192, "any")]}


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": asset(f"icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
