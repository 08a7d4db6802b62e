"""The front door from outside: POST /api/v1/leads over HTTP, and again until there is an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Event
from time import monotonic
from typing import Any

import requests

from leadapp import clock

_TIMEOUT = (5, 30)
_PATIENCE_SECONDS = 60.0
_CLOCKS_AGREE = timedelta(seconds=2)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


class FrontDoorShut(Exception):
    """Nothing can be sent there; the text says why."""


@dataclass(frozen=True)
class Answer:
    """`seconds` from the first try to this answer; status 0 when nobody answered."""

    status: int
    body: Mapping[str, Any]
    seconds: float


class FrontDoor:
    """One connection, for one thread. Close it after use."""

    def __init__(self, url: str, key: str, stop: Event) -> None:
        self._leads = f"{url.rstrip('/')}/api/v1/leads"
        self._stop = stop
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy or .netrc of this machine must not stand between
        self._session.headers["Authorization"] = f"Bearer {key}"

    def __enter__(self) -> FrontDoor:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._session.close()

    def knock(self) -> datetime | None:
        """The server's time before it answered. Raises FrontDoorShut when leads cannot be sent there with this key."""
        asked_at = clock.now()
        try:
            answer = self._session.get(self._leads, params={"limit": 1}, timeout=_TIMEOUT, allow_redirects=False)
        except requests.RequestException as problem:
            raise FrontDoorShut(
                f"Nobody answers at {self._leads} ({type(problem).__name__}). Is `leadapp up` running there?"
            ) from None
        if answer.status_code != 200:
            detail = str(_document(answer).get("detail", answer.headers.get("Location", "")))
            raise FrontDoorShut(f"{self._leads} answers {answer.status_code}: {detail}")
        return _servers_time(answer.headers.get("Date", ""), asked_at)

    def send(self, body: bytes, idempotency_key: str) -> Answer:
        """Sends one lead. What has no answer, or a 5xx, is sent again with the same key, so that it is stored once;
        after 429 it waits for as long as it was told to."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
        began, pause, patience = monotonic(), _FIRST_PAUSE, _PATIENCE_SECONDS
        while True:
            tried = monotonic()
            status, document, told = self._try(body, headers)
            is_final = status != 429 and 0 < status < 500
            if is_final or self._stop.is_set() or patience < 0:
                return Answer(status, document, monotonic() - began)
            if status != 429:
                pause = min(pause * 2, _LONGEST_PAUSE)
                patience -= monotonic() - tried + pause
            self._stop.wait(told or pause)

    def lead(self, lead_id: str) -> Mapping[str, Any]:
        """The lead as it is now; nothing when it could not be read this time."""
        try:
            return _document(self._session.get(f"{self._leads}/{lead_id}", timeout=_TIMEOUT, allow_redirects=False))
        except requests.RequestException:
            return {}

    def _try(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any], float | None]:
        """The status, the document, and the pause that was asked for."""
        try:
            answer = self._session.post(
                self._leads, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as problem:
            return 0, {"detail": f"Nobody answered ({type(problem).__name__})."}, None
        told = answer.headers.get("Retry-After", "")
        return answer.status_code, _document(answer), float(told) if told.isdecimal() else None


def _servers_time(header: str, asked_at: datetime) -> datetime | None:
    """The header knows whole seconds only; a clock of ours that agrees with it knows better."""
    try:
        said = parsedate_to_datetime(header)
    except ValueError:
        return None
    return asked_at if abs(said - asked_at) < _CLOCKS_AGREE else said


def _document(answer: requests.Response) -> Mapping[str, Any]:
    try:
        document = json.loads(answer.content)
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {}
