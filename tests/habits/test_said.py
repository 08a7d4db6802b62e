"""What is said can be found for the translations, and filled in every language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from leadapp.languages import Language, catalog
from tests.habits.test_house import SOURCES, names


def sentences() -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
                yield f"{names(path)}:{node.lineno}", node


SENTENCES = [call for call in sentences() if not call[0].startswith("leadapp/routing/said.py")]


def gaps(template: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None]


def test_there_is_much_to_say():
    assert len(SENTENCES) > 200


@pytest.mark.parametrize("call", [pytest.param(call, id=place) for place, call in SENTENCES])
def test_what_is_said_is_written_where_it_is_said_and_all_of_it_is_given(call):
    [template] = call.args

    assert isinstance(template, ast.Constant)
    assert isinstance(template.value, str)
    assert template.value.strip()
    assert all(re.fullmatch("[a-z_]+", name) for name in gaps(template.value))
    assert {keyword.arg for keyword in call.keywords} == set(gaps(template.value))


@pytest.mark.parametrize("language", set(Language) - {Language.ENGLISH})
def test_a_translation_has_the_gaps_of_what_it_translates(language):
    said = {call.args[0].value for _place, call in SENTENCES}
    translated = {english: catalog(language).gettext(english) for english in said}

    wrong = {english for english, other in translated.items() if not set(gaps(other)) <= set(gaps(english))}

    assert wrong == set()
