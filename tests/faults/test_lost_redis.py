"""Redis holds only wake-ups: without it leads are stored, routed, moved on and told about."""

from __future__ import annotations

import pytest

from leadapp import jobs
from leadapp.extensions import db, queue
from leadapp.models import Message, MessageState, Offer
from leadapp.notify import outbox
from leadapp.routing.values import OfferOutcome
from leadapp.wakeups import Wake
from tests.builders import Office, make_lead, make_source, offers_of
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("here")


def test_a_lead_is_captured_and_routed_at_once_while_redis_is_away(here):
    office = Office()
    source = make_source()

    answer = here.test_client().post(f"/in/{source.key}", json={"name": "Jo", "message": "A tap drips"})

    assert answer.status_code == 201
    [offer] = db.session.query(Offer).filter_by(lead_id=answer.json["id"])
    assert offer.rep_id == office.ana.id


def test_without_redis_the_chain_still_goes_on_and_messages_still_leave(start_worker):
    office = Office(claim_seconds=1)
    start_worker()

    lead = make_lead(phone="(415) 555-0123")

    assert wait_until(lambda: outcomes(lead)[1:])
    assert outcomes(lead)[0] is OfferOutcome.EXPIRED
    assert [offer.rep_id for offer in offers_of(lead)[:2]] == [office.ana.id, office.ben.id]
    wait_until(lambda: not messages(lead, MessageState.PENDING, MessageState.SENDING))
    assert messages(lead, MessageState.SENT)


def test_what_redis_forgets_between_capture_and_expiry_is_done_all_the_same(start_worker, redis_server):
    Office(claim_seconds=2)
    lead = make_lead()
    assert queued()

    queue.connection.flushall()
    start_worker()

    assert wait_until(lambda: outcomes(lead)[1:])
    assert outcomes(lead)[0] is OfferOutcome.EXPIRED


def test_a_message_committed_before_the_job_answers_is_seen_by_its_last_look(redis_server, monkeypatch):
    Office()
    leads, answer = [make_lead()], queue.answer

    def commit_first(job):
        leads.append(make_lead())
        answer(job)

    monkeypatch.setattr(queue, "answer", commit_first)
    jobs.deliver_due()

    assert [len(messages(lead, MessageState.SENT)) for lead in leads] == [1, 1]
    assert queue.depth()["urgent"] == 1  # the first lead's: the second one found it promised


def test_a_message_committed_during_the_last_look_asks_for_a_job_of_its_own(redis_server, monkeypatch):
    Office()
    leads, take = [make_lead()], outbox.take_due_messages
    empty_queues()

    def commit_meanwhile(*args):
        taken = take(*args)
        if not is_promised() and len(leads) == 1:
            leads.append(make_lead())
        return taken

    monkeypatch.setattr(outbox, "take_due_messages", commit_meanwhile)
    jobs.deliver_due()

    assert messages(leads[1], MessageState.PENDING)
    assert queue.depth()["urgent"] == 1
    jobs.deliver_due()
    assert messages(leads[1], MessageState.SENT)


def test_what_was_promised_and_never_done_is_sent_by_the_postman(start_worker, redis_server):
    Office()
    start_worker()
    wait_until(lambda: queue.connection.smembers("rq:workers"))
    queue.send([Wake("deliver_due", (), "urgent")])
    wait_until(lambda: not is_promised())
    queue.connection.set("leadapp:promised:deliver_due", 1)  # for ever: as if its job had died again and again

    lead = make_lead()

    wait_until(lambda: messages(lead, MessageState.SENT))


def test_a_worker_outlives_its_redis_and_takes_jobs_again_when_it_is_back(start_worker, redis_server):
    Office()
    lead = make_lead()
    worker = start_worker()
    wait_until(lambda: queue.connection.smembers("rq:workers"))

    redis_server.machine.kill()
    wait_until(lambda: b"could not connect" in worker.log.read_bytes() or b"redis_away" in worker.log.read_bytes())
    redis_server.start()
    wait_until(lambda: queue.send([Wake("advance_lead", (lead.id,))]))

    wait_until(lambda: not sum(queue.depth().values()))
    assert worker.process.poll() is None


def test_a_worker_ends_within_seconds_also_while_redis_is_away(start_worker):
    Office()
    worker = start_worker()
    wait_until(lambda: b"redis_away" in worker.log.read_bytes())

    assert worker.end() == 0


def empty_queues():
    """As if a worker had taken every job that waits, and had none done yet."""
    queue.connection.delete("rq:queue:urgent", "rq:queue:default")


def is_promised():
    return bool(queue.connection.exists("leadapp:promised:deliver_due"))


def queued():
    """How many jobs wait, be it for a worker or for their time."""
    return sum(queue.depth().values()) + sum(map(queue.connection.zcard, queue.connection.keys("rq:scheduled:*")))


def outcomes(lead):
    db.session.rollback()
    return [offer.outcome for offer in offers_of(lead)]


def messages(lead, *states):
    db.session.rollback()
    return db.session.query(Message).filter(Message.lead_id == lead.id, Message.state.in_(states)).all()
