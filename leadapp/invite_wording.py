"""What a text says that invites somebody to use Leadapp on their phone. Pure."""

from __future__ import annotations

from leadapp.languages import Language, in_language
from leadapp.texts import sms


def _(english: str) -> str:
    """Marks what is to be translated; in whose language it is said, is known only when it is."""
    return english


_INVITATION = _("%(business)s sends you leads with Leadapp. Open this on your phone: %(link)s")


@sms
def invite_text(*, business: str, link: str, language: Language | None) -> str:
    return in_language(language, _INVITATION) % {"business": business, "link": link}
