"""openapi.json says what there is, all of it and nothing else."""

from __future__ import annotations

import json
import re

from leadapp.web.api.openapi import OPERATIONS


def test_every_address_is_described_and_every_description_has_an_address(app):
    served = {
        (re.sub(r"<[^>]+>", "{}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/in/")) and "/twilio/" not in rule.rule  # what those send is Twilio's to say
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    described = {(re.sub(r"{[^}]+}", "{}", operation.path), operation.method) for operation in OPERATIONS}

    assert described == served


def test_every_reference_leads_somewhere(client):
    document = client.get("/api/openapi.json").json

    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))

    assert document["openapi"] == "3.1.0"
    assert wanted == set(document["components"]["schemas"])


def test_it_is_open_to_anybody_and_says_what_needs_a_key(client):
    document = client.get("/api/openapi.json").json

    assert document["security"] == [{"key": []}]
    assert document["paths"]["/in/{key}"]["post"]["security"] == []
    assert "security" not in document["paths"]["/api/v1/leads"]["post"]
