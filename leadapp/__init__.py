"""Leadapp: one name on every lead at once, and no clock that runs out unheard."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from leadapp.settings import Settings, load

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Settings come from the environment unless given. Raises WrongSetting."""
    from leadapp.database import engine_options

    settings = settings or load()
    app = Flask(__name__, static_folder=None)
    app.config.update(
        LEADAPP=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        SESSION_COOKIE_NAME="leadapp",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 90,
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=settings.testing,
    )
    _bind_extensions(app)
    _register(app)
    if proxies := settings.trusted_proxies:
        # Only what the outermost of our own proxies saw is believed: further left stands what visitors made up.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def _bind_extensions(app: Flask) -> None:
    from leadapp import models  # noqa: F401 - the tables must be known before the first migration or query
    from leadapp.database import prepare_engine
    from leadapp.extensions import csrf, db, htmx, queue

    db.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    queue.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def _register(app: Flask) -> None:
    from leadapp import web

    web.init_app(app)
