"""Text that every database can hold."""

import json

import pytest

from leadapp.capture.text import clean, is_blank, json_text, storable, text_of_html


def test_replaces_what_postgresql_cannot_hold():
    assert clean("a\0b\ud800c") == "a\ufffdb\ufffdc"


def test_composes_letters_and_their_marks():
    assert clean("Jose\u0301") == "José"


@pytest.mark.parametrize("text", ["שלום", "👩‍👩‍👧", "Z̷a̷l̷g̷o̷"])
def test_keeps_scripts_and_emoji(text):
    assert clean(f"  {text}\n") == text


def test_keeps_a_sign_that_only_looks_empty():
    assert is_blank(" \u200b\0\ufe0f")
    assert not is_blank("\ufffd")
    assert not is_blank("\u0600")  # an Arabic number sign: a format character that can be seen


def test_cleans_keys_and_values_all_the_way_down():
    assert storable({"a\0": [{"b": "x\0y"}], "a\ufffd": 1}) == {"a\ufffd": [{"b": "x\ufffdy"}], "a\ufffd 2": 1}


def test_keeps_what_lies_too_deep_as_json_text():
    deep = "bottom"
    for _ in range(30):
        deep = [deep]

    kept = storable(deep)
    for _ in range(20):
        kept = kept[0]

    assert isinstance(kept, str)
    assert "bottom" in kept


def test_has_no_numbers_that_json_has_not():
    assert storable({"a": float("inf"), "b": 1.5, "c": None}) == {"a": "inf", "b": 1.5, "c": None}


def test_json_text_survives_any_depth():
    deep = []
    for _ in range(5000):
        deep = [deep]

    assert "too deep" in json_text(deep)
    assert json.loads(json_text({"n": 10**5000}))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>A <b>leak</b></p><style>p {}</style>", "A leak"),
        ("one<br>two<!-- no -->", "one\ntwo"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("<script>alert(1)", None),
    ],
)
def test_reads_html_as_its_reader_would(html, text):
    assert text_of_html(html) == text


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<script", "</", "&#", "<![if "])
def test_broken_tags_cost_no_time(piece):
    text_of_html(piece * 40_000)  # most of a minute with a parser


def test_stacked_marks_cost_no_time():
    assert len(clean("a" + "\u0301\u0316" * 100_000)) == 200_001
