"""/board: every open lead, whose it is, how long it has waited, what happens next and when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries.board import MOST_SHOWN, SHOWN, Board, Wanted, board, teams_in_use
from leadapp.queries.choices import alike, choices
from leadapp.queries.pages import lead_page
from leadapp.routing.values import LeadState
from leadapp.web import htmx
from leadapp.web.access import EVERYBODY, OFFICE, OWNER, requires, sees_every_lead, viewer
from leadapp.web.htmx import Screen
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.live import respond_live, seen
from leadapp.workflow.forecast import next_in_line

blueprint = Blueprint("board", __name__)

_LONGEST_SEARCH = 100


@blueprint.get("/board")
@requires(*EVERYBODY)
def show() -> ResponseReturnValue:
    return respond_live(screen)


@blueprint.get("/board/<lead_id>")
@requires(*OFFICE)
def show_lead(lead_id: str) -> ResponseReturnValue:
    """One lead beside the board, with everything the office may do to it; by itself it is the lead's own page."""
    if not htmx.is_fragment():
        return redirect(url_for("leads.show", lead_id=lead_id))
    return respond_live(lambda: _panel(lead_id))


def screen() -> Screen:
    rep, wanted, now = viewer(), _wanted(), frozen_now()
    version, whole = seen(), sees_every_lead(rep)
    found = board(rep.id, now, whole=whole, wanted=wanted, sees_alarms=rep.has_role(*OWNER))
    chosen = _chosen(wanted)
    return Screen(
        url=url_for("board.show", **chosen),
        page="board/show.html",
        fragment="board/_rows.html",
        context={
            "board": found,
            "whole": whole,
            "seen": version,
            "wanted": wanted,
            "chosen": chosen,
            "more": chosen | {"shown": min(found.total, MOST_SHOWN)},
            "teams": teams_in_use() if whole else [],
            "next_in_line": next_in_line(_offered(found), now) if whole else {},
        },
    )


def _panel(lead_id: str) -> Screen:
    now, version = frozen_now(), seen()
    lead = lead_page(lead_id, viewer().id, sees_customer=True) or abort(404)
    is_open = lead.state is not LeadState.CLOSED
    return Screen(
        url=url_for("leads.show", lead_id=lead_id),
        page="leads/show.html",
        fragment="board/_panel.html",
        context={
            "lead": lead,
            "seen": version,
            "chosen": _chosen(_wanted()),
            "choices": choices(lead_id, now) if is_open else [],
            "alike": alike(lead_id) if is_open else [],
        },
    )


def _offered(found: Board) -> list[str]:
    return [row.id for row in found.rows if row.state is LeadState.OFFERED]


def _wanted() -> Wanted:
    """What the address says; what cannot be meant is as if it was not said."""
    said = request.args
    return Wanted(
        team_id=said.get("team") or None,
        urgent=bool(said.get("urgent")),
        mine=bool(said.get("mine")),
        late=bool(said.get("late")),
        q=said.get("q", "").strip()[:_LONGEST_SEARCH],
        shown=min(max(said.get("shown", SHOWN, type=int), SHOWN), MOST_SHOWN),
    )


def _chosen(wanted: Wanted) -> dict[str, Any]:
    """The same as an address says it, so that polls and forms keep to it."""
    flags = {"urgent": wanted.urgent, "mine": wanted.mine, "late": wanted.late}
    said = {"team": wanted.team_id, "q": wanted.q} | {name: "1" for name, is_wanted in flags.items() if is_wanted}
    shown = {"shown": wanted.shown} if wanted.shown > SHOWN else {}
    return {name: value for name, value in said.items() if value} | shown
