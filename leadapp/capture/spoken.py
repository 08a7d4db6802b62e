"""The language a text is plainly in, by the everyday words that only it has. Not sure is an answer, too."""

from __future__ import annotations

import re

from leadapp.routing.folding import fold

_ENOUGH = 2


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: Words of requests. Left out are those that half of California is called by: la, el, los, las, de, san.
_SPANISH = _words("""
    hola buenos buenas tardes noches necesito necesitamos necesita tengo tenemos tiene tienen quiero quisiera
    gracias favor por para con una esta estoy estan hay muy pero porque cuando cuanto cuesta donde puede pueden
    podria ustedes usted llame llamen llamar llamenme ayuda ayudar agua fuga gotea goteando inodoro bano cocina
    tuberia tubo calentador techo sotano casa manana hoy ahora urgente roto rota danado tapado tapada fregadero
    lavabo caliente frio nada mi mis nuestra nuestro soy somos vivo plomero precio cotizacion cita ya se
""")
#: What English has, and what those have that look like Spanish: Portuguese, Italian, French.
_ENGLISH = _words("""
    the my is are and to need have has please it its for of you can with not we our i in on at this there when
    how what do does would could call thanks thank hello hi water leak broken house
""")
_OTHER = _words("""
    preciso ajuda com nao voce meu minha obrigado obrigada uma banheiro vazamento ola bom ho il di della non che
    mio mia grazie buongiorno sono aiuto perdita acqua je des est et nous pas merci bonjour mon eau fuite
""")
#: Names of places and businesses are made of these: alone they say nothing.
_AMBIGUOUS = _words("""
    con una casa mi se ya por para nada urgente esta agua hola favor gracias soy buenos
""")


def spoken(text: str) -> str | None:
    """ "es" or "en" when the text is plainly in it, else None: names, numbers, a word or two, a mixture, other
    languages."""
    words = set(re.findall(r"[^\W\d_]+", fold(text)))
    spanish, english, others = words & _SPANISH, words & _ENGLISH, words & _OTHER
    marks = sum(mark in text for mark in "¿¡")
    if others or (spanish and english):
        return None
    if len(spanish) + marks >= _ENOUGH and (spanish - _AMBIGUOUS or marks):
        return "es"
    return "en" if len(english) >= _ENOUGH else None
