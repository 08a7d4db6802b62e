"""The other front doors: any JSON or form body at /in, the hosted form at /f."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.exceptions import Gone, NotFound, TooManyRequests

from leadapp import clock
from leadapp.capture import NothingToStore, from_fields
from leadapp.capture.body import UnreadableBody, read_body
from leadapp.capture.door import leads_in
from leadapp.extensions import csrf
from leadapp.models import Door, Source
from leadapp.web import hosted_form, problems
from leadapp.web.api.entrance import answer
from leadapp.web.rates import limited, visitor
from leadapp.web.receiving import country_for, evidence_of, evidence_of_form, source_in_use
from leadapp.workflow.intake import capture_lead

blueprint = Blueprint("doors", __name__)
machines = Blueprint("in", __name__, url_prefix="/in")
people = Blueprint("forms", __name__, url_prefix="/f")
# Both are for the public: there is no session behind them that a foreign page could misuse.
csrf.exempt(machines)
csrf.exempt(people)
problems.cover(machines)

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def _form_and_visitor() -> str:
    """A flood on one form leaves the others open; and many visitors may share one address."""
    return f"{_key()} {visitor()}"


@machines.post("/<key>")
@limited("600 per minute")
def receive(key: str) -> Response:
    source, now = source_in_use(key), clock.now()
    body = read_body(request.get_data(), request.content_type or "")
    leads = leads_in(body, country=country_for(source), now=now, defaults=source.defaults)
    stored = [
        capture_lead(lead, now=now, source=source, evidence=evidence_of(Door.WEBSITE, lead.attributes))
        for lead in leads
    ]
    status = 201 if any(each.how == "created" for each in stored) else 200
    if _is_from_a_page():
        return hosted_form.thanks(stored[0].lead_id, status)
    ids = [each.lead_id for each in stored]
    return answer({"id": ids[0], **({"ids": ids} if len(ids) > 1 else {})}, status)


@machines.after_request
def open_to_every_website(response: Response) -> Response:
    """Forms live on other people's sites, and a script there must be able to read the answer."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        wanted = request.headers.get("Access-Control-Request-Headers", "Content-Type")
        response.headers["Access-Control-Allow-Headers"] = wanted
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


@machines.errorhandler(UnreadableBody)
def tell_unreadable(error: UnreadableBody) -> Response:
    return problems.problem(error.status, f"{error.detail} Nothing was kept.")


@machines.errorhandler(NothingToStore)
def tell_blank(error: NothingToStore) -> Response:
    if _is_from_a_page():
        return hosted_form.show(source_in_use(_key()), request.form, problems=hosted_form.BLANK)
    return problems.answer_to(error)


@people.get("/<key>")
def show_form(key: str) -> Response:
    return hosted_form.show(source_in_use(key))


@people.post("/<key>")
@limited("30 per minute", whose=_form_and_visitor)
def take_form(key: str) -> Response:
    source, now = source_in_use(key), clock.now()
    if request.form.get(hosted_form.TRAP, "").strip():
        return hosted_form.show(source, request.form, problems=hosted_form.TRAPPED)
    captured = from_fields(_filled(request.form, source), country=country_for(source), now=now)
    evidence = evidence_of_form(hosted_form.promise())
    stored = capture_lead(captured, now=now, source=source, evidence=evidence)
    return hosted_form.thanks(stored.lead_id, 201 if stored.how == "created" else 200)


@people.errorhandler(NothingToStore)
def ask_again(_error: NothingToStore) -> Response:
    return hosted_form.show(source_in_use(_key()), request.form, problems=hosted_form.BLANK)


@people.errorhandler(TooManyRequests)
def ask_to_wait(_error: TooManyRequests) -> Response:
    return hosted_form.show(source_in_use(_key()), request.form, problems=hosted_form.TOO_MANY, status=429)


@people.errorhandler(NotFound)
@people.errorhandler(Gone)
def say_closed(error: NotFound | Gone) -> Response:
    return hosted_form.closed(error.code)


blueprint.register_blueprint(machines)
blueprint.register_blueprint(people)


def _key() -> str:
    return str((request.view_args or {}).get("key", ""))


def _filled(form: Mapping[str, str], source: Source) -> dict[str, object]:
    typed = {name: text for name, text in form.items() if text.strip() and name != hosted_form.TRAP}
    return {**source.defaults, **typed}


def _is_from_a_page() -> bool:
    """A plain form that a browser sent: a person looks at the answer."""
    wants_page = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    return wants_page and request.mimetype in _FORM_TYPES
