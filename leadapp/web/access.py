"""Who is signed in, and who may open what: the one place that knows the roles."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, abort, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue

from leadapp.models import Rep
from leadapp.queries.pages import is_own_or_offered
from leadapp.queries.people import rep_and_board_version
from leadapp.routing.said import Said, said
from leadapp.web import htmx

EVERYBODY = ("rep", "office", "owner")
OFFICE = ("office", "owner")
OWNER = ("owner",)

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


class Sessions(SecureCookieSessionInterface):
    """A program sends no cookie: it gets an empty session without a signer being made for it. Opening a page makes the
    session last longer; what runs behind it does not, because its answer may come after the person has signed out."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        is_page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        return session.modified or (is_page and super().should_set_cookie(app, session))


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
    app.context_processor(_frame)


def current_rep() -> Rep | None:
    """The person this browser is signed in as. Nobody once they are retired or were signed out everywhere."""
    if "rep" not in g:
        g.rep = _rep_of_session()
    rep: Rep | None = g.rep
    return rep


def viewer() -> Rep:
    """The signed-in person, in a view that `requires` one."""
    return current_rep() or abort(401)


def sign_in(rep: Rep) -> None:
    """Binds this browser to the person, for as long as a session lasts."""
    session.clear()
    session.permanent = True
    session["rep_id"], session["session_version"] = rep.id, rep.session_version
    g.rep = rep


def sign_out() -> None:
    session.clear()
    g.rep = None


def requires(*roles: str) -> Callable[[Callable[P, R]], Callable[P, ResponseReturnValue]]:
    """Lets in people with one of the roles: signed out goes to /sign-in, without the role is 403."""

    def decorate(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            rep = current_rep()
            if rep is None:
                return _to_sign_in()
            if not rep.has_role(*roles):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def sees_every_lead(rep: Rep) -> bool:
    return rep.has_role(*OFFICE)


def check_lead(lead_id: str) -> None:
    """404 unless the viewer may know of this lead: office and owner of all, a rep of own and offered ones."""
    rep = viewer()
    if not sees_every_lead(rep) and not is_own_or_offered(lead_id, rep.id):
        abort(404)


class Place(NamedTuple):
    """A page that can be opened from anywhere. `is_daily`: a phone's bar has room for four; /me lists the rest."""

    url: str
    name: Said
    icon: str
    is_daily: bool


def menu(rep: Rep) -> list[Place]:
    """The pages this person may open from anywhere."""
    pages = [("my.show", said("My leads"), "inbox", EVERYBODY, True),
             ("board.show", said("Board"), "board", EVERYBODY, True),
             ("people.show", said("People"), "people", OFFICE, True),
             ("reports.show", said("Reports"), "chart", OWNER, False),
             ("outbox.show", said("Outbox"), "outbox", OFFICE, False),
             ("settings.index", said("Settings"), "settings", OWNER, False),
             ("me.show", said("Me"), "me", EVERYBODY, True)]  # fmt: skip
    return [
        Place(url_for(endpoint), name, icon, is_daily)
        for endpoint, name, icon, roles, is_daily in pages
        if rep.has_role(*roles)
    ]


def start_page(rep: Rep) -> str:
    return url_for("board.show") if sees_every_lead(rep) else url_for("my.show")


def local_path(target: str | None) -> str | None:
    """`target` when it is a path of this site, else nothing: a sign-in link must not lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or not target.isprintable() else target


def _frame() -> dict[str, object]:
    rep = current_rep()
    return {"viewer": rep, "menu": menu(rep) if rep else [], "start_page": start_page(rep) if rep else None}


def _rep_of_session() -> Rep | None:
    rep_id = session.get("rep_id")
    rep, g.board_version = rep_and_board_version(rep_id) if rep_id else (None, 0)
    if rep is None or not rep.active or rep.session_version != session.get("session_version"):
        return None
    return rep


def _to_sign_in() -> ResponseReturnValue:
    if htmx.is_fragment():
        return htmx.reload_page(401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.show", next=wanted), 303 if request.method == "POST" else 302)
