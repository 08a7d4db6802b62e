"""/my: what is offered to me, what is mine, and whether I am next. Also the start page of the installed app."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries import cards
from leadapp.queries.calls import unanswered
from leadapp.queries.people import absence
from leadapp.queries.turns import standings
from leadapp.web.access import EVERYBODY, current_rep, requires, start_page, viewer
from leadapp.web.htmx import Screen
from leadapp.web.keeping import may_keep
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.live import respond_live, seen

blueprint = Blueprint("my", __name__)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    rep = current_rep()
    return redirect(start_page(rep) if rep else url_for("sign_in.show"))


@blueprint.get("/my")
@requires(*EVERYBODY)
def show() -> ResponseReturnValue:
    may_keep()
    return respond_live(screen)


def screen() -> Screen:
    rep = viewer()
    version = seen()
    mine, away = cards.mine(rep.id), absence(rep, frozen_now())
    return Screen(
        url=url_for("my.show"),
        page="my/show.html",
        fragment="my/_cards.html",
        context={
            "mine": mine,
            "absence": away,
            "unanswered": unanswered(rep.id),
            "standings": standings(rep.id, frozen_now()) if mine.is_empty and not away else [],
            "seen": version,
        },
    )
