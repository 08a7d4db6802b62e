"""Whatever comes, a lead or NothingToStore; and what is kept can be stored."""

import contextlib
import csv
import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadapp.capture.body import UnreadableBody, read_body
from leadapp.capture.door import leads_in
from leadapp.capture.lead import FIELDS, NothingToStore, from_fields
from leadapp.capture.phone import parse_phone
from leadapp.capture.synonyms import KNOWN
from leadapp.capture.text import clean

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SHARED = Path(__file__).parents[3] / "shared" / "data"
SAMPLES = sorted(path for path in (SHARED / "webhook_samples").glob("*.*") if path.suffix in (".json", ".txt", ".xml"))
CONTENT_TYPES = {
    ".json": "application/json",
    ".xml": "application/x-adf+xml",
    ".txt": "application/x-www-form-urlencoded",
}

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)  # lone surrogates and NUL too
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
NAMES = TEXT | st.sampled_from(
    sorted(KNOWN | {"value", "question", "answer", "answers", "field", "definition", "entry"})
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))
quickly = settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def texts_in(value):
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *texts_in(item))]
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


def assert_storable(lead):
    kept = json.dumps(dataclasses.asdict(lead), default=str, ensure_ascii=False, allow_nan=False)
    assert kept.encode().decode() == kept
    assert not any("\0" in text for text in texts_in(dataclasses.asdict(lead)))
    assert lead.raw.isascii()
    assert lead.phone_raw or lead.email_raw or lead.message
    assert lead.received_at is None or lead.received_at <= NOW


@quickly
@given(VALUES)
def test_any_body_is_stored_or_blank(body):
    try:
        leads = leads_in(body, country="US", now=NOW)
    except NothingToStore:
        return
    for lead in leads:
        assert_storable(lead)


@quickly
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)) | TEXT, VALUES, max_size=6))
def test_any_fields_are_stored_or_blank(fields):
    try:
        assert_storable(from_fields(fields, country="US", now=NOW))
    except NothingToStore:
        assert not any(clean(fields.get(name)) for name in ("phone", "email", "message"))


@quickly
@given(
    st.binary(max_size=200), st.sampled_from([*CONTENT_TYPES.values(), "", "multipart/form-data; boundary=X", "a/b"])
)
def test_any_bytes_are_read_or_refused(data, kind):
    with contextlib.suppress(UnreadableBody, NothingToStore):
        leads_in(read_body(data, kind), country="US", now=NOW)


def test_a_body_nested_as_deep_as_python_reads_is_stored():
    body = "Leak"
    for _ in range(900):
        body = {"a": body}

    assert_storable(leads_in(body, country="US", now=NOW)[0])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_vendor_samples_become_leads(path):
    kind = "multipart/form-data" if "multipart" in path.name else CONTENT_TYPES[path.suffix]

    for lead in leads_in(read_body(path.read_bytes(), kind), country="US", now=NOW):
        assert_storable(lead)
        assert lead.name or lead.phone_raw or lead.external_id or lead.message


def naughty_strings():
    path = SHARED / "naughty_strings" / "naughty_strings.json"
    return json.loads(path.read_text()) if path.exists() else ["<script>", "\u202etest\u202c", "1E+02", "../../etc"]


def test_naughty_strings_are_kept_as_they_came():
    for text in naughty_strings():
        lead = from_fields({"name": text, "message": text, "email": "a@example.com"}, country="US", now=NOW)
        assert_storable(lead)
        assert json.loads(lead.raw)["message"] == text


def test_names_of_every_script_are_kept():
    path = SHARED / "names_unicode" / "names.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []
    for first, last in [("Zoë", "Ó Briain"), *((row["first_name"], row["last_name"]) for row in rows)]:
        lead = leads_in({"first_name": first, "last_name": last, "email": "a@example.com"}, country="US", now=NOW)[0]
        assert first.split()[0] in lead.name
        assert last.split()[-1] in lead.name


def test_valid_numbers_of_the_reference_parser_are_read_alike():
    path = SHARED / "phone_formats" / "dirty_phone_strings.json"
    rows = json.loads(path.read_text()) if path.exists() else []
    for row in rows:
        found = parse_phone(row["input"], row["region"])
        assert found == row["e164"] if row["valid"] else found is None or row["possible"], row["input"]
