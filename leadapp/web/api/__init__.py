"""The HTTP API under /api, for programs: INTERFACE.md section 3."""

from leadapp.web.api import configuration, leads, openapi, preview, records, rehearsal, reps, urgency
from leadapp.web.api.entrance import blueprint

__all__ = ["blueprint", "configuration", "leads", "openapi", "preview", "records", "rehearsal", "reps", "urgency"]
