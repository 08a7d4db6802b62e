"""Any body as a flat list of answers: what was asked, under which names, and what came back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leadapp.capture.synonyms import fold
from leadapp.capture.text import DEEPEST, clean, json_text

_LABELS = ("question", "column_name", "label", "title", "question_text", "name", "key", "field", "column_id", "id")
_VALUES = ("answer", "string_value", "value", "values", "answer_text", "response", "raw_value")
_BESIDE = frozenset({"type", "position", "required", "order", "ref", "uuid", "field_type", "fieldtype"})
_PAIR_KEYS = frozenset(_LABELS) | frozenset(_VALUES) | _BESIDE
_HOLDS_JSON = frozenset({"rawrequest", "payload", "data", "json", "fields", "form", "submission"})
# Gravity Forms numbers the parts of its name and address fields, and sends no labels.
_GRAVITY_KEY = re.compile(r"(\d+)(?:\.(\d+))?", re.ASCII)
_GRAVITY_NAME = {"2": "prefix", "3": "first_name", "4": "middle", "6": "last_name", "8": "suffix"}
_GRAVITY_ADDRESS = {"1": "address", "2": "address_2", "3": "city", "4": "state", "5": "zip", "6": "country"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One value. `labels` are the names it goes by, the readable one first; `asked` when it answers a question."""

    path: tuple[str, ...]
    labels: tuple[str, ...]
    value: object
    text: str
    asked: bool = False


def answers_in(body: object) -> list[Answer]:
    """Every value of the body that is not blank, in its order."""
    return list(_walk(body, ()))


def is_pair(value: object) -> bool:
    """True for one question with its answer, in any of the shapes that form vendors use."""
    if not isinstance(value, Mapping) or not value.keys() <= _PAIR_KEYS:
        return False
    return bool(_pair_labels(value)) and any(key in value for key in _VALUES)


def _walk(value: object, path: tuple[str, ...]) -> Iterator[Answer]:
    value = _opened(value, path)
    if isinstance(value, Mapping | list | tuple) and len(path) >= DEEPEST:
        value = json_text(value) if value else None
    if isinstance(value, Mapping):
        yield from _walk_mapping(value, path)
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in value):
        for place, item in enumerate(value):
            yield from _pair(item, path, _pair_labels(item)) if is_pair(item) else _walk(item, (*path, str(place)))
    elif text := clean(value):
        names = [part for part in path if not part.isdigit()] or list(path)
        yield Answer(path, (names[-1],) if names else (), value, text)


def _walk_mapping(value: Mapping[str, object], path: tuple[str, ...]) -> Iterator[Answer]:
    if path and "name" not in value and value.keys() <= _PAIR_KEYS and any(key in value for key in _VALUES):
        yield from _pair(value, path[:-1], (*_pair_labels(value), path[-1]))
        return
    numbered = _gravity_labels(value) if {"form_id", "date_created"} <= value.keys() else {}
    asked = value.get("answers")
    from_typeform = isinstance(asked, list) and any(_is_typeform_answer(item) for item in asked)
    for key, item in value.items():
        name = clean(key) or "_"
        if from_typeform and key == "definition":
            continue  # the questions, which are read together with the answers
        if from_typeform and key == "answers":
            yield from _typeform(value, path)
        elif from_typeform and key == "token":
            yield from _labelled("response_id", item, (*path, name))
        elif key in numbered:
            yield from _labelled(numbered[key], item, (*path, name))
        else:
            yield from _walk(item, (*path, name))


def _opened(value: object, path: tuple[str, ...]) -> object:
    """Jotform and others put the answers as JSON text inside a form field."""
    if isinstance(value, str) and path and fold(path[-1]) in _HOLDS_JSON and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _labelled(label: str, value: object, path: tuple[str, ...]) -> Iterator[Answer]:
    if text := clean(value):
        yield Answer(path, (label,), value, text, asked=True)


def _pair(pair: Mapping[str, object], path: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[Answer]:
    given = [pair[key] for key in _VALUES if key in pair]
    value = next((item for item in given if clean(item)), None)
    if isinstance(value, Mapping):
        yield from _walk_mapping(value, (*path, labels[0]))
    elif text := clean(value):
        yield Answer((*path, labels[0]), labels, value, text, asked=True)


def _pair_labels(pair: Mapping[str, object]) -> tuple[str, ...]:
    labels = (clean(pair[key]) for key in _LABELS if isinstance(pair.get(key), str))
    return tuple(label for label in labels if label)


def _is_typeform_answer(item: object) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("field"), Mapping) and isinstance(item.get("type"), str)


def _typeform(response: Mapping[str, object], path: tuple[str, ...]) -> Iterator[Answer]:
    titles = _typeform_titles(response.get("definition"))
    answers = response["answers"]
    for item in answers if isinstance(answers, list) else []:
        if not _is_typeform_answer(item):
            yield from _walk(item, (*path, "answers"))
            continue
        field, value = item["field"], _chosen(item.get(item["type"]))
        kind = clean(field.get("type")) or item["type"]
        title = titles.get(clean(field.get("id"))) or clean(field.get("title")) or clean(field.get("ref")) or kind
        if text := clean(value):
            yield Answer((*path, title), (title, kind), value, text, asked=True)


def _typeform_titles(definition: object) -> dict[str | None, str]:
    fields = definition.get("fields") if isinstance(definition, Mapping) else None
    known = [field for field in fields if isinstance(field, Mapping)] if isinstance(fields, list) else []
    return {clean(field.get("id")): title for field in known if (title := clean(field.get("title")))}


def _chosen(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    return value.get("label") or value.get("labels") or value.get("other") or value


def _gravity_labels(entry: Mapping[str, object]) -> dict[str, str]:
    parts: dict[str, set[str]] = {}
    for key in entry:
        if found := _GRAVITY_KEY.fullmatch(key):
            parts.setdefault(found[1], set()).add(found[2] or "")
    labels = {}
    for number, subs in parts.items():
        names = _gravity_part_names(subs)
        labels.update({f"{number}.{sub}" if sub else number: names.get(sub, f"Field {number}") for sub in subs})
    return labels


def _gravity_part_names(subs: set[str]) -> dict[str, str]:
    if {"3", "6"} <= subs <= _GRAVITY_NAME.keys():
        return _GRAVITY_NAME
    if {"1", "3", "4", "5"} <= subs <= _GRAVITY_ADDRESS.keys():
        return _GRAVITY_ADDRESS
    return {}
