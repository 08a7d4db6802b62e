"""Reps, teams, rules, sources and contacts: each is listed, read, made, changed and retired in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Contact, Rep, Rule, Source, Team
from leadapp.queries import configuration as shapes
from leadapp.queries import lists
from leadapp.queries.paging import Page
from leadapp.web.api import payloads
from leadapp.web.api.entrance import answer, blueprint, listing
from leadapp.web.api.field_types import Payload
from leadapp.web.api.reading import filters, given, payload
from leadapp.workflow.configuration import contacts, reps, rules, sources, teams
from leadapp.workflow.errors import NotFound


@dataclass(frozen=True)
class Resource:
    """One kind of thing: where it is, what it takes, what reads it and what changes it."""

    noun: str
    path: str
    table: type[Any]
    new: type[Payload]
    changes: type[Payload]
    rows: Callable[..., Page]
    shapes: Callable[[Sequence[Any]], list[dict[str, Any]]]
    create: Callable[..., str]
    change: Callable[..., None]
    retire: Callable[..., None]


def _rep_shapes(rows: Sequence[Rep]) -> list[dict[str, Any]]:
    return shapes.rep_shapes(rows, clock.now())


RESOURCES = (
    Resource(
        "rep", "/reps", Rep, payloads.RepIn, payloads.RepChange,
        lists.reps, _rep_shapes, reps.create_rep, reps.change_rep, reps.retire_rep,
    ),
    Resource(
        "team", "/teams", Team, payloads.TeamIn, payloads.TeamChange,
        lists.teams, shapes.team_shapes, teams.create_team, teams.change_team, teams.retire_team,
    ),
    Resource(
        "rule", "/rules", Rule, payloads.RuleIn, payloads.RuleChange,
        lists.rules, shapes.rule_shapes, rules.create_rule, rules.change_rule, rules.retire_rule,
    ),
    Resource(
        "source", "/sources", Source, payloads.SourceIn, payloads.SourceChange,
        lists.sources, shapes.source_shapes, sources.create_source, sources.change_source, sources.retire_source,
    ),
    Resource(
        "contact", "/contacts", Contact, payloads.ContactChange, payloads.ContactChange,
        lists.contacts, shapes.contact_shapes,
        contacts.create_contact, contacts.change_contact, contacts.retire_contact,
    ),
)  # fmt: skip


def show(resource: Resource, row_id: str) -> Response:
    return answer(_shape(resource, row_id))


def list_all(resource: Resource) -> Response:
    asked = filters(payloads.Paging)
    found = resource.rows(cursor=asked.cursor, limit=asked.limit)
    return listing(resource.shapes(found.rows), found.next)


def make(resource: Resource) -> Response:
    row_id = resource.create(given(payload(resource.new)), now=clock.now())
    return answer(_shape(resource, row_id), 201, {"Location": f"{blueprint.url_prefix}/v1{resource.path}/{row_id}"})


def change(resource: Resource, row_id: str) -> Response:
    resource.change(row_id, given(payload(resource.changes)), now=clock.now())
    return answer(_shape(resource, row_id))


def retire(resource: Resource, row_id: str) -> Response:
    resource.retire(row_id, now=clock.now())
    return Response(status=204)


def _shape(resource: Resource, row_id: str) -> dict[str, Any]:
    row = db.session.get(resource.table, row_id)
    if row is None:
        raise NotFound(resource.noun)
    return resource.shapes([row])[0]


def _of(resource: Resource, view: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(view)
    def bound(**place: str) -> Response:
        return view(resource, **place)

    return bound


def _open(resource: Resource) -> None:
    all_of_them, one = f"/v1{resource.path}", f"/v1{resource.path}/<row_id>"
    for path, method, view in (
        (all_of_them, "GET", list_all),
        (all_of_them, "POST", make),
        (one, "GET", show),
        (one, "PATCH", change),
        (one, "DELETE", retire),
    ):
        blueprint.add_url_rule(path, f"{view.__name__}_{resource.noun}", _of(resource, view), methods=[method])


for each in RESOURCES:
    _open(each)
