"""A real SMTP server on this machine, with a certificate of its own, that can be told what to answer."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

#: The same machine by a name that does not look like it: certificates and encryption are asked for as abroad.
ABROAD = "127.1"
USER, PASSWORD = "leads", "s3cret"


@dataclass(frozen=True)
class Letter:
    """What arrived: the envelope, and the mail in it."""

    sender: str
    to: list[str]
    mail: EmailMessage
    was_encrypted: bool


class PostOffice:
    """`answers` maps a command (MAIL, RCPT, DATA) to what it is answered instead of 250; `meanwhile` runs while the
    sender waits for the answer to DATA."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.answers: dict[str, str] = {}
        self.meanwhile: Callable[[], object] = lambda: None
        self.port = 0

    def url(self, *, scheme: str = "smtp", login: str = "", host: str = "127.0.0.1", query: str = "") -> str:
        return f"{scheme}://{login}{host}:{self.port}{query}"

    async def handle_MAIL(self, _server, _session, envelope, address, _options) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, session, envelope) -> str:
        await asyncio.to_thread(self.meanwhile)
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.letters.append(Letter(envelope.mail_from, envelope.rcpt_tos, mail, session.ssl is not None))
        return answer

    def check(self, _server, _session, _envelope, _mechanism, login) -> AuthResult:
        self.logins.append((login.login, login.password))
        is_right = (login.login, login.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=is_right)  # what is not handled is answered 535

    @contextmanager
    def listening(self, **options: Any) -> Iterator[PostOffice]:
        """`options` are those of aiosmtpd: tls_context for STARTTLS, ssl_context for TLS from the start."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=self.check,
            auth_exclude_mechanism=["LOGIN"],
            **options,
        )
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def make_certificate(folder: Path, host: str = ABROAD) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the certificate that whoever trusts it must know; it is made out for `host`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A post office of the tests")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, public
