"""What proves a passkey: options for the browser, and whether what it sends back is right. No database, no session.

The library that checks weighs as much as a tenth of a web process, and most processes never see a passkey, so it is
loaded by the first one.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"https": 443, "http": 80}
_LONGEST_ID = 1400  # of 1023 bytes, in base64url
_WAITS_FOR = 120_000  # milliseconds


class NotProven(Exception):
    """The browser's answer is not what was asked for, or not from here, or not by that device."""


class Site(NamedTuple):
    """Whose passkeys they are: the public host, and the only origin they are used from."""

    host: str
    origin: str

    @classmethod
    def of(cls, base_url: str) -> Site:
        parts = urlsplit(base_url)
        host = (parts.hostname or "").lower()
        port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
        return cls(host, f"{parts.scheme}://{host}{port}")


class NewPasskey(NamedTuple):
    credential_id: str
    public_key: str
    sign_count: int


def registration_options(
    site: Site, *, business: str, rep_id: str, name: str, challenge: bytes, known: Sequence[str]
) -> dict[str, Any]:
    """What the browser makes a passkey from; `known` are the person's, so that no device makes two. Reads as
    PublicKeyCredentialCreationOptionsJSON."""
    webauthn, parts = _library(), _library("helpers.structs")
    wanted = parts.AuthenticatorSelectionCriteria(
        resident_key=parts.ResidentKeyRequirement.REQUIRED,
        user_verification=parts.UserVerificationRequirement.PREFERRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=business,
        user_id=rep_id.encode(),
        user_name=name,
        challenge=challenge,
        timeout=_WAITS_FOR,
        authenticator_selection=wanted,
        exclude_credentials=[parts.PublicKeyCredentialDescriptor(webauthn.base64url_to_bytes(one)) for one in known],
    )
    read: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return read


def sign_in_options(site: Site, challenge: bytes) -> dict[str, Any]:
    """What the browser finds a passkey for, whoever's it is. Every visit to the sign-in page asks, so it is written by
    hand rather than by the library."""
    asked = urlsafe_b64encode(challenge).decode().rstrip("=")
    return {"challenge": asked, "rpId": site.host, "timeout": _WAITS_FOR, "userVerification": "preferred"}


def read_new_passkey(site: Site, credential: Mapping[str, Any], challenge: bytes) -> NewPasskey:
    """The passkey that the browser made. Raises NotProven."""
    webauthn = _library()
    with _Checking():
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
        encode = _library("helpers").bytes_to_base64url
        return NewPasskey(encode(made.credential_id), encode(made.credential_public_key), made.sign_count)


def credential_id(credential: Mapping[str, Any]) -> str:
    """By which the passkey is known. Raises NotProven when it cannot be one."""
    named = credential.get("id")
    if not isinstance(named, str) or not named.isascii() or not named.isprintable() or len(named) > _LONGEST_ID:
        raise NotProven("id")
    return named.rstrip("=")


def prove(site: Site, credential: Mapping[str, Any], challenge: bytes, *, public_key: str, sign_count: int) -> int:
    """The device's new count, when it was this passkey that signed the challenge here. Raises NotProven."""
    webauthn = _library()
    with _Checking():
        proven = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=webauthn.base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
        )
        return int(proven.new_sign_count)


class _Checking:
    """Whatever the library trips over in what a stranger sends: it is not proven."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        expected = (
            _library("helpers.exceptions").WebAuthnException,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        )
        if isinstance(error, expected):
            raise NotProven(str(error)) from error


@cache
def _library(part: str = "") -> ModuleType:
    return import_module(f"webauthn.{part}" if part else "webauthn")
