"""A stand-in for Twilio's API: it knows one account, keeps what it is asked to make, and answers as Twilio does."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.listening import QuietHandler, StandIn

SID, TOKEN = "AC" + "0123456789abcdef" * 2, "t0ken0ftheaccount"
_PATH = re.compile(r"/2010-04-01/Accounts/(AC\w+)/(Messages|Calls)\.json")
_PREFIX = {"Messages": "SM", "Calls": "CA"}


@dataclass(frozen=True)
class Said:
    """What the API answers next instead of making it. `text` stands in for an answer that is no JSON."""

    status: int
    code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def body(self) -> str:
        return self.text or json.dumps(
            {
                "code": self.code,
                "message": f"The number +14155550123 and error {self.code}",
                "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
                "status": self.status,
            }
        )


@dataclass(frozen=True)
class Made:
    """A text (Messages) or a call (Calls) that was asked for, with the fields as they came."""

    kind: str
    sid: str
    fields: dict[str, str]


class TwilioApi(StandIn):
    def __init__(self) -> None:
        self.made: list[Made] = []
        self.answers: list[Said] = []
        self.connections: set[tuple[str, int]] = set()
        self.meanwhile: Callable[[], object] = lambda: None
        api = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                api.connections.add(self.client_address)
                said = api.take(self.path, self.headers.get("Authorization", ""), dict(parse_qsl(body)))
                api.meanwhile()
                raw = said.body.encode()
                self.send_response(said.status)
                for name, value in {"Content-Length": str(len(raw)), **said.headers}.items():
                    self.send_header(name, value)
                with suppress(OSError):  # whoever asked may have given up
                    self.end_headers()
                    self.wfile.write(raw)

        super().__init__(Handler)

    def take(self, path: str, authorization: str, fields: dict[str, str]) -> Said:
        if authorization != "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return Said(401, 20003)
        found = _PATH.fullmatch(path)
        if found is None or found[1] != SID:
            return Said(404, 20404)
        if self.answers:
            return self.answers.pop(0)
        kind = found[2]
        if problem := _problem(kind, fields):
            return Said(400, problem)
        made = Made(kind, f"{_PREFIX[kind]}{len(self.made):032x}", fields)
        self.made.append(made)
        return Said(201, text=json.dumps(_resource(made)))


def _problem(kind: str, fields: dict[str, str]) -> int:
    """The code of what Twilio would find wrong with the request, 0 if nothing."""
    if not re.fullmatch(r"\+[1-9]\d{6,14}", fields.get("To", "")):
        return 21211
    if kind == "Calls":
        return 0 if fields.get("From", "").startswith("+") and "Url" in fields else 21213
    if not ("From" in fields) ^ ("MessagingServiceSid" in fields):
        return 21603
    return 0 if fields.get("Body") else 21602


def _resource(made: Made) -> dict[str, Any]:
    uri = f"/2010-04-01/Accounts/{SID}/{made.kind}/{made.sid}.json"
    common = {
        "sid": made.sid, "account_sid": SID, "to": made.fields["To"], "from": made.fields.get("From"), "price": None,
        "status": "queued", "direction": "outbound-api", "api_version": "2010-04-01", "date_updated": None,
        "date_created": "Sun, 22 Nov 2026 10:00:00 +0000", "uri": uri,
    }  # fmt: skip
    if made.kind == "Calls":
        return common
    return common | {"body": made.fields["Body"], "num_segments": "1", "error_code": None, "error_message": None}
