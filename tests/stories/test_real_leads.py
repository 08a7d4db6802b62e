"""Real leads, as vendors, exports and a city sent them: each is stored once with one name on it, and none ends in
silence. Where the data is not at hand, rows of the same kinds are made up."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select

from leadapp.capture.table import open_table
from leadapp.extensions import db
from leadapp.models import Lead, SourceKind
from leadapp.replaying.reading import Layout
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.workflow.access import make_api_key
from leadapp.workflow.escalation import advance_due_leads
from tests.builders import Office, make_source, offers_of

DATA = Path(__file__).parents[3] / "shared" / "data"
ROWS = 60
CITY = [
    {
        "Unique Key": str(5690 + n),
        "Created Date": "02/28/2023 11:45:00 PM",
        "Complaint Type": ["HEAT/HOT WATER", "PLUMBING", "Noise - Residential"][n % 3],
        "Descriptor": ["ENTIRE BUILDING", "HEAVY FLOW", "Departmentâ\x80\x99s", ""][n % 4],
        "Incident Zip": "" if n % 7 == 0 else "10011",
        "City": "" if n % 5 == 0 else "MANHATTAN",
    }
    for n in range(ROWS)
]
EDUCATION = [
    {
        "Prospect ID": f"2a27-{n}",
        "Lead Source": ["Google", "google", ""][n % 3],
        "Country": "India" if n % 2 else "",
        "Specialization": "Select",
        "City": ["Select", "", "Thane & Outskirts"][n % 3],
        "Tags": "",
        "column 38": "",
    }
    for n in range(ROWS)
]
MULTIPART = (
    '--b6\r\nContent-Disposition: form-data; name="rawRequest"\r\n\r\n'
    '{"q3_name":{"first":"Jo ","last":"Li"},"q4_phone":{"full":"(555) 555-0123"}}\r\n--b6--\r\n'
)
DELIVERIES = [
    ("application/json", json.dumps({"user_column_data": [{"column_id": "EMAIL", "string_value": "t@example.com"}]})),
    ("application/x-www-form-urlencoded", "From=%2B14155550123&To=%2B14155550100&Body=Hello+there&ToCity="),
    ("application/x-www-form-urlencoded", "CallStatus=no-answer&From=&To=%2B14155550100"),
    ("multipart/form-data; boundary=b6", MULTIPART),
    ("application/x-adf+xml", "<?adf version='1.0'?><adf><prospect><customer><contact><name part='full'>Jo</name>"
     "<phone>4155550124</phone></contact></customer></prospect></adf>"),
]  # fmt: skip


def spread(folder: str, otherwise: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows from all over the folder's file."""
    file = next(iter((DATA / folder).glob("*.csv")), None)
    if file is None:
        return otherwise
    with open_table(file) as table:
        rows = list(table)
    return list(islice(rows[:: len(rows) // ROWS], ROWS))


def deliveries() -> Iterator[tuple[str, bytes]]:
    """The type and the body of what the vendors deliver."""
    samples = DATA / "webhook_samples"
    if not samples.is_dir():
        yield from ((content_type, body.encode()) for content_type, body in DELIVERIES)
        return
    with (samples / "index.csv").open(newline="") as index:
        for sample in csv.DictReader(index):
            body, said = (samples / sample["file"]).read_bytes(), sample["content_type"]
            if said.startswith("multipart/form-data; boundary="):
                yield said, body
            else:  # what is no type, such as "text/xml in an e-mail", is told by the file
                known = {".json": "application/json", ".xml": "application/xml"}
                yield known.get(Path(sample["file"]).suffix, said), body


def sweep(clock) -> None:
    while advance_due_leads(clock.now(), 10):
        pass


def leads() -> list[Lead]:
    return list(db.session.scalars(select(Lead).execution_options(populate_existing=True)))


@pytest.mark.parametrize(
    ("database_url", "folder", "otherwise"),
    [("postgresql", "nyc_311_full_day_2023", CITY), ("sqlite", "crm_leads_x_education", EDUCATION)],
    indirect=["database_url"],
)
def test_real_rows_are_each_stored_once_go_down_the_chain_and_end_with_the_fallback(
    app, client, clock, folder, otherwise
):
    office = Office(claim_seconds=300, urgent_claim_seconds=300, tries=2, repeat_seconds=120)
    headers = {"Authorization": f"Bearer {make_api_key('replay', False, clock.now())}"}
    layout = Layout({}, folder)
    rows = [layout.payload_of(cells) for cells in spread(folder, otherwise)]

    first = [client.post("/api/v1/leads", json=row, headers=headers) for row in rows]
    again = [client.post("/api/v1/leads", json=row, headers=headers) for row in rows[::6]]

    assert [answer.status_code for answer in first] == [201] * ROWS
    assert [answer.status_code for answer in again] == [200] * len(again)
    assert len({answer.json["id"] for answer in first}) == len(leads()) == ROWS
    assert {lead.state for lead in leads()} == {LeadState.OFFERED}
    assert {lead.accountable_id for lead in leads()} == {office.ana.id, office.ben.id}

    clock.advance(300)
    sweep(clock)
    assert {lead.state for lead in leads()} == {LeadState.OFFERED}

    clock.advance(300)
    sweep(clock)
    found = leads()
    assert {(lead.state, lead.accountable_id) for lead in found} == {(LeadState.QUEUED, office.mia.id)}
    assert all(lead.next_due_at > clock.now() for lead in found)
    for lead in found:
        assert {offer.rep_id for offer in offers_of(lead)} == {office.ana.id, office.ben.id}
        assert {offer.outcome for offer in offers_of(lead)} == {OfferOutcome.EXPIRED}


def test_what_vendors_deliver_is_stored_and_has_one_name_on_it(app, client, clock):
    office = Office()
    door = f"/in/{make_source(kind=SourceKind.JSON).key}"
    sent = list(deliveries())

    answers = [client.post(door, data=body, content_type=content_type) for content_type, body in sent]

    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]
    stored = {lead_id for answer in answers for lead_id in answer.json.get("ids", [answer.json["id"]])}
    assert stored == {lead.id for lead in leads()}
    assert all(lead.accountable_id in (office.ana.id, office.ben.id) for lead in leads())

    repeated = [client.post(door, data=body, content_type=content_type) for content_type, body in sent]
    assert {answer.status_code for answer in repeated} <= {200, 201}
