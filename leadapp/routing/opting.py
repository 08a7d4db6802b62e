"""What a text of one or few words asks for: no more texts, texts again, or help. English and Spanish."""

from __future__ import annotations

import re
from enum import StrEnum

from leadapp.routing.folding import fold


class Keyword(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


#: The words that count by themselves (FCC 2025, the carriers' defaults, Canada's ARRET) and what they are in Spanish.
_WORDS = {
    Keyword.STOP: "stop|stop all|stopall|unsubscribe|cancel|end|quit|revoke|opt out|optout|remove me|"
    "arret|alto|parar|pare|basta|cancelar|baja|no mas|no mas mensajes|no mas textos",
    Keyword.START: "start|unstop|resume|opt in|optin|iniciar|empezar|alta",
    Keyword.HELP: "help|info|ayuda",
}
_KEYWORDS = {word: keyword for keyword, words in _WORDS.items() for word in words.split("|")}
_POLITE = re.compile(
    r"^(?:please|pls|por favor|ok|okay|hi|hola)\s+|\s+(?:please|pls|thanks|thank you|now|por favor|gracias|ya)$"
)
#: Said in a sentence, and not to be taken for anything else: any reasonable way to say it counts.
_SAID = re.compile(
    r"\b(?:stop|quit) (?:text(?:ing|s)?|messag(?:ing|es?)|sending|contacting|bothering)\b"
    r"|\b(?:do not|don t|dont|never) (?:text|message|contact) (?:me|us|this)\b"
    r"|\b(?:no more|no) (?:texts|text messages|messages)\b"
    r"|\b(?:take|remove) (?:me|my number|this number)(?: off| from|$)\b"
    r"|\b(?:wrong number)\b.*\bstop\b"
    r"|\bno (?:me )?(?:escriban?|manden?|envien?|texteen?)\b"
    r"|\b(?:dejen?|deje|paren?) de (?:escribir|mandar|enviar|textear|molestar)"
    r"|\bno (?:quiero|deseo) (?:mas |recibir )*(?:textos|mensajes)\b"
)  # fmt: skip


def keyword(text: str) -> Keyword | None:
    """What the text asks for; None when it is about something else. "Stop!", "please stop" and "don't text me" are one
    thing; "the leak does not stop" is none."""
    words = re.sub(r"[^\w]+", " ", fold(text)).strip()
    bare = _POLITE.sub("", _POLITE.sub("", words)).strip()
    for form in (words, bare):
        if form in _KEYWORDS:
            return _KEYWORDS[form]
    return Keyword.STOP if _SAID.search(words) else None
