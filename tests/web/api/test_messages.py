"""GET /messages: what went out, without what opens doors."""

from __future__ import annotations

import pytest

from leadapp.workflow.access import send_sign_in_code
from tests.builders import make_lead


@pytest.mark.parametrize("key", ["api", "reader"])
def test_no_key_reads_a_sign_in_code(request, office, clock, key):
    caller = request.getfixturevalue(key)
    send_sign_in_code("olivia@example.com", clock.now())

    codes = [m for m in caller.get("/messages").json["items"] if m["cause"].startswith("code:")]

    assert codes
    assert {message["body"] for message in codes} == {"(a sign-in code)"}


def test_other_messages_are_read_as_they_are(api, office):
    lead = make_lead(phone="+14155550123")

    [text] = [m for m in api.get(f"/messages?lead={lead.id}").json["items"] if m["to"] == "+14155550123"]

    assert "got your request" in text["body"]
