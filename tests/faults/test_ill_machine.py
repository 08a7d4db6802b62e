"""Real processes and a real mail server: who is left tells the owner what has died, and that it lives again."""

from __future__ import annotations

import sys
import urllib.request
from contextlib import suppress

import pytest

from tests.builders import Office
from tests.faults.machines import Machine, free_port
from tests.notify.post_office import PostOffice
from tests.waiting import wait_until

OWN_SERVER = ("--config", "python:leadapp.serving.web")
ANY_SERVER = ("app:app", "--threads", "2")


@pytest.fixture
def post_office(environment):
    """What takes the mail of every process of the test."""
    with PostOffice().listening(auth_require_tls=False) as post_office:
        environment["SMTP_URL"] = post_office.url(query="?from=leads@example.org")
        yield post_office


@pytest.fixture
def start(environment, tmp_path):
    """Starts an impatient process; whatever is left is killed in the end."""
    started = []

    def start(role, *arguments):
        command = [sys.executable, "-m", "tests.faults.impatient", role, *arguments]
        started.append(Machine(command, tmp_path / f"{role}-{len(started)}.log", environment))
        return started[-1]

    yield start
    for machine in started:
        machine.end()


def start_web(start, environment, *server):
    """One that has been asked for something."""
    environment["PORT"] = str(free_port())
    web = start("web", *server, "--bind", f"127.0.0.1:{environment['PORT']}")

    def answers():
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}/healthz", timeout=5):
            return True
        return False

    wait_until(answers)
    return web


def subjects(post_office, about):
    """What was mailed about it, to whom; a slow start of the other processes may be told, too."""
    found = [(letter.to, letter.mail["Subject"]) for letter in post_office.letters]
    return [(to, subject) for to, subject in found if about in subject]


def to_olivia(*said):
    return [(["olivia@example.com"], each) for each in said]


@pytest.mark.parametrize("server", [OWN_SERVER, ANY_SERVER], ids=["own server", "any server"])
def test_without_a_worker_a_web_process_itself_tells_the_owner_and_later_that_all_is_clear(
    here, redis_server, post_office, start, environment, server
):
    Office()
    start_web(start, environment, *server)
    wait_until(lambda: subjects(post_office, "worker") == to_olivia("No worker runs"))

    start("worker")

    wait_until(lambda: subjects(post_office, "worker") == to_olivia("No worker runs", "A worker runs again"))
    assert "All clear after" in post_office.letters[-1].mail.get_content()


def test_a_redis_that_dies_is_told_once_by_all_who_notice_and_so_is_its_return(
    here, redis_server, post_office, start, environment
):
    Office()
    start("worker")
    start("worker")
    start_web(start, environment, *OWN_SERVER)

    redis_server.machine.kill()
    wait_until(lambda: subjects(post_office, "Redis") == to_olivia("Redis does not answer"))
    redis_server.start()

    wait_until(lambda: subjects(post_office, "Redis") == to_olivia("Redis does not answer", "Redis answers again"))
