"""A push goes to the address that was checked, whatever the name leads to a moment later."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from leadapp.notify import public_addresses
from leadapp.notify.public_addresses import NotPublic, PublicOnly, is_public
from tests.notify.post_office import make_certificate

NAME = "fcm.googleapis.com"


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.7", "64:ff9b:1::7f00:1", "fec0::1",
        "::127.0.0.1", "::ffff:0:127.0.0.1", "5f00::1", "3fff::1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_inside_a_network_are_not(address):
    assert not is_public(address)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", PublicOnly())
        yield session


def answer_with(monkeypatch, *answers: list[str]) -> list[str]:
    """One answer of addresses for each look-up; the last one again for all after it. Returns the names looked up."""
    asked, waiting = [], list(answers)

    def look_up(host, port, *_args, **_options):
        if host != NAME:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        asked.append(host)
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["142.250.0.1", "10.0.0.7"]])
def test_a_name_that_leads_inside_is_not_connected_to(session, monkeypatch, addresses):
    answer_with(monkeypatch, addresses)
    monkeypatch.setattr(public_addresses, "create_connection", lambda *_, **__: pytest.fail("it was connected to"))

    with pytest.raises(NotPublic):
        session.post(f"https://{NAME}/send", timeout=5)


def test_it_is_connected_to_what_was_checked_and_by_its_own_name(session, monkeypatch, tmp_path):
    asked = answer_with(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    monkeypatch.setattr(public_addresses, "is_public", lambda address: address == "127.0.0.1")
    seen = {}
    context, certificate = make_certificate(tmp_path, NAME)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen["host"] = self.headers["Host"]
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    context.sni_callback = lambda _socket, name, _context: seen.update(sni=name)
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        answer = session.post(f"https://{NAME}:{server.server_port}/send", timeout=5, verify=str(certificate))
        thread.join()

    assert answer.status_code == 201
    assert seen == {"sni": NAME, "host": f"{NAME}:{server.server_port}"}
    assert asked == [NAME]
