"""Every state that a screen can be in passes axe in every theme with text twice as large; nothing sticks out of a small
phone, from left to right or from right to left, and nothing moves where motion is unwanted. The pages as they open are
in test_accessibility.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.business import Live
from tests.browser.states import my_leads, no_network, one_lead, strangers, wrong
from tests.browser.states.scene import Scene
from tests.browser.test_accessibility import problems

pytestmark = pytest.mark.browser

GROUPS = {part.__name__.rpartition(".")[2]: part.STATES for part in (strangers, my_leads, one_lead, no_network, wrong)}
THEMES = ("light", "dark", "sun")
# A theme is an attribute and nothing else, so a state is brought about once for all of them.
LOOKS = "theme => { Object.assign(document.documentElement, { style: 'font-size: 212.5%' }).dataset.theme = theme }"
# What is clipped where it stands has been cut short on purpose, with the whole of it a tap away.
OUTSIDE = """() => [...document.querySelectorAll("*")].filter((part) => {
  if (part === document.documentElement) return part.scrollWidth > 360;
  const { left, right, width, height } = part.getBoundingClientRect();
  const isShown = width > 1 && height > 1 && !part.closest(".skip, [hidden], .visually-hidden");
  const isCut = part.matches("button, .button, summary, label, .mark") && part.scrollWidth > part.clientWidth + 1;
  return isShown && ((isCut && part.clientWidth) || left < -0.5 || right > 360.5);
}).map((part) => part.outerHTML.slice(0, 160))"""


@pytest.fixture
def scene(live: Live, chromium: Browser) -> Iterator[Scene]:
    acted = Scene(live, chromium)
    yield acted
    acted.end()


@pytest.mark.parametrize("group", GROUPS)
def test_every_state_is_clean_and_fits_in_every_theme(scene, group):
    found = {state.__name__: faults(state(scene)) for state in GROUPS[group]}

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def faults(page: Page) -> list[object]:
    found: list[object] = []
    for theme in THEMES:
        page.evaluate(LOOKS, theme)
        rules = () if theme == THEMES[0] else ("cat.color",)  # a theme changes nothing else
        found += [(theme, *problem) for problem in problems(page, *rules)]
    for direction in ("rtl", "ltr"):
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        found += [(direction, part) for part in page.evaluate(OUTSIDE)]
    return found + page.evaluate("document.getAnimations().map(String)")
