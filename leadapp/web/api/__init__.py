"""The HTTP API under /api, for programs: INTERFACE.md section 3."""

from leadapp.web.api import alarms, configuration, leads, openapi, preview, rehearsal, reps, urgency
from leadapp.web.api.entrance import blueprint

__all__ = ["alarms", "blueprint", "configuration", "leads", "openapi", "preview", "rehearsal", "reps", "urgency"]
