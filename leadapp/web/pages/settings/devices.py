"""/settings/devices: screens on the wall."""

from __future__ import annotations

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries.devices import devices_in_use
from leadapp.web import htmx
from leadapp.web.access import OWNER, requires
from leadapp.web.htmx import Screen
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now, spoken
from leadapp.web.pages.settings.index import blueprint
from leadapp.workflow.devices import add_device, retire_device
from leadapp.workflow.errors import Invalid, NotFound


@blueprint.get("/devices")
@requires(*OWNER)
def devices() -> ResponseReturnValue:
    return htmx.respond(_screen())


@blueprint.post("/devices")
@requires(*OWNER)
def make_device() -> ResponseReturnValue:
    """Its link is shown once: only a digest of the key is kept."""
    try:
        key = add_device(request.form.get("name", ""), frozen_now())
    except Invalid as error:
        return htmx.respond(_screen(), status=422, notice=" ".join(spoken(message) for _field, message in error.errors))
    link = current_app.config["LEADAPP"].base_url + url_for("tv.show", key=key)
    return htmx.respond(_screen(link))


@blueprint.post("/devices/<device_id>/retirement")
@requires(*OWNER)
def drop_device(device_id: str) -> ResponseReturnValue:
    try:
        retire_device(device_id, frozen_now())
    except NotFound:
        abort(404)
    return htmx.respond_changed(_screen(), _("The link of that screen shows nothing any more."))


def _screen(link: str | None = None) -> Screen:
    context = {"devices": devices_in_use(), "link": link}
    return Screen(url_for("settings.devices"), "settings/devices.html", "settings/_devices.html", context)
