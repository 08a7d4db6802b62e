"""SMTP_URL taken apart: the server that outgoing mail is handed to, and whom mail comes from."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}
_ADDRESS = re.compile(r"[^\s@<>()\[\]:;,\"\\]+@[^\s@<>()\[\]:;,\"\\]+")


@dataclass(frozen=True, slots=True)
class MailServer:
    """`is_tls`: encrypted from the first byte on; else STARTTLS is used when the server offers it."""

    host: str
    port: int
    is_tls: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_this_machine(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def is_address(text: str) -> bool:
    """Whether mail can be addressed to it. Whether it arrives, only the other end knows."""
    return len(text) <= 320 and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def read_smtp_url(url: str, base_url: str) -> MailServer:
    """Raises ValueError with what the URL must be; the text holds nothing of the URL, for it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
        # "+" is a letter of addresses here, not a blank.
        query = parse_qs(parts.query.replace("+", "%2B"), strict_parsing=True) if parts.query else {}
    except ValueError:
        raise ValueError("must be an address such as smtp://user:password@mail.example.com:587") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise ValueError("must be an address such as smtp://user:password@mail.example.com:587, or smtps://")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError("must have no path; / ? # and @ in its user and password must be written as %2F %3F %23 %40")
    if query.keys() - {"from"}:
        raise ValueError("must have no parameter but ?from=")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("must have both a user and a password, or neither")
    if not (user + password).isascii():  # smtplib can send no other
        raise ValueError("must have a user and a password of plain ASCII characters")
    sender = query["from"][-1] if query else _default_sender(user, base_url)
    if not is_address(sender):
        raise ValueError("must end in ?from= and the address that mail comes from")
    return MailServer(
        parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", sender, user=user, password=password
    )


def _default_sender(user: str, base_url: str) -> str:
    return user if is_address(user) else f"noreply@{urlsplit(base_url).hostname}"
