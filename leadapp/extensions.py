"""Extensions, created bare and bound in `create_app`."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from leadapp.models.base import Base
from leadapp.wakeups import WakeUps

# Objects stay readable after commit: a reload would open a second transaction behind the one that just ended.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
htmx = Htmx()
queue = WakeUps()
