"""What a body says about how a request came: where its form stood, who filled it in, and whether we may contact him."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import NamedTuple

from leadapp.capture.text import clean

_NESTED = 2  # vendors put it beside the answers, or one level below
_NOT_A_LETTER = re.compile(r"[^a-z0-9]")
_PAGES = ("pageurl", "sourceurl", "formurl", "landingpageurl", "landingpage", "pageuri", "page", "url", "referer",
          "referrer", "httpreferer")  # fmt: skip
_ADDRESSES = ("ip", "ipaddress", "userip", "remoteip", "remoteaddr", "clientip", "visitorip", "submitterip")
_WEB = ("http://", "https://")

#: What a box says that was left empty, folded to letters. Any other text, also none, is no refusal.
_REFUSALS = frozenset({
    "no", "n", "non", "nao", "nein", "false", "f", "0", "off", "declined", "decline", "denied", "refused", "rejected",
    "notgiven", "optout", "optedout", "unsubscribe", "unsubscribed", "donotcontact", "donottext", "donttext",
    "noconsent", "notconsented", "nothanks", "nogracias", "noacepto", "noautorizo", "noconsiento", "rechazado",
})  # fmt: skip


_SAYS_NO = re.compile(
    r"^\s*no\s*[^\w\s']|\b(?:disagree|unchecked)\b"
    r"|\b(?:do not|don['’]?t|never) (?:\w+ ){0,3}?(?:text|contact|sms|call|agree|consent)\b",
    re.IGNORECASE,
)


_LONGEST_ANSWER = 80  # longer ones are what the form said, with its own "you do not have to"


class Visitor(NamedTuple):
    """The page the form stood on and the internet address it was sent from; None where the body does not say."""

    page: str | None
    ip: str | None


def visitor_in(said: Mapping[str, object]) -> Visitor:
    """The visitor as a vendor tells of him, for its request comes from the vendor's own machine."""
    told = {_folded(name): text.strip() for name, text in _texts(said)}
    page = _first(told, _PAGES, fits=lambda text: text.lower().startswith(_WEB))
    return Visitor(page, _first(told, _ADDRESSES, fits=is_address))


def is_refusal(consent: str | None) -> bool:
    """Whether the answer to "may we contact you?" is plainly no; of several answers, whether each is."""
    answers = _answers(consent or "")
    return bool(answers) and all(_says_no(answer) for answer in answers)


def _answers(consent: str) -> list[str]:
    """The answer, or those of an object that came as one."""
    if not consent.startswith("{"):
        return [consent]
    try:
        return [clean(answer) or "" for answer in json.loads(consent).values()]
    except (ValueError, RecursionError):  # it only looks like one
        return []


def _says_no(answer: str) -> bool:
    return _folded(answer) in _REFUSALS or (len(answer) <= _LONGEST_ANSWER and _SAYS_NO.search(answer) is not None)


def _folded(text: str) -> str:
    return _NOT_A_LETTER.sub("", text.lower())


def _texts(said: Mapping[str, object], depth: int = 1) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, Mapping) and depth < _NESTED:
            yield from _texts(value, depth + 1)


def _first(told: Mapping[str, str], names: Iterable[str], *, fits: Callable[[str], bool]) -> str | None:
    return next((told[name] for name in names if name in told and fits(told[name])), None)


def is_address(text: str) -> bool:
    """Whether it is an internet address, of a host that has the same one for everybody."""
    try:
        return getattr(ip_address(text), "scope_id", None) is None
    except ValueError:
        return False
