"""Stand-ins for the services that Leadapp talks to. They listen on this machine and check what they are sent."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.listening import QuietHandler, StandIn

_LONGEST_BODY = 4096
_LONGEST_TOKEN = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """What the push service says next. `meanwhile` runs while the sender waits."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Push:
    headers: dict[str, str]
    claims: dict[str, Any]
    plaintext: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.plaintext)


class Device:
    """A browser's end: its keys, what the service will answer for it, and what has arrived."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"sixteen byte key"
        self.answers: list[Answer] = []
        self.pushes: list[Push] = []
        self.refusals: list[str] = []

    def to_json(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": encode(point), "auth": encode(self.auth)},
        }


class PushService(StandIn):
    """A push service that decrypts: it checks the signature, the audience, the lifetime and the size of each push."""

    def __init__(self) -> None:
        self.devices: dict[str, Device] = {}
        service = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = service.take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                answer.meanwhile()
                self.send_response(answer.status)
                for name, value in {"Content-Length": "0", **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()

        super().__init__(Handler)

    def new_device(self, *answers: Answer) -> Device:
        path = f"/device/{len(self.devices)}"
        self.devices[path] = Device(self.origin + path)
        self.devices[path].answers.extend(answers)
        return self.devices[path]

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        device = self.devices.get(path)
        if device is None:
            return Answer(404)
        if len(body) > _LONGEST_BODY:
            return Answer(413)
        try:
            claims = self._read_token(headers["authorization"])
            int(headers["ttl"])
            plaintext = http_ece.decrypt(body, private_key=device.private, auth_secret=device.auth, version="aes128gcm")
        except (KeyError, ValueError, InvalidSignature, http_ece.ECEException) as error:
            device.refusals.append(repr(error))
            return Answer(403)
        device.pushes.append(Push(headers, claims, plaintext))
        return device.answers.pop(0) if device.answers else Answer()

    def _read_token(self, authorization: str) -> dict[str, Any]:
        """RFC 8292: `vapid t=TOKEN, k=KEY`."""
        parts = dict(part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
        head, claims, signature = parts["t"].split(".")
        raw = decode(signature)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        said: dict[str, Any] = json.loads(decode(claims))
        if said["aud"] != self.origin or not said["sub"].startswith(("mailto:", "https:")):
            raise ValueError(f"aud {said['aud']}, sub {said['sub']}")
        if not 0 < said["exp"] - time.time() <= _LONGEST_TOKEN:
            raise ValueError(f"exp {said['exp']}")
        return said | {"k": parts["k"]}


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
