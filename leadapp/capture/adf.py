"""XML bodies, above all ADF: the auto trade's lead format, sent by web and inside e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, XMLParser

_MOST_ELEMENTS = 5000
_DEEPEST = 50
# The text is decoded already, so that what the declaration says of an encoding no longer holds.
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
# Addresses and offsets written bare are the commonest fault: "Smith & Sons".
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,10};)")
_ADDRESS_PARTS = {"regioncode": "region", "postalcode": "postcode", "apartment": "address2"}
_VEHICLE_PARTS = ("status", "year", "make", "model", "trim", "stock")


def parse_xml(text: str) -> dict[str, object]:
    """The document as nested fields; of an ADF document, its prospect as a lead's fields.

    Raises ValueError when it is broken, or has a DOCTYPE, which a bomb of entities needs and a lead does not.
    """
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise ValueError("a document type is not accepted")
    root = _parsed(_BARE_AMPERSAND.sub("&amp;", _DECLARATION.sub("", text.lstrip("\ufeff"))).strip())
    prospect = root if root.tag.lower() == "prospect" else next(_all(root, "prospect"), None)
    if prospect is None:
        return {root.tag: _plain(root)}
    return _prospect(prospect)


def _parsed(text: str) -> Element:
    parser = XMLParser()
    try:
        parser.feed(text)
        root = parser.close()
    except (ParseError, ValueError) as problem:
        raise ValueError(str(problem)) from problem
    _check_size(root)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _check_size(root: Element) -> None:
    level, depth, count = [root], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise ValueError("it is nested too deep or has too many elements")
        level = [child for element in level for child in element]


def _all(element: Element, tag: str) -> Iterator[Element]:
    return (found for found in element.iter() if found.tag.lower() == tag)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _plain(element: Element) -> object:
    if not len(element):
        return element.text or ""
    fields: dict[str, object] = {}
    for child in element:
        there, value = fields.get(child.tag), _plain(child)
        fields[child.tag] = value if there is None else [*(there if isinstance(there, list) else [there]), value]
    return fields


def _prospect(prospect: Element) -> dict[str, object]:
    fields: dict[str, object] = {}
    for child in prospect:
        tag = child.tag.lower()
        if tag == "customer":
            fields |= _customer(child)
        elif tag == "id":
            fields["lead_id"] = _text(child)
        elif tag == "vehicle":
            _add(fields, "vehicle", _vehicle(child))
        elif tag == "requestdate":
            fields["requestdate"] = _text(child)
        else:
            fields[tag] = _plain(child)
    return fields


def _customer(customer: Element) -> dict[str, object]:
    fields: dict[str, object] = {}
    for contact in _all(customer, "contact"):
        for child in contact:
            _add_contact_part(fields, child)
        break
    for child in customer:
        if child.tag.lower() == "comments":
            fields["comments"] = "".join(child.itertext())
        elif child.tag.lower() != "contact":
            fields[child.tag.lower()] = _plain(child)
    return fields


def _add_contact_part(fields: dict[str, object], part: Element) -> None:
    tag, kind = part.tag.lower(), (part.get("type") or "").lower()
    if tag == "name":
        what = (part.get("part") or "full").lower()
        is_company = kind == "business"
        name = {"first": "first_name", "last": "last_name", "full": "name"}.get(what, f"name_{what}")
        _add(fields, "company" if is_company else name, _text(part))
    elif tag == "address":
        for line in part:
            _add(fields, _address_part(line), _text(line))
    elif tag == "phone":
        _add(fields, f"{kind}_phone" if kind and "phone" in fields else "phone", _text(part))
    else:
        _add(fields, tag, _text(part))


def _address_part(line: Element) -> str:
    tag = line.tag.lower()
    if tag == "street":
        return "address" if (line.get("line") or "1") == "1" else f"address{line.get('line')}"
    return _ADDRESS_PARTS.get(tag, tag)


def _vehicle(vehicle: Element) -> str:
    interest = vehicle.get("interest") or ""
    parts = {child.tag.lower(): _text(child) for child in vehicle} | {"status": vehicle.get("status") or ""}
    return " ".join(part for part in (interest, *(parts.get(name, "") for name in _VEHICLE_PARTS)) if part)


def _add(fields: dict[str, object], name: str, value: str) -> None:
    """A part that comes twice keeps both, so that no second telephone is lost."""
    there = fields.get(name)
    if isinstance(there, list):
        there.append(value)
    elif value:
        fields[name] = [there, value] if there else value
