"""No sentence for people stands bare in a template, a script or the code of a page: all are said through the
translations. What is filled in at run time is looked at in tests/web/pages/test_untranslated.py."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.habits.test_house import ROOT, SOURCES, TEMPLATES, names
from tests.marked import words_of

#: In English by intent: for those who work on the screens.
_STYLEGUIDE = ("leadapp/templates/styleguide/", "leadapp/web/pages/styleguide")
#: Reached through the API only, which answers programs in English.
_FOR_PROGRAMS = tuple(f"leadapp/workflow/{name}" for name in ("configuration/", "idempotency", "rehearsal", "setup"))
_SAYS = {"_", "_n", "ngettext", "said", "in_language"}
_WORDS = re.compile(r"[A-Za-z]{2,}")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,:]? [A-Za-z]{2,}")
_QUOTED = re.compile(r'(_\()?"((?:[^"\\]|\\.)*)"')


def of_ours(paths: list[Path], *below: str) -> list:
    told = [path for path in paths if names(path).startswith(below) and not names(path).startswith(_STYLEGUIDE)]
    return [pytest.param(path, id=names(path)) for path in told if not names(path).startswith(_FOR_PROGRAMS)]


@pytest.mark.parametrize("path", of_ours(TEMPLATES, "leadapp/templates/"))
def test_a_template_says_nothing_by_itself(path):
    tokens = [token for token in Environment().lex(path.read_text()) if token[1] != "whitespace"]
    page = "".join(value if kind == "data" else " " for _line, kind, value in tokens)
    before = [("", "", ""), ("", "", ""), *tokens]

    written = [text for text in words_of(page) if _WORDS.search(text.replace("Leadapp", "")) and '="' not in text]
    strings = [(says, text) for (_, _, says), (_, kind, text) in zip(before, tokens, strict=False) if kind == "string"]
    in_code = [
        text for says, text in strings if says not in _SAYS and re.match('"[A-Z]', text) and _SENTENCE.search(text)
    ]

    assert written + in_code == []


@pytest.mark.parametrize("path", of_ours(sorted((ROOT / "leadapp/static/js").glob("*.js")), "leadapp/static/"))
def test_a_script_says_nothing_by_itself(path):
    code = re.sub(r"^\s*//.*$|\s// .*$", "", path.read_text(), flags=re.MULTILINE)

    assert [
        text for says, text in _QUOTED.findall(code) if not says and re.match(f"[A-Z].*{_SENTENCE.pattern}", text)
    ] == []


@pytest.mark.parametrize("path", of_ours(SOURCES, "leadapp/web/pages/"))
def test_the_code_of_a_page_says_nothing_by_itself(path):
    assert [text for text in bare(ast.parse(path.read_text())) if re.search(r"[a-z]{2} [\w ,:;'’-]+[.?!]", text)] == []


@pytest.mark.parametrize("path", of_ours(SOURCES, "leadapp/workflow/"))
def test_what_an_operation_refuses_with_can_be_read_in_any_language(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    refusals = [ast.unparse(call) for call in calls if ast.unparse(call.func) in ("Conflict", "Invalid")]

    # What a page offers is never one of the values that only programs send.
    assert [one for one in refusals if re.search(r"(Conflict\(|\('\w+', )f?['\"](?!Must be one of)", one)] == []


def bare(tree: ast.AST) -> Iterator[str]:
    """Texts that are neither said, logged nor a docstring."""
    for node in ast.iter_child_nodes(tree):
        is_call = isinstance(node, ast.Call)
        if is_call and (ast.unparse(node.func) in _SAYS or ast.unparse(node.func).startswith("log.")):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from bare(node)
