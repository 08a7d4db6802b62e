"""E-mail through the SMTP server of `SMTP_URL`, one connection a mail."""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from flask import current_app

from leadapp.mail_server import MailServer, is_address
from leadapp.models import Message
from leadapp.notify.outcomes import Outcome, Parcel, Refused, Retry, Sent, Settled, Unsendable
from leadapp.routing.said import said
from leadapp.settings import Settings

log = logging.getLogger(__name__)

_SECONDS = 20.0  # for all of it, well within the outbox's lease
_CONNECT_SECONDS = 8.0
_SHORTEST_SECONDS = 0.05
_LONGEST_SUBJECT = 200


class NoSafeLogin(Exception):
    """The server would have to be told the password in the clear, or takes none."""


@dataclass(frozen=True, slots=True)
class MailParcel:
    """A mail ready to leave."""

    server: MailServer
    to: str
    mail: EmailMessage

    def send(self) -> Outcome:
        return _attempt(self.server, self)


class SmtpTransport:
    taken = said("was taken by the mail server")
    waits = True

    def prepare(self, message: Message, now: datetime) -> Parcel:
        settings: Settings = current_app.config["LEADAPP"]
        server = settings.mail_server
        assert server is not None  # else this transport is not chosen
        if not is_address(message.to):
            return Settled(Unsendable(said("The e-mail address cannot be used.")))
        return MailParcel(server, message.to, _write(message, server.sender, now))


def try_mail_server(server: MailServer) -> str | None:
    """Connects and signs in, and sends nothing. What is wrong, if anything."""
    outcome = _attempt(server, None)
    return None if isinstance(outcome, Sent) else outcome.error


def _write(message: Message, sender: str, now: datetime) -> EmailMessage:
    title = str(message.data.get("title") or message.body.strip().partition("\n")[0])
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, message.to
    # A line break in a header would begin another header.
    mail["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in title).split())[:_LONGEST_SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{_domain(sender)}>"  # the same at every try, so that a repeat is seen as one
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    mail.set_content(message.body)
    return mail


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]


class _InTime(smtplib.SMTP):
    """smtplib bounds each wait; this bounds all of them together, so that no lease ends under a slow server."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        self._ends_at = time.monotonic() + _SECONDS
        # Told the name to greet with, because smtplib would ask the DNS for this machine's, which may take long.
        super().__init__(
            server.host, server.port, local_hostname=_domain(server.sender), timeout=_CONNECT_SECONDS, **options
        )

    def getreply(self) -> tuple[int, bytes]:
        if self.sock:
            self.sock.settimeout(max(_SHORTEST_SECONDS, self._ends_at - time.monotonic()))
        return super().getreply()


class _InTimeEncrypted(_InTime, smtplib.SMTP_SSL):
    """The same with TLS from the first byte on."""


def _attempt(server: MailServer, parcel: MailParcel | None) -> Outcome:
    try:
        _talk(server, parcel)
    except NoSafeLogin as error:
        return _refused(error.args[0])
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _)] = error.recipients.values()
        return _judge(code, is_about_us=False)
    except smtplib.SMTPResponseException as error:
        return _judge(error.smtp_code, is_about_us=not isinstance(error, smtplib.SMTPDataError))
    except smtplib.SMTPNotSupportedError:
        return Unsendable(said("The mail server takes no such address."))
    except ssl.SSLCertVerificationError as error:
        return _refused(said("The mail server's certificate is not good: {problem}.", problem=error.verify_message))
    except (smtplib.SMTPException, OSError) as error:
        return Retry(said("The mail server did not answer ({problem}).", problem=type(error).__name__))
    except ValueError as error:  # an address that smtplib will not put on a line
        return Unsendable(said("The mail cannot be sent ({problem}).", problem=type(error).__name__))
    return Sent()


def _talk(server: MailServer, parcel: MailParcel | None) -> None:
    connection = _connect(server)
    try:
        if server.user:
            _sign_in(connection, server)
        if parcel:
            connection.send_message(parcel.mail, server.sender, [parcel.to])
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()  # whatever comes of it, the mail is theirs already
    finally:
        connection.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    tls = ssl.create_default_context()
    if server.is_this_machine:
        # Nobody stands in between, and no authority vouches for "localhost".
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if server.is_tls:
        return _InTimeEncrypted(server, context=tls)
    connection = _InTime(server)
    try:
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=tls)
        elif server.user and not server.is_this_machine:
            raise NoSafeLogin(said("The mail server offers no encryption, so it is not told the password."))
    except BaseException:
        connection.close()
        raise
    return connection


def _sign_in(connection: smtplib.SMTP, server: MailServer) -> None:
    try:
        connection.login(server.user, server.password)
    except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected):
        raise
    except smtplib.SMTPException:
        raise NoSafeLogin(said("The mail server takes no user and password.")) from None


def _judge(code: int, *, is_about_us: bool) -> Outcome:
    text = said("The mail server answered {code}.", code=code)
    if code < 500:
        return Retry(text)
    return _refused(text) if is_about_us else Unsendable(text)


def _refused(error: str) -> Refused:
    log.error("mail_refused error=%r", error)
    return Refused(error)
