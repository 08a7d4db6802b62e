"""/people/coverage: who is away and who covers in the next two weeks, and the proof that leads will be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries.calendar import calendar
from leadapp.queries.people import active_reps
from leadapp.routing.coverage import DAYS, Hole
from leadapp.routing.coverage_words import Fix, Offered, fixes, what_is_wrong
from leadapp.web import htmx
from leadapp.web.access import OFFICE, OWNER, requires, viewer
from leadapp.web.htmx import Screen
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now, moment_there, spoken, zone
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.coverage import Proof, prove_coverage
from leadapp.workflow.errors import Invalid, NotFound

blueprint = Blueprint("coverage", __name__)

SHOWN = 3  # holes of a team; the rest is a tap further


@dataclass(frozen=True)
class ShownFix:
    """What would close a hole, in words, and where that is done if there is such a page."""

    words: str
    url: str | None = None


@dataclass(frozen=True)
class ShownHole:
    sentence: str
    fixes: list[ShownFix]


@dataclass(frozen=True)
class ShownTeam:
    id: str
    name: str
    zone: str
    fallback_id: str
    holes: list[ShownHole]
    wants_fallback: bool


@blueprint.get("/people/coverage")
@requires(*OFFICE)
def show() -> ResponseReturnValue:
    return htmx.respond(_screen())


@blueprint.post("/people/coverage/<team_id>/fallback")
@requires(*OWNER)
def name_fallback(team_id: str) -> ResponseReturnValue:
    try:
        change_team(team_id, {"fallback": request.form.get("rep") or None}, now=frozen_now())
    except Invalid as error:
        return htmx.respond(_screen(), status=422, notice=" ".join(spoken(message) for _field, message in error.errors))
    except NotFound:
        return htmx.respond(_screen(), status=404, notice=_("That team is not in use any more."))
    return htmx.respond_changed(_screen(), _("What nobody takes goes there from now on."))


def hole_sentences(proof: Proof) -> list[str]:
    """Every hole in one sentence, the first to come first, in the time of its team."""
    return [_sentence(hole, proof) for hole in proof.holes]


def _screen() -> Screen:
    now, proof = frozen_now(), prove_coverage(frozen_now())
    teams = [_shown(found.team_id, found.holes, proof) for found in proof.teams]
    context = {
        "teams": teams,
        "calendar": calendar(now, str(zone())),
        "shown": SHOWN,
        "reps": active_reps(),
        "may_name": viewer().has_role(*OWNER),
    }
    return Screen(url_for("coverage.show"), "people/coverage.html", "people/_coverage.html", context)


def _shown(team_id: str, holes: tuple[Hole, ...], proof: Proof) -> ShownTeam:
    team = proof.facts.teams[team_id]
    offered = [fixes(hole, proof.facts) for hole in holes]
    return ShownTeam(
        id=team.id,
        name=team.name,
        zone=team.time_zone,
        fallback_id=team.fallback_id,
        holes=[
            ShownHole(_sentence(hole, proof), [_fix(one, proof) for one in those if one.fix is not Fix.FALLBACK])
            for hole, those in zip(holes, offered, strict=True)
        ],
        wants_fallback=any(one.fix is Fix.FALLBACK for those in offered for one in those),
    )


def _sentence(hole: Hole, proof: Proof) -> str:
    team = proof.facts.teams[hole.team_id]
    filled = {
        "team": team.name,
        "when": _when(hole.start, hole.end, team.time_zone),
        "what": spoken(what_is_wrong(hole, proof.facts)),
    }
    if hole.urgent is None:
        return _("%(team)s, %(when)s: %(what)s.", **filled)
    if hole.urgent:
        return _("%(team)s, urgent leads, %(when)s: %(what)s.", **filled)
    return _("%(team)s, leads that are not urgent, %(when)s: %(what)s.", **filled)


def _when(start: datetime, end: datetime, there: str) -> str:
    now = frozen_now()
    is_last = end >= now + timedelta(days=DAYS)
    if is_last:
        begins = moment_there(start, there)
        return _("now and on") if start <= now else _("from %(start)s on", start=begins)
    if start <= now:
        return _("now to %(end)s", end=moment_there(end, there))
    until = moment_there(end, there, beside=start)
    return _("%(start)s to %(end)s", start=moment_there(start, there), end=until)


def _fix(offered: Offered, proof: Proof) -> ShownFix:
    if offered.fix is Fix.ON_CALL:
        return ShownFix(_("Put somebody on call who is there."))
    rep = proof.facts.reps[offered.about]
    page = url_for("people.show", _anchor=f"person-{rep.id}")
    if offered.fix is Fix.COVER:
        return ShownFix(_("Name a cover for %(name)s", name=rep.name), page)
    return ShownFix(_("Get %(name)s's phone to ring", name=rep.name), page)
