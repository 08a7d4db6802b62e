"""Proof that a customer asked to be answered: one row a request, for as long as somebody may ask for it."""

from __future__ import annotations

from leadapp.models import Consent
from leadapp.workflow.arrivals import Capture, Evidence
from leadapp.workflow.writing import add, new


def keep_proof(capture: Capture, evidence: Evidence, lead_id: str) -> None:
    """Adds how the request came, in the running transaction."""
    captured = capture.captured
    add(
        new(
            Consent,
            lead_id=lead_id,
            at=capture.now,
            door=evidence.door,
            source=capture.source_name,
            phone=captured.phone,
            email=captured.email,
            language=captured.language,
            page=evidence.page,
            ip=evidence.ip,
            user_agent=evidence.user_agent,
            said=captured.consent,
            words=evidence.words,
        )
    )
