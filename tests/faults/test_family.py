"""`leadapp up`: who dies comes back, and nobody is left behind."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import psutil
import pytest

from tests.faults.machines import ROOT, FamilyMachine, free_port
from tests.waiting import wait_until

CHILDREN = {
    "web": "leadapp.serving.web",
    "worker": "leadapp.serving.worker",
    "scheduler": "leadapp.serving.scheduler",
    "redis": "unixsocket",
}


def test_every_child_that_is_killed_comes_back_and_the_family_ends_in_good_order(family):
    before = {name: family.member(word).pid for name, word in CHILDREN.items()}

    for pid in before.values():
        psutil.Process(pid).kill()

    wait_until(lambda: all(born_again(family, name, pid) for name, pid in before.items()))
    wait_until(lambda: set(family.readiness().values()) == {"ok"})
    wait_until(lambda: family.member(CHILDREN["scheduler"]).status() == psutil.STATUS_SLEEPING)
    key = family.run("api-key", "test")
    lead = family.ask("/api/v1/leads", {"phone": "(415) 555-0123"}, key=key)
    assert lead["state"] == "offered"

    everybody = family.members()
    started_at = time.monotonic()
    assert family.end() == 0
    assert time.monotonic() - started_at < 10
    assert not [process for process in everybody if process.is_running()]


def test_nobody_outlives_a_supervisor_that_is_killed(family):
    everybody = family.members()

    family.kill()

    wait_until(lambda: not [process for process in everybody if process.is_running()], 12)


def test_the_start_is_refused_in_one_line_when_the_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        taken = door.getsockname()[1]
        refused = up(DATA_DIR=str(tmp_path), PORT=str(taken))

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"Error: Port {taken} is in use. Stop what uses it, or set PORT to another one."
    ]


def test_the_start_is_refused_when_another_family_uses_the_folder(tmp_path):
    other = FamilyMachine(tmp_path)
    try:
        wait_until(lambda: other.member("preparation"))
        refused = up(DATA_DIR=str(tmp_path), PORT=str(free_port()))
    finally:
        other.end()

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: Another Leadapp runs on {tmp_path}.")


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("BASE_URL", "leads"), ("DATABASE_URL", "oracle://x"), ("LOG_FORMAT", "xml")]
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(tmp_path, name, value):
    refused = up(**{"DATA_DIR": str(tmp_path), name: value})

    assert refused.returncode == 2
    [line] = refused.stderr.splitlines()
    assert name in line


def born_again(family, name, pid):
    member = family.member(CHILDREN[name])
    return member is not None and member.pid != pid


def up(**environment):
    command = [sys.executable, "-m", "leadapp.serve"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False)
