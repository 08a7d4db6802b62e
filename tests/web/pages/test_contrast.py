"""What matters can be read in the dark, in daylight and in the sun: at 7:1 (WCAG 2.2, 1.4.6), in every theme."""

from __future__ import annotations

import re

import pytest

from leadapp.web.assets import STATIC

TOKENS = (STATIC / "css" / "tokens.css").read_text()
PAIRS = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "tint"),
    ("ink", "amber-tint"),
    ("soft", "paper"),
    ("soft", "surface"),
    ("accent", "paper"),
    ("accent", "surface"),
    ("accent", "amber-tint"),
    ("on-accent", "accent"),
    ("on-offer", "offer"),
    ("on-offer", "urgent-offer"),
    ("on-go", "go"),
    ("on-urgent-mark", "urgent-mark"),
    ("alarm", "paper"),
    ("alarm", "surface"),
    ("alarm", "alarm-tint"),
    ("on-alarm", "alarm-deep"),
    ("amber", "surface"),
    ("amber", "amber-tint"),
    ("paper", "ink"),
]


def declared(selector: str) -> dict[str, str]:
    block = re.search(rf"{re.escape(selector)} {{(.*?)}}", TOKENS, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


def colours(theme: str) -> dict[str, str]:
    tokens = declared(":root") | (declared('[data-theme="sun"]') if theme == "sun" else {})
    pick = 1 if theme == "dark" else 0
    plain = {name: re.sub(r"light-dark\((.+), (.+)\)", rf"\{pick + 1}", value) for name, value in tokens.items()}
    return {name: plain[value[6:-1]] if value.startswith("var(") else value for name, value in plain.items()}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark", "sun"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(theme, text, ground):
    lighter, darker = sorted((luminance(colours(theme)[text]), luminance(colours(theme)[ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= 7
