"""The postman: sends what is due in the database, at once when a wake-up comes and soon when none does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Event

from flask import Flask

from leadapp import clock
from leadapp.extensions import queue
from leadapp.models import Channel
from leadapp.notify import outbox
from leadapp.notify.transports import at_once, waited_for
from leadapp.sweep import Loop

log = logging.getLogger(__name__)

POSTMAN = "postman"  # where the application keeps the one of this process
_NAP_SECONDS = 0.5
_PACE_SECONDS = 0.1  # between two rounds, so that many messages share a transaction
_BATCH = 200
_SENDERS = 4  # a channel
_PUSH_SENDERS = 16  # a push service that takes 200 ms still takes 60 a second


class Postman(Loop):
    """Sends in rounds. What waits for nobody goes in one transaction; each channel that waits for others has senders of
    its own, so that a slow provider holds up nothing but itself."""

    name = "postman"

    def __init__(self, app: Flask, stop: Event) -> None:
        super().__init__(app, stop)
        self._called = Event()
        self._owes_an_answer = False
        with app.app_context():
            self._rounds = [Round(app, channel) for channel in waited_for()]

    def wake(self) -> None:
        """Has it look at once, and answer the call when it finds nothing more: one call serves all until then."""
        self._called.set()

    def finish(self, seconds: float) -> None:
        """Waits for what is being sent, so long and no longer: what is cut off is sent again when its lease ends."""
        wait([sending for each in self._rounds for sending in each.in_hand], timeout=seconds)

    def _rest(self, seconds: float) -> None:
        self._called.wait(seconds)

    def _sweep(self) -> float:
        if self._called.is_set():
            self._called.clear()
            self._owes_an_answer = True
        if self._send_what_is_due():
            return _PACE_SECONDS
        if not self._owes_an_answer:
            return _NAP_SECONDS
        self._owes_an_answer = False
        queue.answer("deliver_due")
        return 0.0  # what was committed before the answer asks for no call of its own

    def _send_what_is_due(self) -> bool:
        """Returns whether there was anything, or may be more than the senders could take."""
        taken = sum(each.take() for each in self._rounds)
        with self._app.app_context():
            sent = deliver_batch()
        if sent or taken:
            in_hand = sum(len(each.in_hand) for each in self._rounds)
            log.info("postman_took sent=%d taken=%d in_hand=%d", sent, taken, in_hand)
        return bool(sent or taken)


class Round:
    """One channel's senders and what they have in hand."""

    def __init__(self, app: Flask, channel: Channel) -> None:
        self._app, self._channel = app, channel
        self._size = _PUSH_SENDERS if channel is Channel.PUSH else _SENDERS
        self._senders = ThreadPoolExecutor(self._size, thread_name_prefix=f"sender-{channel.value}")
        self.in_hand: set[Future[None]] = set()

    def take(self) -> int:
        """Hands what is due to the senders that are free. Returns how many messages."""
        self.in_hand = {sending for sending in self.in_hand if not sending.done()}
        free = self._size - len(self.in_hand)
        if not free:
            return 0
        with self._app.app_context():
            handed = self._hand_out(free)
        self.in_hand |= handed
        return len(handed)

    def _hand_out(self, free: int) -> set[Future[None]]:
        """One by one when one of them spoils what they have in common."""
        now = clock.now()
        try:
            begun = outbox.begin_due(now, self._channel, free)
            return {self._senders.submit(self._send, each.message_id, partial(outbox.finish, each)) for each in begun}
        except Exception:
            log.exception("messages_not_begun_together channel=%s", self._channel.value)
        taken = outbox.take_due_messages(now, free, [self._channel])
        return {self._senders.submit(self._send, each, partial(outbox.deliver, each, now)) for each in taken}

    def _send(self, message_id: str, send: Callable[[], None]) -> None:
        with self._app.app_context():
            _try(message_id, send)


def deliver_batch() -> int:
    """Delivers what waits for nobody; one by one when one of them spoils the batch. Returns how many it tried."""
    now = clock.now()
    try:
        return outbox.deliver_at_once(now, limit=_BATCH)
    except Exception:
        log.exception("batch_not_delivered")
    message_ids = outbox.take_due_messages(now, _BATCH, at_once())
    for message_id in message_ids:
        deliver_one(message_id)
    return len(message_ids)


def deliver_one(message_id: str) -> None:
    """One message by itself, whatever is wrong with it."""
    _try(message_id, partial(outbox.deliver, message_id, clock.now()))


def _try(message_id: str, send: Callable[[], None]) -> None:
    """Whatever is wrong with one message, the next one leaves. Its lease brings it back."""
    try:
        send()
    except Exception:
        log.exception("message_not_delivered message=%s", message_id)
