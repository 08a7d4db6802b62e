"""The bytes of a request as a structure: JSON, form fields, or XML."""

from __future__ import annotations

import codecs
import json
import re
from io import BytesIO
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from leadapp.capture.adf import parse_xml
from leadapp.capture.text import DEEPEST

_FORM = "application/x-www-form-urlencoded"
_UNSAID = frozenset({"", "text/plain", "application/octet-stream", _FORM})
_LONGEST_NUMBER = 300
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape"})  # Python's own, and slow
_MOST_FIELDS = 5000
_BRACKET = re.compile(r"\[([^\[\]]*)\]")


class UnreadableBody(Exception):
    """The body cannot be read. `status` is 400 when it is broken and 415 when nobody knows its kind."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def read_body(data: bytes, content_type: str) -> object:
    """What the bytes say. JSON is known by its looks when the sender did not say, or said that it is a form."""
    kind, options = parse_options_header(content_type)
    kind = kind.strip().lower()
    if kind == "multipart/form-data":
        return _read_multipart(data, options)
    text = _decoded(data, options.get("charset"))
    if kind == "application/json" or kind.endswith("+json"):
        return _read_json(text)
    if kind.endswith(("/xml", "+xml", "/x-adf")):
        return _read_xml(text)
    if kind not in _UNSAID:
        raise UnreadableBody(415, f"The media type {kind[:80]} is not known here. Send JSON, form fields or XML.")
    return _read_by_looks(text, kind)


def _read_by_looks(text: str, kind: str) -> object:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "["):
        try:
            return _read_json(text)
        except UnreadableBody:
            if kind != _FORM:
                raise
    if start == "<" and kind != _FORM:
        return _read_xml(text)
    if kind == _FORM or (kind == "" and "=" in text):
        return _nested(_pairs(text))
    return text


def _decoded(data: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8-sig"):
        try:
            if name and codecs.lookup(name).name not in _NO_CHARSETS:
                return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1")


def _read_json(text: str) -> object:
    if not text.strip("\ufeff\0 \t\r\n"):
        return None
    try:
        return json.loads(text.lstrip("\ufeff"), parse_int=_number, strict=False)
    except (ValueError, RecursionError) as problem:
        raise UnreadableBody(400, f"The body is not valid JSON: {str(problem)[:200]}.") from problem


def _number(digits: str) -> int | str:
    # Python refuses to read integers of more than 4,300 digits; nobody's lead hangs on them being numbers.
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _read_xml(text: str) -> object:
    try:
        return parse_xml(text)
    except ValueError as problem:
        raise UnreadableBody(400, f"The body is not usable XML: {str(problem)[:200]}.") from problem


def _pairs(text: str) -> list[tuple[str, object]]:
    try:
        pairs = parse_qsl(text.strip(), keep_blank_values=True, errors="surrogateescape", max_num_fields=_MOST_FIELDS)
    except ValueError as problem:
        raise UnreadableBody(400, f"The form cannot be read: {str(problem)[:200]}.") from problem
    return [(_unescaped(name), _unescaped(value)) for name, value in pairs]


def _unescaped(text: str) -> str:
    """Forms of old pages percent-encode latin-1."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _decoded(text.encode("utf-8", "surrogateescape"), None)
    return text


def _read_multipart(data: bytes, options: dict[str, str]) -> object:
    # A body quoted in a log has lost its boundary's header, and often its carriage returns.
    boundary = options.get("boundary", "").encode("latin-1", "replace") or _first_boundary(data)
    if not boundary:
        raise UnreadableBody(400, "The multipart body has no boundary.")
    try:
        parser = MultiPartParser(max_form_parts=_MOST_FIELDS)
        form, files = parser.parse(BytesIO(data), boundary, len(data))
    except (ValueError, RequestEntityTooLarge) as problem:
        raise UnreadableBody(400, f"The multipart body cannot be read: {str(problem)[:200]}.") from problem
    names = [(field, file.filename) for field, file in files.items(multi=True) if file.filename]
    for _, file in files.items(multi=True):
        file.close()
    pairs: list[tuple[str, object]] = [*form.items(multi=True), *names]
    if not pairs and data.strip():
        raise UnreadableBody(400, "The multipart body has no parts that can be read.")
    return _nested(pairs)


def _first_boundary(data: bytes) -> bytes:
    first = data.lstrip().split(b"\n", 1)[0].strip()
    return first[2:] if first.startswith(b"--") else b""


def _nested(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """`fields[email][value]` is a key inside a key; a name that comes twice becomes a list."""
    whole: dict[str, object] = {}
    for name, value in pairs:
        path = [name.split("[", 1)[0], *_BRACKET.findall(name)] if name.endswith("]") else [name]
        path = [part for part in path if part]
        _put(whole, path if 0 < len(path) <= DEEPEST else [name], value)
    return whole


def _put(into: dict[str, object], path: list[str], value: object) -> None:
    for part in path[:-1]:
        deeper = into.setdefault(part, {})
        if not isinstance(deeper, dict):
            into[part] = deeper = {"": deeper}
        into = deeper
    there = into.get(path[-1])
    if there is None:
        into[path[-1]] = value
    elif isinstance(there, list):
        there.append(value)
    elif isinstance(there, dict):
        _put(there, ["_"], value)
    else:
        into[path[-1]] = [there, value]
