"""Habits of the code itself, so that they need no reviewer."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment

from leadapp.settings import Settings

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for path in (ROOT / "leadapp").rglob("*.py") if "versions" not in path.parts)
TEMPLATES = sorted((ROOT / "leadapp" / "templates").rglob("*.html"))
_NOT_FROM_THE_ENVIRONMENT = {"testing"}


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def only_in(pattern: str, *allowed: str) -> list[str]:
    """Files other than the allowed ones in which the pattern stands."""
    found = [names(path) for path in SOURCES if re.search(pattern, path.read_text())]
    return [name for name in found if not name.startswith(tuple(f"leadapp/{place}" for place in allowed))]


def test_only_the_transaction_commits():
    assert only_in(r"\.commit\(\)", "transaction.py") == []


def test_only_the_clock_reads_the_time():
    assert only_in(r"datetime\.(utc)?now\(|date\.today\(|\btime\.time\(", "clock.py") == []


def test_only_settings_read_the_environment():
    assert only_in(r"os\.environ|os\.getenv", "settings.py", "serve.py", "serving/") == []


def test_only_one_file_knows_the_headers_of_htmx():
    assert only_in(r"""["']HX-""", "web/htmx.py") == []


def test_only_the_transition_table_moves_a_lead():
    assert only_in(r"\blead\.state\s*=[^=]", "workflow/transitions.py", "queries/leads.py") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_every_template_parses_and_runs_no_script_of_its_own(path):
    source = path.read_text()

    Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(source)

    assert not re.search(r"\son\w+\s*=|hx-on|<style|style=", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert "|safe" not in source.replace(" ", "")


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name.startswith("_")], ids=names)
def test_every_fragment_says_what_it_needs(path):
    assert re.match(r"\{#-? needs: .+ -?#\}", path.read_text())


@pytest.mark.parametrize("field", [f.name for f in fields(Settings) if f.name not in _NOT_FROM_THE_ENVIRONMENT])
def test_every_setting_is_described_in_the_readme(field):
    assert f"`{field.upper()}`" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("path", SOURCES, ids=names)
def test_every_module_says_in_a_sentence_what_it_is(path):
    source = path.read_text()

    assert not source.strip() or source.startswith('"""')
