"""/settings: how the business works, for its owner. One section a file."""

from __future__ import annotations

from leadapp.web.pages.settings import devices
from leadapp.web.pages.settings.index import blueprint

__all__ = ["blueprint", "devices"]
