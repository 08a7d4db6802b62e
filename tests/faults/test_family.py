"""`leadapp up`: who dies comes back, and nobody is left behind."""

from __future__ import annotations

import socket
import subprocess
import sys

import psutil

from tests.faults.machines import ROOT, free_port
from tests.waiting import wait_until

CHILDREN = {
    "web": "leadapp.serving.web",
    "worker": "leadapp.serving.worker",
    "scheduler": "leadapp.serving.scheduler",
    "redis": "unixsocket",
}


def test_every_child_that_is_killed_comes_back_and_none_outlives_a_killed_supervisor(family):
    before = {name: family.member(word).pid for name, word in CHILDREN.items()}

    for pid in before.values():
        psutil.Process(pid).kill()

    wait_until(lambda: all(born_again(family, name, pid) for name, pid in before.items()))
    wait_until(lambda: set(family.readiness().values()) == {"ok"}, 30)
    key = family.run("api-key", "test")
    assert family.ask("/api/v1/leads", {"phone": "(415) 555-0123"}, key=key)["state"] == "offered"

    everybody = family.members()
    family.kill()
    wait_until(lambda: not alive(everybody), 12)


def test_one_family_a_folder_and_sigterm_ends_it_whole_within_ten_seconds(family, tmp_path):
    refused = up(DATA_DIR=str(tmp_path), PORT=str(free_port()))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: Another Leadapp runs on {tmp_path}.")

    everybody = family.members()
    assert family.end() == 0
    assert not alive(everybody)


def test_the_start_is_refused_in_one_line_when_the_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        taken = door.getsockname()[1]
        refused = up(DATA_DIR=str(tmp_path), PORT=str(taken))

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"Error: Port {taken} is in use. Stop what uses it, or set PORT to another one."
    ]


def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(tmp_path):
    refused = up(DATA_DIR=str(tmp_path), LOG_FORMAT="xml")

    assert refused.returncode == 2
    [line] = refused.stderr.splitlines()
    assert "LOG_FORMAT" in line


def alive(processes):
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def born_again(family, name, pid):
    member = family.member(CHILDREN[name])
    return member is not None and member.pid != pid


def up(**environment):
    command = [sys.executable, "-m", "leadapp.serve"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False)
