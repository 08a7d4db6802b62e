"""Redis holds only wake-ups: without it leads are stored, routed, moved on and told about."""

from __future__ import annotations

from threading import Event

import pytest

from leadapp import jobs
from leadapp.extensions import db, queue
from leadapp.models import Message, MessageState, Offer
from leadapp.postman import POSTMAN, Postman
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


def test_a_message_committed_before_the_postman_answers_is_seen_by_his_last_look(here, redis_server, monkeypatch):
    Office()
    postman, leads, answer = called_postman(here), [make_lead()], queue.answer

    def commit_first(job):
        leads.append(make_lead())
        answer(job)

    monkeypatch.setattr(queue, "answer", commit_first)
    sweep(postman)

    assert [len(messages(lead, MessageState.SENT)) for lead in leads] == [1, 1]
    assert queue.depth()["urgent"] == 1  # the first lead's: the second one found it promised


def test_a_message_committed_after_the_answer_asks_for_a_call_of_its_own(here, redis_server, monkeypatch):
    Office()
    postman, lead = called_postman(here), make_lead()
    empty_queues()

    sweep(postman)
    assert not is_promised()
    make_lead()

    assert messages(lead, MessageState.SENT)
    assert queue.depth()["urgent"] == 1


def test_a_postman_whom_nobody_called_answers_nobody(here, redis_server):
    Office()
    make_lead()

    sweep(Postman(here, Event()))

    assert is_promised()


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


def called_postman(app):
    """A postman in this process, whom the job has woken."""
    postman = app.extensions[POSTMAN] = Postman(app, Event())
    jobs.deliver_due()
    return postman


def sweep(postman):
    """Until there is nothing more to do."""
    wait_until(lambda: postman._sweep() == 0.5)


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
