"""Signing in to a real SMTP server: what is encrypted, whom the password is told, and what the doctor finds."""

from __future__ import annotations

import pytest

from leadapp import doctor
from leadapp.models import Channel, Message, MessageState
from tests.notify.conftest import deliver, send_by_smtp, waiting_message
from tests.notify.post_office import ABROAD, PASSWORD, USER, PostOffice, make_certificate

LOGIN = f"{USER}:{PASSWORD}@"


@pytest.fixture
def certificate(tmp_path):
    return make_certificate(tmp_path)


def test_a_server_that_offers_encryption_gets_it(app, office, certificate):
    with PostOffice().listening(tls_context=certificate[0]) as post_office:
        send_by_smtp(app, post_office.url(login=LOGIN))
        deliver(mail())

    assert [letter.was_encrypted for letter in post_office.letters] == [True]
    assert post_office.logins == [(USER.encode(), PASSWORD.encode())]


def test_smtps_is_encrypted_from_the_start(app, office, certificate):
    with PostOffice().listening(ssl_context=certificate[0], auth_require_tls=False) as post_office:
        send_by_smtp(app, post_office.url(scheme="smtps", login=LOGIN))
        sent = deliver(mail())

    assert (sent.state, len(post_office.letters)) == (MessageState.SENT, 1)


def test_a_password_is_told_on_this_machine_without_encryption(app, office, post_office):
    send_by_smtp(app, post_office.url(login=LOGIN))

    assert deliver(mail()).state is MessageState.SENT
    assert post_office.logins == [(USER.encode(), PASSWORD.encode())]


def test_a_password_is_never_told_in_the_clear_to_another_machine(app, office, post_office):
    send_by_smtp(app, post_office.url(host=ABROAD, login=LOGIN))

    tried = deliver(mail())

    assert (tried.state, post_office.logins, post_office.letters) == (MessageState.FAILED, [], [])
    assert tried.error == "The mail server offers no encryption, so it is not told the password."


def test_without_a_password_mail_goes_to_another_machine_as_it_takes_it(app, office, post_office):
    send_by_smtp(app, post_office.url(host=ABROAD))

    assert deliver(mail()).state is MessageState.SENT


def test_a_certificate_that_nobody_vouches_for_is_told_no_password(app, office, certificate):
    with PostOffice().listening(tls_context=certificate[0]) as post_office:
        send_by_smtp(app, post_office.url(host=ABROAD, login=LOGIN))
        tried = deliver(mail())

    assert (tried.state, post_office.logins, post_office.letters) == (MessageState.FAILED, [], [])
    assert "certificate" in tried.error


def test_a_certificate_that_is_trusted_and_made_out_for_the_host_is_good(app, office, certificate, monkeypatch):
    context, trusted = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with PostOffice().listening(tls_context=context) as post_office:
        send_by_smtp(app, post_office.url(host=ABROAD, login=LOGIN))
        deliver(mail())

    assert [letter.was_encrypted for letter in post_office.letters] == [True]


def test_a_refused_login_is_ours_to_mend_and_is_not_tried_again(app, office, post_office, caplog):
    send_by_smtp(app, post_office.url(login=f"{USER}:wr0ng@"))

    tried = deliver(mail())

    assert (tried.state, tried.error) == (MessageState.FAILED, "The mail server answered 535.")
    assert "mail_refused" in caplog.text
    assert "wr0ng" not in caplog.text


def test_the_doctor_signs_in_and_says_what_is_wrong(app, clock, office, post_office):
    assert str(mail_finding(clock)).startswith("warn mail: Mail reaches nobody")

    send_by_smtp(app, post_office.url(login=LOGIN))
    assert str(mail_finding(clock)) == "ok   mail: Mail leaves through 127.0.0.1, from noreply@localhost."

    send_by_smtp(app, post_office.url(login=f"{USER}:wr0ng@"))
    assert str(mail_finding(clock)) == "FAIL mail: The mail server answered 535. See SMTP_URL."
    assert post_office.letters == []


def mail_finding(clock):
    return next(finding for finding in doctor.examine(clock.now()) if finding.name == "mail")


def mail() -> Message:
    return waiting_message(Channel.EMAIL, "mia@example.com", "Three leads wait.")
