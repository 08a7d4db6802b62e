"""Raw payload in, CapturedLead out: pure, no database, no clock."""

from leadapp.capture.lead import CapturedLead, NothingToStore, from_fields

__all__ = ["CapturedLead", "NothingToStore", "from_fields"]
