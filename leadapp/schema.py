"""The tables, brought to the newest version.

Apart from the application, which serves without it: Alembic and its templates take some megabytes in every process.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as _upgrade

from leadapp import create_app
from leadapp.extensions import db


def create_migrating_app() -> Flask:
    """The application, and what `leadapp db` needs to know of it. Raises WrongSetting."""
    return know_migrations(create_app())


def know_migrations(app: Flask) -> Flask:
    Migrate(app, db, directory=str(Path(__file__).parent / "migrations"), render_as_batch=True)
    return app


def bring_up_to_date(app: Flask) -> None:
    """Creates and alters tables until they are what the models say; what is stored stays."""
    with know_migrations(app).app_context():
        _upgrade()
