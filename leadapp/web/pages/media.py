"""/leads/{id}/media/{name}: a picture or a voicemail, through us, for whoever may see the customer."""

from __future__ import annotations

from flask import Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.notify.media import Media, TooBusy, fetch_media
from leadapp.queries.media import find_kept
from leadapp.transaction import end_reads
from leadapp.web.access import EVERYBODY, check_lead, requires, sees_every_lead, viewer
from leadapp.web.languages import _
from leadapp.web.pages.leads import blueprint

_GONE = "icons/gone.svg"


@blueprint.get("/leads/<lead_id>/media/<name>")
@requires(*EVERYBODY)
def media(lead_id: str, name: str) -> ResponseReturnValue:
    check_lead(lead_id)
    lead, rep = db.session.get(Lead, lead_id) or abort(404), viewer()
    if not sees_every_lead(rep) and lead.owner_id != rep.id:
        abort(404)
    url = find_kept(lead_id, name) or abort(404)
    end_reads()  # nobody waits for the provider with the database held
    try:
        found = fetch_media(url)
    except TooBusy:
        return Response(_("Too many pictures at once. Try again in a moment."), 503, {"Retry-After": "3"})
    return _as_it_is(found) if found else _gone()


def _as_it_is(found: Media) -> Response:
    """In parts too: iPhones play nothing that they cannot ask for in parts."""
    response = Response(found.body, mimetype=found.kind)
    response.headers["Content-Disposition"] = "inline"
    response.make_conditional(request.environ, accept_ranges=True, complete_length=len(found.body))
    return response


def _gone() -> Response:
    """A picture that says so where one is shown, and a sentence elsewhere."""
    if request.headers.get("Sec-Fetch-Dest") == "image":
        return Response(current_app.extensions["assets"][_GONE].body, 404, mimetype="image/svg+xml")
    return Response(_("The provider does not keep this any more."), 404)
