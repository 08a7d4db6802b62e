"""The postman: sends what is due in the database, at once when a wake-up comes and soon when none does."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event

from flask import Flask

from leadapp import clock
from leadapp.containment import contained
from leadapp.extensions import queue
from leadapp.models import Channel
from leadapp.notify import outbox
from leadapp.notify.outbox import Sending
from leadapp.notify.outcomes import Outcome
from leadapp.notify.transports import at_once, waited_for
from leadapp.sweep import Loop

log = logging.getLogger(__name__)

POSTMAN = "postman"  # where the application keeps the one of this process
_NAP_SECONDS = 0.5
_PACE_SECONDS = 0.03  # between two rounds, so that many messages share a transaction
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
        for each in self._rounds:
            each.record(wait=True)

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
        """Returns whether there was anything, or is something in hand still."""
        for each in self._rounds:
            each.record()
        taken = sum(each.take() for each in self._rounds)
        with self._app.app_context():
            sent = deliver_batch()
        in_hand = sum(len(each.in_hand) for each in self._rounds)
        if sent or taken:
            log.info("postman_took sent=%d taken=%d in_hand=%d", sent, taken, in_hand)
        return bool(sent or taken or in_hand)


class Round:
    """One channel's senders and what they have in hand. A sender only waits for its service: what came of it is written
    here, for all of them together, so that they neither fight over the database nor over the interpreter."""

    def __init__(self, app: Flask, channel: Channel) -> None:
        self._app, self._channel = app, channel
        self._size = _PUSH_SENDERS if channel is Channel.PUSH else _SENDERS
        self._senders = ThreadPoolExecutor(self._size, thread_name_prefix=f"sender-{channel.value}")
        self.in_hand: dict[Future[Outcome], Sending] = {}

    def take(self) -> int:
        """Hands what is due to the senders that are free. Returns how many messages."""
        free = self._size - len(self.in_hand)
        if not free:
            return 0
        with self._app.app_context():
            begun = self._begin(free)
        self.in_hand |= {self._senders.submit(sending.parcel.send): sending for sending in begun}
        return len(begun)

    def record(self, *, wait: bool = False) -> None:
        """Writes what came of those that have been sent; one by one when one of them spoils that."""
        done = [each for each in self.in_hand if each.done()]
        sent = [(self.in_hand[each], each.result()) for each in done if each.exception() is None]
        finished = set()
        for each in done:
            if error := each.exception():
                finished.add(self.in_hand[each].message_id)
                log.error("message_not_delivered message=%s", self.in_hand[each].message_id, exc_info=error)
        if sent:
            with self._app.app_context():
                finished |= self._record(sent, wait=wait)
        self.in_hand = {each: sending for each, sending in self.in_hand.items() if sending.message_id not in finished}

    def _begin(self, free: int) -> list[Sending]:
        now = clock.now()
        with contained("messages_not_begun_together channel=%s", self._channel.value):
            return outbox.begin_due(now, self._channel, free)
        begun: list[Sending] = []
        for message_id in outbox.take_due_messages(now, free, [self._channel]):
            with contained("message_not_begun message=%s", message_id):
                begun += outbox.begin(message_id, now)
        return begun

    def _record(self, sent: list[tuple[Sending, Outcome]], *, wait: bool) -> set[str]:
        with contained("outcomes_not_recorded_together channel=%s", self._channel.value):
            return outbox.record_outcomes(sent, wait=wait)
        for each in sent:
            with contained("outcome_not_recorded message=%s", each[0].message_id):
                outbox.record_outcomes([each])
        return {sending.message_id for sending, _ in sent}


def deliver_batch() -> int:
    """Delivers what waits for nobody; one by one when one of them spoils the batch. Returns how many it tried."""
    now = clock.now()
    with contained("batch_not_delivered"):
        return outbox.deliver_at_once(now, limit=_BATCH)
    message_ids = outbox.take_due_messages(now, _BATCH, at_once())
    for message_id in message_ids:
        deliver_one(message_id)
    return len(message_ids)


def deliver_one(message_id: str) -> None:
    """One message by itself: whatever is wrong with it, the next one leaves. Its lease brings it back."""
    with contained("message_not_delivered message=%s", message_id):
        outbox.deliver(message_id, clock.now())
