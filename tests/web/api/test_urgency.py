"""The owner's list of urgent phrases through the API."""

from __future__ import annotations

import pytest

from leadapp.wordlists import shipped
from tests.web.api.conftest import wrong_fields

SEWAGE = next(phrase.id for phrase in shipped().values() if phrase.text.startswith("sewage"))
DANGER = next(phrase.id for phrase in shipped().values() if phrase.level == "danger" and phrase.trade == "general")
OWN = {"text": "grease trap", "trade": "plumbing"}


def because(api, message):
    """What makes a new lead with this message urgent."""
    return api.post("/leads", {"message": message}).json["urgent_because"]


def test_a_phrase_of_ones_own_makes_the_next_lead_urgent(api):
    assert because(api, "Our grease traps smell") == []

    made = api.post("/urgent-phrases", OWN)

    assert made.status_code == 201
    made_of_itself = {"level": "damage", "language": None, "shipped": False, "enabled": True, "retired_at": None}
    assert made.json == OWN | made_of_itself | {"id": made.json["id"]}
    assert because(api, "Our grease traps smell") == ["grease traps"]


def test_a_phrase_without_a_trade_is_one_of_every_trade(api):
    made = api.post("/urgent-phrases", {"text": "grease trap"})

    assert (made.status_code, made.json["trade"]) == (201, "general")


def test_a_preview_uses_the_same_list(api):
    api.post("/urgent-phrases", OWN)

    assert api.post("/routing/preview", {"message": "grease trap"}).json["urgent_because"] == ["grease trap"]


def test_the_same_persons_next_message_is_read_with_the_same_list(api):
    first = api.post("/leads", {"phone": "415 555 0123", "message": "Hello"}).json
    api.post("/urgent-phrases", OWN)

    joined = api.post("/leads", {"phone": "415 555 0123", "message": "It is the grease trap"}).json

    assert (joined["id"], joined["urgent_because"]) == (first["id"], ["grease trap"])


def test_a_phrase_is_changed_switched_off_and_retired(api):
    path = f"/urgent-phrases/{api.post('/urgent-phrases', OWN).json['id']}"

    assert api.patch(path, {"text": "ice machine", "level": "danger"}).json["text"] == "ice machine"
    assert because(api, "ice machine, but it can wait") == ["ice machine"]
    api.patch(path, {"enabled": False})
    assert because(api, "ice machine") == []
    api.patch(path, {"enabled": True})
    assert api.delete(path).status_code == 204
    assert because(api, "ice machine") == []
    assert api.get(path).json["retired_at"]
    assert api.patch(path, {"enabled": True}).status_code == 409


def test_a_shipped_phrase_is_switched_off_and_on(api):
    assert because(api, "sewage here") == ["sewage"]

    assert api.patch(f"/urgent-phrases/{SEWAGE}", {"enabled": False}).json["enabled"] is False
    assert because(api, "sewage here") == []
    api.patch(f"/urgent-phrases/{SEWAGE}", {"enabled": False})
    assert api.patch(f"/urgent-phrases/{SEWAGE}", {"enabled": True}).json["enabled"] is True
    assert because(api, "sewage here") == ["sewage"]


def test_a_shipped_phrase_is_neither_changed_nor_retired(api):
    assert wrong_fields(api.patch(f"/urgent-phrases/{SEWAGE}", {"text": "x ray", "level": "plea"})) == {"text", "level"}
    assert api.delete(f"/urgent-phrases/{SEWAGE}").status_code == 409


def test_a_danger_to_life_cannot_be_switched_off(api):
    assert wrong_fields(api.patch(f"/urgent-phrases/{DANGER}", {"enabled": False})) == {"enabled"}
    assert wrong_fields(api.patch("/trades/general", {"enabled": False})) == {"enabled"}


def test_a_whole_trade_is_switched_off(api):
    assert api.patch("/trades/plumbing", {"enabled": False}).json["enabled"] is False
    api.post("/urgent-phrases", OWN)

    assert because(api, "sewage in the grease trap") == []
    assert because(api, "I smell gas") == ["smell gas"]
    assert [trade["id"] for trade in api.get("/trades").json["items"] if not trade["enabled"]] == ["plumbing"]
    api.patch("/trades/plumbing", {"enabled": True})
    assert because(api, "sewage in the grease trap") == ["sewage", "grease trap"]


def test_a_trade_that_is_not_there_is_404(api):
    assert api.patch("/trades/plumming", {"enabled": False}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "leak.*"}, "text"),
        ({"text": "(a|b)"}, "text"),
        ({"text": "the"}, "text"),
        ({"text": ""}, "text"),
        ({"text": "a" * 101}, "text"),
        ({"text": "burst\0pipe"}, "text"),
        ({}, "text"),
        ({"text": "boiler cold", "trade": "drains"}, "trade"),
        ({"text": "boiler cold", "level": "high"}, "level"),
        ({"text": "boiler cold", "language": "fr"}, "language"),
        ({"text": "boiler cold", "shipped": True}, "shipped"),
        ({"text": "foul drain", "trade": "plumbing"}, "text"),
    ],
)
def test_a_phrase_that_cannot_be_used_is_422_and_says_why(api, wrong, field):
    assert wrong_fields(api.post("/urgent-phrases", wrong)) == {field}


def test_the_same_phrase_twice_is_422(api):
    api.post("/urgent-phrases", OWN)

    assert wrong_fields(api.post("/urgent-phrases", OWN | {"text": "Grease-Trap"})) == {"text"}
    assert api.post("/urgent-phrases", OWN | {"trade": "pests"}).status_code == 201


def test_there_are_only_so_many_phrases_of_ones_own(api, monkeypatch):
    monkeypatch.setattr("leadapp.workflow.configuration.urgency.MOST_PHRASES", 1)
    api.post("/urgent-phrases", OWN)

    assert wrong_fields(api.post("/urgent-phrases", {"text": "ice machine"})) == {"text"}


def test_the_list_shows_ones_own_first_and_comes_in_pages(api):
    own = api.post("/urgent-phrases", OWN).json
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/urgent-phrases?limit=150&cursor={cursor}").json
        seen += [phrase["id"] for phrase in page["items"]]
        cursor = page["next"]

    assert seen == [own["id"], *shipped()]


def test_the_list_is_narrowed(api):
    api.patch(f"/urgent-phrases/{SEWAGE}", {"enabled": False})

    off = api.get("/urgent-phrases?enabled=false&trade=plumbing").json["items"]
    spanish = api.get("/urgent-phrases?language=es&trade=pests&level=danger&shipped=true").json["items"]

    assert [phrase["id"] for phrase in off] == [SEWAGE]
    assert {(phrase["language"], phrase["trade"], phrase["level"]) for phrase in spanish} == {("es", "pests", "danger")}


@pytest.mark.parametrize("cursor", ["nonsense!", "é", "a" * 27])
def test_a_cursor_of_another_list_is_422(api, cursor):
    assert wrong_fields(api.get(f"/urgent-phrases?cursor={cursor}")) == {"cursor"}


def test_a_text_can_be_tried_even_with_a_key_that_only_reads(api, reader):
    api.post("/urgent-phrases", OWN)

    tried = reader.post("/routing/urgency", {"text": "Grease trap, and I smell gas"}).json

    assert tried["urgent"] is True
    assert tried["urgent_because"] == ["grease trap", "smell gas"]
    [own, gas] = tried["deciding"]
    assert (own["phrase"]["name"], own["level"], own["shipped"]) == ("grease trap", "damage", False)
    assert (gas["trade"], gas["level"], gas["shipped"]) == ("general", "danger", True)
    assert api.get("/leads").json["items"] == []


def test_a_text_that_says_nothing_urgent_is_said_so(api):
    assert api.post("/routing/urgency", {"text": "no leak"}).json == {
        "urgent": False, "urgent_because": [], "deciding": []
    }  # fmt: skip


def test_a_source_is_urgent_by_itself(api):
    source = api.post("/sources", {"name": "Emergency line", "kind": "json", "urgent": True}).json

    lead = api.post("/leads", {"message": "Hello", "source": source["key"]}).json

    assert (lead["urgent"], lead["urgent_because"]) == (True, ["source Emergency line"])
