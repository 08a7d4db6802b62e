"""A device that makes passkeys and signs with them, as a browser would hand them over."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.fakes import encode

_PRESENT_AND_VERIFIED, _HAS_KEY = 0x05, 0x40


class Authenticator:
    """One passkey for one site. `origin` is where the browser says it is; `counts` is how often it has signed."""

    def __init__(self, origin: str = "http://localhost", host: str = "localhost") -> None:
        self.origin, self.host, self.counts = origin, host, 0
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(32)
        self._user = b""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.create() answers to the options."""
        self._user = options["user"]["id"].encode()
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(_HAS_KEY) + self._key()}
        client = self._client("webauthn.create", options)
        return self._credential({"clientDataJSON": encode(client), "attestationObject": encode(cbor2.dumps(made))})

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.get() answers to the options."""
        self.counts += 1
        client, data = self._client("webauthn.get", options), self._data()
        signature = self._private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        named = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._credential({name: encode(value) for name, value in named.items()})

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= _PRESENT_AND_VERIFIED
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.counts.to_bytes(4, "big")

    def _key(self) -> bytes:
        point = self._private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return bytes(16) + len(self._id).to_bytes(2, "big") + self._id + cbor2.dumps(cose)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": encode(self._id), "rawId": encode(self._id), "type": "public-key", "response": response}
