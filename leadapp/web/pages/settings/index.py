"""/settings: the list of its sections."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from leadapp.routing.said import said
from leadapp.web.access import OWNER, requires

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

#: Every section: its address, its name, and what is found there.
SECTIONS = (("settings.devices", said("Screens"), said("The board on a wall: links that show it and sign nobody in")),)


@blueprint.get("")
@requires(*OWNER)
def index() -> str:
    sections = [(url_for(endpoint), name, about) for endpoint, name, about in SECTIONS]
    return render_template("settings/index.html", sections=sections)
