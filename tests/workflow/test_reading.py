"""In which language somebody reads: what their browser asked for at first, until they choose."""

from __future__ import annotations

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.workflow.reading import choose_language, settle_language
from tests.builders import make_business


def test_what_the_first_browser_asked_for_stands_until_it_is_chosen(app, clock):
    ana = make_business().ana

    for language in (Language.SPANISH, Language.ENGLISH):
        settle_language(ana.id, language)
        db.session.refresh(ana)
        assert ana.language is Language.SPANISH

    choose_language(ana.id, Language.ENGLISH)
    db.session.refresh(ana)
    assert ana.language is Language.ENGLISH
