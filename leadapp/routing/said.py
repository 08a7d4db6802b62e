"""What is said to people: English to everybody who only passes it on, and in another language to who reads it so.

A sentence remembers the words it was made of. What fills it is kept apart from them, so that what a customer wrote is
never taken for words of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

Value: TypeAlias = "str | int"
Translate: TypeAlias = "Callable[[str], str]"
#: The value that says, in RFC 3339, which moment the words are about; no gap has this name.
_MOMENT = "@"


class Said(str):
    """The English, and what makes it in any language: a template with named gaps, and what stands in them, which may
    be something said, too."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Value]

    def in_letters(self, letters: str) -> Said:
        """The same, where its English goes out in other letters."""
        return _made(letters, self.template, self.values)


def said(template: str, /, **values: Value) -> Said:
    """A sentence, or a part of one. The template is a literal, so that it is found for the translations."""
    return _made(template.format_map(values) if values else template, template, values)


def strung(separator: str, parts: Iterable[str], end: str = "") -> Said:
    """Parts in a row, with nothing between them that would have to be translated."""
    values = {f"p{number}": part for number, part in enumerate(parts)}
    text = separator.join(values.values()) + end
    return _made(text, separator.join(f"{{{name}}}" for name in values) + end, values)


def about_moment(words: str, at: datetime) -> Said:
    """Words for a moment, by the clock of whoever they were written for; others can be told by their own."""
    template, values = (words.template, words.values) if isinstance(words, Said) else (words, {})
    return _made(words, template, {**values, _MOMENT: at.isoformat()})


def spoken(text: str, translate: Translate, tell: Callable[[datetime], str] | None = None) -> str:
    """The text in the language into which this translates templates; what is not our words stays as it is. A sentence
    whose translation asks for what is not there stays English. `tell` says moments by the clock of the reader."""
    if not isinstance(text, Said):
        return text
    if tell and (at := text.values.get(_MOMENT)):
        return tell(datetime.fromisoformat(str(at)))
    template = translate(text.template) if text.template else ""  # nothing is what catalogs keep their own notes under
    values = {
        name: spoken(value, translate, tell) if isinstance(value, str) else value for name, value in text.values.items()
    }
    try:
        return template.format_map(values) if values else template
    except (LookupError, ValueError, AttributeError):
        return str(text)


def as_json(text: str) -> list[Any] | None:
    """What `from_json` makes it of again; None for words that are not ours."""
    if not isinstance(text, Said):
        return None
    return [text.template, {name: _kept(value) for name, value in text.values.items()}]


def from_json(kept: list[Any]) -> Said:
    """What was kept by `as_json`."""
    template, values = kept
    return said(template, **{name: _again(value) for name, value in values.items()})


def ours(sentence: str) -> Said:
    """A sentence of ours that was kept as it is: there is nothing in it that would have to be filled."""
    return _made(sentence, sentence, {})


def restored(kept: list[Any] | None, english: str) -> str:
    """What was said, as it was kept beside its English; the English where nothing was."""
    return from_json(kept) if kept else english


def _made(text: str, template: str, values: Mapping[str, Value]) -> Said:
    made = Said(text)
    made.template, made.values = template, values
    return made


def _kept(value: Value) -> Any:
    return as_json(value) or value if isinstance(value, str) else value


def _again(value: Any) -> Value:
    found: Value = from_json(value) if isinstance(value, list) else value
    return found
