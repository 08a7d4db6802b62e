"""One lead, or several, out of any body that a website, an automation tool or a vendor sends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from leadapp.capture.answers import Answer, answers_in, is_pair
from leadapp.capture.lead import FIELDS, CapturedLead, NothingToStore, assemble
from leadapp.capture.matching import Matches
from leadapp.capture.synonyms import fold, is_someone_elses, is_technical, without_number
from leadapp.capture.text import json_text, unused

_LISTS_OF_LEADS = ("data", "leads", "entries", "submissions", "records", "results", "items")
_SECRET = frozenset(
    {"googlekey", "grecaptcharesponse", "hcaptcharesponse", "cfturnstileresponse", "csrftoken", "wpnonce"}
)
_NOTHING_SAID = "No phone, e-mail or message came with this lead."
_MOST_LEADS = 200
_MOST_LINES = 100
_BEFORE_ADDRESS = re.compile(r'\s*"?([^"<>@]*[^"<>@\s])"?\s*<')


def leads_in(
    body: object, *, country: str, now: datetime, defaults: Mapping[str, object] | None = None
) -> list[CapturedLead]:
    """Every lead of one delivery; most bring one. Raises NothingToStore when all of it is blank."""
    found = []
    for item in _split(body):
        try:
            found.append(from_body(item, country=country, now=now, defaults=defaults))
        except NothingToStore:
            continue
    if not found:
        raise NothingToStore
    return found


def from_body(
    body: object, *, country: str, now: datetime, defaults: Mapping[str, object] | None = None
) -> CapturedLead:
    """The lead in a body of any shape. What no field takes is kept in `attributes`; `defaults` fill what came blank.

    Without a message the readable answers become one, so that nothing but an all-blank body raises NothingToStore.
    """
    answers = answers_in(body)
    if not answers:
        raise NothingToStore
    matches = Matches(answers, country, now)
    fields = matches.fields
    if "name" not in fields and (shown := _BEFORE_ADDRESS.match(str(fields.get("email", ""))[:200])):
        fields["name"] = shown[1]
    rest = [answer for answer in answers if not matches.has_taken(answer)]
    if "message" not in fields and (message := _composed(rest, fields)):
        fields["message"] = message
    attributes = _attributes(rest)
    for name, value in (defaults or {}).items():
        into = fields if name in FIELDS else attributes
        into.setdefault(name, value)
    return assemble({**fields, "attributes": attributes}, raw=json_text(body), country=country, now=now)


def _split(body: object) -> Iterator[object]:
    if isinstance(body, Mapping):
        lists = (_as_leads(body.get(key)) for key in _LISTS_OF_LEADS)
        yield from list(_changes(body.get("entry"))) or next(filter(None, lists), [body])
    else:
        yield from _as_leads(body) or [body]


def _as_leads(items: object) -> list[object]:
    """The items when each is a lead of its own rather than one answer. A flood of them is kept as one lead."""
    if (
        isinstance(items, list)
        and len(items) <= _MOST_LEADS
        and all(isinstance(item, Mapping) and not is_pair(item) for item in items)
    ):
        return items
    return []


def _changes(entries: object) -> Iterator[object]:
    """Meta sends entry[].changes[].value, each of which is a lead."""
    for entry in entries if isinstance(entries, list) else []:
        changes = entry.get("changes") if isinstance(entry, Mapping) else None
        for change in changes if isinstance(changes, list) else []:
            if isinstance(change, Mapping) and isinstance(change.get("value"), Mapping):
                yield change["value"]


def _composed(rest: list[Answer], fields: Mapping[str, object]) -> str | None:
    """A message out of what is left. When the customer cannot even be reached, whatever came is better than nothing."""
    if event := _telephone_event(rest):
        return event
    name = str(fields.get("name", ""))[:200].casefold()
    readable = [answer for answer in rest if _is_readable(answer) and answer.text.casefold() not in name]
    if readable:
        return _lines(readable)
    if "phone" in fields or "email" in fields:
        return None
    return "\n".join(filter(None, (_NOTHING_SAID, _lines([answer for answer in rest if _is_shown(answer)]))))


def _lines(answers: list[Answer]) -> str:
    return "\n".join(_line(answer) for answer in answers[:_MOST_LINES])


def _telephone_event(rest: list[Answer]) -> str | None:
    values = {fold(answer.path[-1]): answer.text for answer in rest if answer.path}
    if status := values.get("callstatus"):
        missed = status in ("no-answer", "busy", "failed", "canceled")
        return f"Missed call ({status})." if missed else f"Call ({status})."
    if "nummedia" in values:
        return f"A text without words, with {values['nummedia']} pictures or files."
    if "answered" in values and "duration" in values:
        answered = values["answered"].casefold() in ("true", "1", "yes")
        return f"{'Call' if answered else 'Missed call'} of {values['duration']} seconds."
    return None


def _is_readable(answer: Answer) -> bool:
    if answer.asked:
        return _is_shown(answer)
    if not answer.path:
        return True
    if is_someone_elses(answer.path):
        return False
    return not any(is_technical(part) for part in answer.path if not part.isdigit()) and not answer.text.startswith(
        ("http://", "https://")
    )


def _is_shown(answer: Answer) -> bool:
    return not answer.path or fold(answer.path[-1]) not in _SECRET


def _line(answer: Answer) -> str:
    if not answer.labels:
        return answer.text
    label = without_number(answer.labels[0])
    return f"{label}{' ' if label.endswith(('?', ':', '.')) else ': '}{answer.text}"


def _attributes(rest: list[Answer]) -> dict[str, object]:
    kept: dict[str, object] = {}
    seen: dict[str, int] = {}
    for answer in rest:
        if not answer.path or not _is_shown(answer):
            continue
        path = answer.path[1:] if answer.path[0] == "attributes" and len(answer.path) > 1 else answer.path
        name = answer.path[-1] if answer.asked else ".".join(path)
        kept[unused(name, kept, seen)] = answer.value
    return kept
