"""Pictures and voicemails play on the page, through us: the provider's password stays here, and so does the address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from leadapp.notify import media
from leadapp.workflow.inbound import Incoming, keep_voicemail, take_text
from leadapp.workflow.offers import accept_offer
from tests.builders import make_lead, pending_offer, reread
from tests.listening import QuietHandler, StandIn
from tests.notify.twilio_api import SID, TOKEN

CUSTOMER = "+14155550142"
ACCOUNT = f"https://api.twilio.com/2010-04-01/Accounts/{SID}"
PICTURE, RECORDING = f"{ACCOUNT}/Messages/MM1/Media/ME1", f"{ACCOUNT}/Recordings/RE1"
PNG = b"\x89PNG" + bytes(range(256)) * 4


@dataclass
class Said:
    status: int = 200
    kind: str = "image/png"
    body: bytes = PNG
    location: str = ""


class Storage(StandIn):
    """Twilio's API and the place it sends on to."""

    def __init__(self) -> None:
        self.answers: dict[str, Said] = {}
        self.asked: list[tuple[str, bool]] = []
        storage = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:
                storage.asked.append((self.path, "Authorization" in self.headers))
                said = storage.answers.get(self.path, Said(404, "application/json", b"{}"))
                self.send_response(said.status)
                self.send_header("Content-Type", said.kind)
                self.send_header("Content-Length", str(len(said.body)))
                if said.location:
                    self.send_header("Location", said.location)
                self.end_headers()
                self.wfile.write(said.body)

        super().__init__(Handler)


@pytest.fixture
def storage(app, monkeypatch):
    with Storage().listening() as storage:
        account = {"twilio_account_sid": SID, "twilio_auth_token": TOKEN, "twilio_api_base": storage.origin}
        monkeypatch.setitem(app.config, "LEADAPP", replace(app.config["LEADAPP"], **account))
        yield storage


@pytest.fixture
def lead(office, clock):
    """Ana's, with a picture and a voicemail."""
    made = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(made).id, now=clock.now())
    take_text(Incoming("SM2", CUSTOMER, "US", pictures=(PICTURE,)), "Look <b>", clock.now())
    keep_voicemail(Incoming("CA1", CUSTOMER, "US"), RECORDING, clock.now())
    return reread(made.id)


def sources(page: str, tag: str) -> list[str]:
    return re.findall(rf'<{tag}[^>]* src="(/leads/[^"]+)"', page)


def path_of(url: str) -> str:
    return url.removeprefix("https://api.twilio.com")


def test_they_are_shown_where_they_were_said_and_the_providers_address_is_nowhere(office, visit, lead):
    page = visit(office.ana).open(f"/leads/{lead.id}").text

    assert re.search(r'Look &lt;b&gt;\n<a class="media" href="(/leads/[^"]+)"[^>]*><img [^>]*src="\1"', page)
    assert re.search(r'Voicemail: <audio [^>]*controls preload="none"', page)
    assert 'loading="lazy" width="240" height="160" alt="Picture from the customer"' in page
    assert "twilio" not in page


def test_a_picture_is_fetched_with_our_account_and_shown_as_it_is(office, visit, lead, storage):
    storage.answers[path_of(PICTURE)] = Said()
    visitor = visit(office.ana)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "img")

    answer = visitor.open(at)

    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", PNG)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "img-src 'self' data:; media-src 'self'" in answer.headers["Content-Security-Policy"]
    assert storage.asked == [(path_of(PICTURE), True)]


def test_where_the_provider_sends_on_to_does_not_learn_the_password(office, visit, lead, storage):
    storage.answers[path_of(PICTURE)] = Said(307, location="/kept/1")
    storage.answers["/kept/1"] = Said()
    visitor = visit(office.ana)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "img")

    assert visitor.open(at).data == PNG
    assert storage.asked == [(path_of(PICTURE), True), ("/kept/1", False)]


def test_it_follows_to_nowhere_but_where_the_provider_keeps_things(office, visit, lead, storage):
    visitor = visit(office.ana)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "img")
    with Storage().listening() as stranger:
        stranger.answers["/x.png"] = Said()
        storage.answers[path_of(PICTURE)] = Said(307, location=f"{stranger.origin}/x.png")

        assert visitor.open(at).status_code == 404
        assert stranger.asked == []


def test_a_voicemail_can_be_had_in_parts_as_phones_ask_for_it(office, visit, lead, storage):
    storage.answers[f"{path_of(RECORDING)}.mp3"] = Said(kind="audio/mpeg")
    visitor = visit(office.ana)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "audio")

    answer = visitor.client.get(at, headers={"Range": "bytes=0-1"})

    assert (answer.status_code, answer.mimetype, answer.data) == (206, "audio/mpeg", PNG[:2])
    assert answer.headers["Content-Range"] == f"bytes 0-1/{len(PNG)}"


@pytest.mark.parametrize(
    "said",
    [
        Said(404),
        Said(401, "application/json", b"{}"),
        Said(kind="text/html", body=b"<script>alert(1)</script>"),
        Said(kind="image/svg+xml", body=b"<svg/>"),
        Said(body=b"x" * 1001),
        Said(307, location="http://169.254.169.254/latest"),
        Said(307, location="https://evil.example/x.png"),
        Said(307, location="https://twiliocdn.com.evil.example/x.png"),
        Said(307, location=path_of(PICTURE)),
    ],
)
def test_what_is_gone_or_is_no_picture_is_a_placeholder(office, visit, lead, storage, monkeypatch, said):
    monkeypatch.setattr(media, "MOST_BYTES", 1100 if said.body == PNG else 1000)
    storage.answers[path_of(PICTURE)] = said
    visitor = visit(office.ana)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "img")

    shown = visitor.client.get(at, headers={"Sec-Fetch-Dest": "image"})
    opened = visitor.open(at)

    assert (shown.status_code, shown.mimetype) == (404, "image/svg+xml")
    assert (opened.status_code, opened.text) == (404, "The provider does not keep this any more.")


def test_a_provider_that_is_away_is_no_error_of_ours(app, office, visit, lead, monkeypatch):
    away = replace(app.config["LEADAPP"], twilio_account_sid=SID, twilio_api_base="http://127.0.0.1:9")
    monkeypatch.setitem(app.config, "LEADAPP", away)
    visitor = visit(office.ana)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "img")

    assert visitor.open(at).status_code == 404


def test_leads_go_before_pictures_when_many_are_asked_for(office, visit, lead, storage, monkeypatch):
    visitor = visit(office.ana)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "img")
    monkeypatch.setattr(media, "_WAITS", 0)
    for _ in range(3):
        media._AT_ONCE.acquire()
    try:
        answer = visitor.open(at)
    finally:
        media._AT_ONCE.release(3)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")


def test_only_who_may_see_the_customer_sees_his_pictures(office, visit, lead, storage):
    storage.answers[path_of(PICTURE)] = Said()
    [at] = sources(visit(office.ana).open(f"/leads/{lead.id}").text, "img")

    assert visit(office.mia).open(at).status_code == 200
    assert visit(office.ben).open(at).status_code == 404
    assert visit().open(at).status_code == 302


def test_before_accepting_nobody_sees_them(office, visit, clock, storage):
    storage.answers[path_of(PICTURE)] = Said()
    made = make_lead(phone=CUSTOMER, message=f"Look {PICTURE}")
    [at] = sources(visit(office.mia).open(f"/leads/{made.id}").text, "img")

    assert visit(office.ana).open(at).status_code == 404


def test_a_lead_has_no_pictures_but_its_own(office, visit, lead, storage):
    storage.answers[path_of(PICTURE)] = Said()
    other = make_lead(phone="+14155550199")
    visitor = visit(office.mia)
    [at] = sources(visitor.open(f"/leads/{lead.id}").text, "img")

    assert visitor.open(at.replace(lead.id, other.id)).status_code == 404
    assert visitor.open(f"/leads/{lead.id}/media/0").status_code == 404
    assert storage.asked == []


@pytest.mark.parametrize(
    "link",
    [
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json",
        "https://api.twilio.com.evil.example/2010-04-01/Accounts/AC1/Recordings/RE1",
        "http://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1",
        "https://example.com/?https://api.twilio.com/x",
    ],
)
def test_what_else_a_customer_links_to_stays_words(office, visit, lead, clock, link):
    take_text(Incoming("SM3", CUSTOMER, "US"), link, clock.now())

    page = visit(office.ana).open(f"/leads/{lead.id}").text

    assert link in page
    assert len(sources(page, "img") + sources(page, "audio")) == 2
