"""Pictures and voicemails stand in texts as links of the provider: here each is shown or played, by an address of ours.

Only the provider's: what else a customer writes stays words, for a link of a stranger is nothing to tap in passing.
"""

from __future__ import annotations

from flask import Flask, url_for
from markupsafe import Markup, escape

from leadapp.queries.media import KEPT, name_of
from leadapp.web.languages import _

_FOLDED_FROM = 500  # most of a small screen
_SHOWN_OF_IT = 300
_PICTURE = Markup(
    '<a class="media" href="{at}" target="_blank" rel="noopener">'
    '<img class="media__picture" src="{at}" loading="lazy" width="240" height="160" alt="{said}"></a>'
)
_WORD = Markup('<a href="{at}" target="_blank" rel="noopener">{said}</a>')
_VOICE = Markup('<audio class="media__voice" controls preload="none" src="{at}" aria-label="{said}"></audio>')


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(kept_media=kept_media, folded=folded)


def kept_media(text: str, lead_id: str, *, in_small: bool = False) -> Markup:
    """The text, safe for the page of this lead. `in_small`: a picture is a word to tap, for it is shown elsewhere."""
    picture = _WORD if in_small else _PICTURE
    parts, end = [], 0
    for found in KEPT.finditer(text):
        at = url_for("leads.media", lead_id=lead_id, name=name_of(found[0]))
        shown = (
            _VOICE.format(at=at, said=_("Voicemail"))
            if found["voice"]
            else picture.format(at=at, said=_("Picture from the customer"))
        )
        parts += [escape(text[end : found.start()]), shown]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def folded(text: str) -> tuple[str, str]:
    """What is shown at once, and the rest of what is very long; cut between words, where there are any."""
    if len(text) <= _FOLDED_FROM:
        return text, ""
    at = max(text.rfind(between, 0, _SHOWN_OF_IT) for between in (" ", "\n")) + 1
    at = at if at > _SHOWN_OF_IT // 2 else _SHOWN_OF_IT
    return text[:at], text[at:]
