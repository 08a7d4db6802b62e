"""Texts are counted as carriers count them, and made plain where that keeps everything that can be read."""

from __future__ import annotations

import unicodedata
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.texts import Encoding, is_gsm7, segments, to_gsm7

# As GSM 03.38 numbers them, from 0x00; 0x1B is the escape.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
BEHIND_AN_ESCAPE = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|",
                    0x65: "€"}  # fmt: skip
ESCAPE = 0x1B
IN_GSM_7 = (set(TABLE) - {"\x1b"}) | set(BEHIND_AN_ESCAPE.values())

gsm_texts = st.text(st.sampled_from(sorted(IN_GSM_7)), max_size=500)
likely_texts = st.text(st.sampled_from("aáñ€^ …’—½²°王🔧👨\u200d\ufe0f\u0301\u00a0\n,.1Łç"), max_size=200)
any_texts = st.one_of(st.text(max_size=400), gsm_texts, likely_texts, st.text(st.characters(categories=["Cs", "So"])))


def by_the_book(text):
    """The slow way: the units on the air, and of all places to part them those that make the fewest parts."""
    septets = [as_septets(character) for character in text]
    if None not in septets:
        encoding, alone, joined, atoms = Encoding.GSM7, 160, 153, septets
    else:
        encoding, alone, joined = Encoding.UCS2, 70, 67
        atoms = [as_utf_16(character) for character in text]
    if sum(map(len, atoms)) <= alone:
        return encoding, 1 if text else 0
    return encoding, fewest_parts([len(atom) for atom in atoms], joined)


def as_septets(character):
    if character in TABLE and character != "\x1b":
        return [TABLE.index(character)]
    found = [code for code, other in BEHIND_AN_ESCAPE.items() if other == character]
    return [ESCAPE, *found] if found else None


def as_utf_16(character):
    raw = character.encode("utf-16-be", "surrogatepass")
    return [raw[i : i + 2] for i in range(0, len(raw), 2)]


def fewest_parts(lengths, joined):
    upto, fewest = [0, *accumulate(lengths)], [0]
    for end in range(1, len(upto)):
        starts = range(max(0, end - joined), end)
        fewest.append(1 + min(fewest[start] for start in starts if upto[end] - upto[start] <= joined))
    return fewest[-1]


@given(any_texts)
def test_any_text_is_counted_as_by_the_book(text):
    counted = segments(text)

    assert (counted.encoding, counted.count) == by_the_book(text)


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", "gsm7", 0),
        ("a" * 160, "gsm7", 1),
        ("a" * 161, "gsm7", 2),
        ("a" * 306, "gsm7", 2),
        ("a" * 307, "gsm7", 3),
        ("€" * 80, "gsm7", 1),
        ("€" * 81, "gsm7", 2),
        ("a" * 152 + "€" + "a" * 152, "gsm7", 3),  # the pair does not fit into the last place of the first
        ("á" * 70, "ucs2", 1),
        ("á" * 71, "ucs2", 2),
        ("á" * 134, "ucs2", 2),
        ("🔧" * 35, "ucs2", 1),
        ("🔧" * 36, "ucs2", 2),
        ("🔧" * 67, "ucs2", 3),  # 33 pairs fit into a part of 67
        ("\x1b", "ucs2", 1),
        ("a" * 1598 + "🔧!", "ucs2", 24),
        ("🔧" * 1600, "ucs2", 49),
    ],
    ids=lambda value: f"{value[:3]}x{len(value)}" if isinstance(value, str) else None,
)
def test_the_edges_of_a_segment(text, encoding, count):
    assert (segments(text).encoding, segments(text).count) == (encoding, count)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Joe’s “A/C” — 24/7…", 'Joe\'s "A/C" - 24/7...'),
        ("Plomería Íñigo Núñez", "Plomeria Iñigo Nuñez"),
        ("Łódź, Nguyễn Đức, Œuvre, Þór, Işık, façade", "Lodz, Nguyen Duc, OEuvre, Thor, Isik, facade"),
        ("cafe\u0301 n\u0303", "café ñ"),
        ("á\u00a0b\u202fc\u200bd\u00ade\tf", "a b cd" + "e f"),
        ("A/C™ 2½ ton, 90°F, 20 m², №1", "A/C(TM) 2 1/2 ton, 90 degF, 20 m^2, No1"),
        ("Ｆｕｌｌ ①", "Full 1"),
        ("🔧 Joe’s 🔧🔧 Pipes 👨‍👩‍👧, since 1️⃣9 🇲🇽", "Joe's Pipes, since 19"),
        ("Joe🔧s", "Joes"),
        ("José \U0001fae8 Ángel", "José Angel"),  # a face that is younger than Python 3.11
        ("one 🔧\n🔧 two", "one\ntwo"),
        ("\ud800á", "a"),
    ],
)
def test_what_has_a_plain_form_is_made_plain(text, plain):
    assert to_gsm7(text) == plain
    assert is_gsm7(plain)


@pytest.mark.parametrize(
    "text",
    [
        "王记水管 José’s 🔧",
        "Σωκράτης",
        "Иван",
        "שלום",
        "がんばれ",
        "한국",
        "ﷺ",
        "€500 ^_^ ~",
        "🔧🔧",
        "",
        "  two  spaces ",
    ],
)
def test_what_has_none_stays_as_it_is(text):
    assert to_gsm7(text) == text


def test_a_link_is_never_changed():
    assert to_gsm7("José: https://łódź.example/á") == "José: https://łódź.example/á"
    assert to_gsm7("Íñigo: https://lodz.example/a~b") == "Iñigo: https://lodz.example/a~b"


def test_what_would_cost_more_when_plain_stays_as_it_is():
    assert to_gsm7("…" * 70) == "…" * 70


@given(any_texts)
def test_making_plain_twice_changes_nothing_more(text):
    once = to_gsm7(text)

    assert to_gsm7(once) == once


@given(any_texts)
def test_making_plain_is_all_or_nothing_empties_no_text_and_costs_no_segment_more(text):
    plain = to_gsm7(text)

    assert plain == text or is_gsm7(plain)
    assert bool(plain) == bool(text)
    assert segments(plain).count <= segments(text).count


@given(gsm_texts)
def test_a_text_that_is_plain_is_left_alone(text):
    assert to_gsm7(text) == text


@given(st.text(st.sampled_from("aáíóúÁÍÓÚñçŁđı’“—\u00a0\u200b\u0301🔧 ,\n"), min_size=1))
def test_letters_quotes_and_dashes_never_make_a_text_longer(text):
    assert len(to_gsm7(text)) <= len(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(codec="latin-1", categories=["L"]), min_size=1))
def test_every_letter_of_western_europe_has_a_plain_form(text):
    assert is_gsm7(to_gsm7(text))
