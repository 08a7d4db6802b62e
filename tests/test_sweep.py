"""The clock and the postman, as threads on a real database; time moves only when the test moves it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from leadapp.extensions import db
from leadapp.models import IdempotencyKey, Message, MessageState, Pulse
from leadapp.notify.log import LogTransport
from leadapp.notify.outcomes import Sent
from leadapp.postman import Postman
from leadapp.sweep import Clock
from leadapp.transaction import transaction
from leadapp.workflow import escalation, following, reachability
from leadapp.workflow.idempotency import KEPT_FOR, Answer, RequestKey, store_answer
from leadapp.workflow.people import set_presence
from tests.builders import Office, make_lead, offers_of, reread
from tests.waiting import wait_until


@contextmanager
def running(loop, stop):
    thread = Thread(target=loop.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def test_one_poisoned_lead_never_stops_the_sweep(app, clock, monkeypatch):
    Office(claim_seconds=60)
    poisoned, healthy = make_lead(), make_lead()
    clock.advance(61)
    route, stop = escalation.route_with, Event()

    def stumble(roster, lead, *args, **options):
        if lead.id == poisoned.id:
            raise ValueError("poisoned")
        route(roster, lead, *args, **options)

    monkeypatch.setattr(escalation, "route_with", stumble)
    with running(Clock(app, stop), stop):
        wait_until(lambda: len(offers(healthy)) == 2)

    db.session.rollback()
    assert reread(poisoned.id).leased_until > clock.now()


def test_the_clock_goes_on_after_the_database_was_away(app, clock, monkeypatch):
    Office(claim_seconds=60)
    lead = make_lead()
    clock.advance(61)
    find, stop, failed = escalation.find_due_leads, Event(), Event()

    def fail_once(now, limit):
        if not failed.is_set():
            failed.set()
            raise OSError("the database is away")
        return find(now, limit=limit)

    monkeypatch.setattr(escalation, "find_due_leads", fail_once)
    with running(Clock(app, stop), stop):
        wait_until(lambda: len(offers(lead)) == 2)


def test_the_clock_tells_how_late_it_was(app, clock):
    Office(claim_seconds=60)
    make_lead()
    clock.advance(63)
    stop = Event()

    with running(Clock(app, stop), stop):
        [pulse] = wait_until(lambda: pulses("clock:"))

    assert pulse.lag_seconds == 3.0


def test_the_clock_follows_people_and_one_who_cannot_be_followed_stops_nobody(app, clock, monkeypatch):
    office = Office()
    until = clock.advance(60)
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=until, until=clock.now() + timedelta(hours=1))
    lead = make_lead()
    clock.advance(3600)
    follow, stop = following.follow_rep, Event()

    def stumble(rep_id, now):
        if rep_id == office.ana.id:
            raise ValueError("poisoned")
        follow(rep_id, now)

    monkeypatch.setattr(following, "follow_rep", stumble)
    with running(Clock(app, stop), stop):
        wait_until(lambda: [offer.rep_id for offer in offers(lead)] == [office.ben.id])

    db.session.rollback()
    assert following.next_change_at() == clock.now() + timedelta(seconds=30)


def test_a_broken_errand_keeps_neither_leads_nor_the_errands_behind_it_waiting(app, clock, monkeypatch):
    with transaction():
        store_answer(Answer(RequestKey("digest", "request"), 201, "{}"), clock.now())
    clock.advance(KEPT_FOR.total_seconds() + 1)
    Office(claim_seconds=60)
    lead = make_lead()
    clock.advance(61)

    def stumble(now):
        raise ValueError("broken")

    monkeypatch.setattr(reachability, "review_keys", stumble)
    Clock(app, Event())._sweep()

    assert len(offers(lead)) == 2
    assert db.session.query(IdempotencyKey).count() == 0


def test_the_clock_wakes_for_the_next_change_of_presence(app, clock):
    office = Office()
    set_presence(office.ana.id, state="busy", now=clock.now(), until=clock.now() + timedelta(milliseconds=250))

    assert Clock(app, Event())._sweep() == 0.25


def test_a_slow_provider_holds_up_nothing_but_its_own_message(app, clock, monkeypatch):
    Office()
    make_lead(phone="(415) 555-0123")
    make_lead(phone="(415) 555-0124")
    stop, answer = Event(), Event()
    slow = waiting()[0].id

    class Parcel:
        def __init__(self, message):
            self._message_id = message.id

        def send(self):
            if self._message_id == slow:
                answer.wait(20)
            return Sent()

    monkeypatch.setattr(LogTransport, "waits", True)
    monkeypatch.setattr(LogTransport, "prepare", lambda _self, message, _now: Parcel(message))
    postman = Postman(app, stop)
    with running(postman, stop):
        wait_until(lambda: [message.id for message in waiting()] == [slow])
        answer.set()
        wait_until(lambda: not waiting())
    postman.finish(5)


def offers(lead):
    db.session.rollback()
    return offers_of(lead)


def pulses(prefix):
    db.session.rollback()
    return db.session.query(Pulse).filter(Pulse.name.startswith(prefix)).all()


def waiting():
    db.session.rollback()
    states = (MessageState.PENDING, MessageState.SENDING)
    return db.session.query(Message).filter(Message.state.in_(states)).order_by(Message.id).all()
