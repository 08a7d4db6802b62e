"""Pictures and voicemails stand in texts as links of the provider, too long to read: here each becomes one word to tap.

Only the provider's: what else a customer writes stays words, for a link of a stranger is nothing to tap in passing.
"""

from __future__ import annotations

import re

from flask import Flask
from markupsafe import Markup, escape

_KEPT = re.compile(r"https://(?:api|media)\.twilio\.com/[\w./~%-]*[\w-]", re.ASCII)


def init_app(app: Flask) -> None:
    app.jinja_env.filters["kept_links"] = kept_links


def kept_links(text: str) -> Markup:
    """The text, safe for a page."""
    return Markup("").join(_parts(text))


def _parts(text: str) -> list[Markup]:
    parts, end = [], 0
    for found in _KEPT.finditer(text):
        word = "Listen" if "/Recordings/" in found[0] else "Picture"
        link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(found[0], word)
        parts += [escape(text[end : found.start()]), link]
        end = found.end()
    return [*parts, escape(text[end:])]
