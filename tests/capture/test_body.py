"""The bytes of a request as a structure."""

from datetime import UTC, datetime

import pytest

from leadapp.capture.body import UnreadableBody, read_body
from leadapp.capture.door import from_body

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
MULTIPART = (
    b'--XX\r\nContent-Disposition: form-data; name="name"\r\n\r\nAnn\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="photo"; filename="leak.jpg"\r\n\r\n\xff\xd8\r\n--XX--\r\n'
)
ADF = """<?xml version="1.0" encoding="UTF-8"?><?adf version="1.0"?><adf><prospect>
<id source="site">77</id><requestdate>2026-11-20T8:00:00-08:0</requestdate>
<vehicle interest="buy"><year>2020</year><make>Ford</make></vehicle>
<customer><contact><name part="first">Ann</name><name part="last">Lee</name><email>ann@example.com</email>
<phone type="home">415-555-0123</phone><phone type="work">415-555-0124</phone>
<address><street line="1">1 Elm St</street><street line="2">Apt 2</street><city>Oakland</city>
<regioncode>CA</regioncode><postalcode>94601</postalcode></address></contact>
<comments>Smith & Sons</comments></customer>
<vendor><contact><name part="full">Dealer</name><email>us@example.org</email></contact></vendor></prospect></adf>"""


@pytest.mark.parametrize("kind", ["application/json", "application/vnd.api+json", "", "text/plain", FORM])
def test_knows_json_by_its_looks(kind):
    assert read_body(b' \xef\xbb\xbf{"a": [1]}'.strip(), kind) == {"a": [1]}


def test_reads_form_fields():
    body = b"name=Ann+Lee&tag=a&tag=b&fields%5Bemail%5D%5Bvalue%5D=ann%40example.com&blank="

    assert read_body(body, FORM) == {
        "name": "Ann Lee",
        "tag": ["a", "b"],
        "fields": {"email": {"value": "ann@example.com"}},
        "blank": "",
    }


@pytest.mark.parametrize("body", [b"a=1&a[b]=2", b"a[b]=2&a=1", b"[]=1&a[=2&]=3&a[]=4", b"=x", b"a[b]=1&a[b][c]=2"])
def test_loses_nothing_of_odd_form_fields(body):
    said = str(read_body(body, FORM))

    assert all(value in said for value in (part.split(b"=")[1].decode() for part in body.split(b"&")))


def test_reads_multipart_and_the_names_of_its_files():
    assert read_body(MULTIPART, "multipart/form-data; boundary=XX") == {"name": "Ann", "photo": "leak.jpg"}


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_finds_a_lost_boundary(kind):
    assert read_body(MULTIPART.replace(b"\r\n", b"\n"), kind)["name"] == "Ann"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ('{"a": "ñ"}'.encode("latin-1"), "application/json"),
        ('{"a": "ñ"}'.encode("utf-16"), "application/json; charset=utf-16"),
        ('{"a": "ñ"}'.encode(), "application/json; charset=nonsense"),
        (b"a=%F1", FORM),
        ("a=ñ".encode(), FORM),
    ],
)
def test_reads_every_encoding(data, kind):
    assert read_body(data, kind) == {"a": "ñ"}


def test_reads_adf():
    lead = from_body(read_body(ADF.encode(), "application/x-adf+xml"), country="US", now=NOW)

    assert (lead.name, lead.phone, lead.email) == ("Ann Lee", "+14155550123", "ann@example.com")
    assert (lead.address, lead.city, lead.region, lead.postcode) == ("1 Elm St, Apt 2", "Oakland", "CA", "94601")
    assert (lead.message, lead.external_id) == ("Smith & Sons", "77")
    assert lead.received_at == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert lead.attributes["work_phone"] == "415-555-0124"


def test_reads_other_xml():
    lead = from_body(read_body(b"<lead><phone>4155550123</phone></lead>", "text/xml"), country="US", now=NOW)

    assert lead.phone == "+14155550123"


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{not json", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"no parts", "multipart/form-data; boundary=XX", 400),
        (b"<a><b></a>", "text/xml", 400),
        (BOMB, "application/xml", 400),
        (b"<a>" * 3000 + b"</a>" * 3000, "application/xml", 400),
        (b"PK\3\4", "application/zip", 415),
        (b"%PDF", "application/pdf", 415),
    ],
)
def test_refuses(data, kind, status):
    with pytest.raises(UnreadableBody) as refused:
        read_body(data, kind)

    assert refused.value.status == status
    assert refused.value.detail


@pytest.mark.parametrize("kind", ["application/json", FORM, "", "text/plain"])
def test_an_empty_body_says_nothing(kind):
    assert not read_body(b"", kind)


def test_a_number_of_any_length_is_read():
    assert read_body(b'{"n": ' + b"9" * 5000 + b"}", "application/json") == {"n": "9" * 5000}
