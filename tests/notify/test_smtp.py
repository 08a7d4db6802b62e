"""E-mail against a real SMTP server: what arrives, and what each answer leads to."""

from __future__ import annotations

import smtplib
import threading
import time

import pytest

from leadapp.extensions import db
from leadapp.models import Channel, Event, Message, MessageState
from leadapp.notify import smtp
from tests.builders import make_lead, pending_offer
from tests.notify.conftest import deliver, message_about, send_by_smtp, waiting_message
from tests.notify.post_office import PostOffice


@pytest.fixture
def mail(post_office, app, office):
    """An e-mail that waits to be sent through the post office."""
    send_by_smtp(app, post_office.url(query="?from=leads@example.com"))
    return write_mail()


def write_mail(to="mia@example.com", body="Three leads wait.\nSee the board.", **data) -> Message:
    return waiting_message(Channel.EMAIL, to, body, data=data)


def test_a_mail_arrives_as_plain_text_from_us_to_the_one_it_is_for(mail, post_office):
    sent = deliver(mail)

    [letter] = post_office.letters
    assert (letter.sender, letter.to) == ("leads@example.com", ["mia@example.com"])
    assert (letter.mail["From"], letter.mail["To"]) == ("leads@example.com", "mia@example.com")
    assert letter.mail["Subject"] == "Three leads wait."
    assert letter.mail["Auto-Submitted"] == "auto-generated"
    assert letter.mail["Date"].datetime == sent.sent_at
    assert letter.mail.get_content_type() == "text/plain"
    assert letter.mail.get_content().splitlines() == ["Three leads wait.", "See the board."]
    assert sent.state is MessageState.SENT


def test_the_title_is_the_subject_and_cannot_begin_a_header_of_its_own(mail, post_office):
    deliver(write_mail(title="Fuga de agua: ¡urgente!\r\nBcc: zed@example.com\x00"))

    [letter] = post_office.letters
    assert letter.mail["Subject"] == "Fuga de agua: ¡urgente! Bcc: zed@example.com"
    assert letter.mail["Bcc"] is None
    assert letter.to == ["mia@example.com"]


def test_letters_of_every_alphabet_arrive(mail, post_office):
    deliver(write_mail(body="Señora Ñandú 🚿\nДом 5"))

    assert post_office.letters[0].mail.get_content().splitlines() == ["Señora Ñandú 🚿", "Дом 5"]


def test_a_repeat_has_the_same_message_id_and_another_mail_has_not(mail, post_office, clock):
    post_office.answers["DATA"] = "451 later"
    deliver(mail)
    first = smtp.SmtpTransport().prepare(mail, clock.now()).mail["Message-ID"]
    post_office.answers.clear()
    clock.advance(5)
    deliver(mail), deliver(write_mail())

    ids = [letter.mail["Message-ID"] for letter in post_office.letters]
    assert ids[0] == first == f"<{mail.id}@example.com>"
    assert ids[1] != first


def test_the_timeline_says_that_the_mail_server_took_it(app, office, post_office):
    send_by_smtp(app, post_office.url())
    offer = pending_offer(make_lead())

    deliver(message_about(offer.id))

    alerted = db.session.query(Event).filter_by(lead_id=offer.lead_id, kind="alerted").one()
    assert alerted.text == "E-mail to Ana was taken by the mail server."


@pytest.mark.parametrize(
    ("command", "answer", "state"),
    [
        ("MAIL", "451 try again", MessageState.PENDING),
        ("RCPT", "450 grey", MessageState.PENDING),
        ("RCPT", "421 closing", MessageState.PENDING),
        ("DATA", "452 full", MessageState.PENDING),
        ("MAIL", "553 not yours", MessageState.FAILED),
        ("RCPT", "550 no such person", MessageState.FAILED),
        ("DATA", "554 spam", MessageState.FAILED),
    ],
)
def test_a_server_that_cannot_now_is_asked_again_and_one_that_will_not_is_not(
    mail, post_office, clock, command, answer, state
):
    post_office.answers[command] = answer

    tried = deliver(mail)

    assert (tried.state, tried.error) == (state, f"The mail server answered {answer[:3]}.")
    assert (tried.due_at > clock.now()) == (state is MessageState.PENDING)
    assert post_office.letters == []


def test_only_what_is_our_own_fault_is_called_a_refusal(mail, post_office, caplog):
    post_office.answers["RCPT"] = "550 no such person"
    deliver(mail)
    assert "mail_refused" not in caplog.text

    post_office.answers = {"MAIL": "553 not yours"}
    deliver(write_mail())
    assert "mail_refused" in caplog.text


def test_a_server_that_is_away_is_tried_again(app, office):
    with PostOffice().listening() as gone:
        send_by_smtp(app, gone.url())

    tried = deliver(write_mail())

    assert (tried.state, tried.error) == (
        MessageState.PENDING, "The mail server did not answer (ConnectionRefusedError).",
    )  # fmt: skip


def test_a_server_that_dawdles_is_given_up_within_the_time_for_all_of_it(mail, post_office, monkeypatch):
    monkeypatch.setattr(smtp, "_SECONDS", 0.3)
    gave_up, began_at = threading.Event(), time.monotonic()
    post_office.meanwhile = lambda: gave_up.wait(20)

    tried = deliver(mail)
    gave_up.set()

    assert time.monotonic() - began_at < smtp._CONNECT_SECONDS / 2
    assert (tried.state, tried.error) == (
        MessageState.PENDING,
        "The mail server did not answer (SMTPServerDisconnected).",
    )


def test_no_transaction_is_open_while_the_server_is_waited_for(mail, post_office):
    engine, connections = db.engine, []
    post_office.meanwhile = lambda: connections.append(engine.pool.checkedout())

    deliver(mail)

    assert connections == [0]


@pytest.mark.parametrize("to", ["mia@example.com\r\nRCPT TO:<zed@example.com>", "mia", "a b@example.com", "<@>", ""])
def test_an_address_that_is_none_is_told_to_no_server(mail, post_office, to):
    assert deliver(write_mail(to=to)).state is MessageState.FAILED
    assert post_office.letters == []


def test_a_mail_that_was_taken_counts_as_sent_whatever_the_goodbye(mail, post_office, monkeypatch):
    def hang_up(_self):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", hang_up)

    assert deliver(mail).state is MessageState.SENT
    assert len(post_office.letters) == 1
