"""What Twilio's error codes mean, and who can do something about them: whoever has the number, or we. Pure.

https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from leadapp.notify.outcomes import Refused, Unreachable, Unsendable
from leadapp.routing.said import said

_OPTED_OUT = 21610
#: Nobody is reached at the number, or not by what was tried, or not from where we are.
_DEAD_NUMBERS = frozenset(
    {13223, 13224, 21211, 21214, 21215, 21217, 21408, 21612, 21614, 21635, 30003, 30004, 30005, 30006}
)
_LOGIN = said("TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN is wrong")
_CLOSED = said("the account is closed, suspended or out of money")
_TRIAL = said("a trial account reaches only numbers that were verified with Twilio")
_SENDER = said("TWILIO_FROM is no number that this account may send from")
_UNREGISTERED = said("the number is not registered with the carriers for texts (A2P 10DLC, or toll-free verification)")
_FILTERED = said("the carriers hold our texts for unwanted and do not deliver them")
_TOO_MANY = said("we send more texts than the carriers allow for this registration")
#: What is wrong with our account holds for every number alike.
_OURS = {
    10001: _CLOSED, 20003: _LOGIN, 20005: _CLOSED, 20006: _LOGIN, 30002: _CLOSED,
    21219: _TRIAL, 21608: _TRIAL,
    21210: _SENDER, 21212: _SENDER, 21601: _SENDER, 21603: _SENDER, 21606: _SENDER, 21659: _SENDER, 21660: _SENDER,
    21661: _SENDER, 21701: _SENDER, 21703: _SENDER, 21705: _SENDER,
    30007: _FILTERED, 30018: _UNREGISTERED, 30024: _UNREGISTERED, 30032: _UNREGISTERED, 30033: _UNREGISTERED,
    30034: _UNREGISTERED, 30022: _TOO_MANY, 30023: _TOO_MANY, 30027: _TOO_MANY,
}  # fmt: skip


def read_code(code: int | None, otherwise: str) -> Unreachable | Refused | Unsendable:
    """What a code comes to; one that says nothing of the number or of us is `otherwise`. Twilio's own words are not
    kept: they name the number."""
    if code == _OPTED_OUT:
        return Unreachable(said("The number has opted out of our texts ({code}).", code=code), code, opted_out=True)
    if code in _DEAD_NUMBERS:
        return Unreachable(said("Twilio cannot reach the number ({code}).", code=code), code)
    if code in _OURS:
        return Refused(said("Twilio refuses us: {problem} ({code}).", problem=_OURS[code], code=code))
    return Unsendable(otherwise)
