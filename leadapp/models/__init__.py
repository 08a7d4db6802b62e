"""The tables, one noun a file. Invariants are constraints here, not checks elsewhere."""

from leadapp.models.access import ApiKey, Device, EnrolmentCode, IdempotencyKey, LoginLink, Passkey, SignInCode
from leadapp.models.alarm import Alarm, AlarmKind
from leadapp.models.base import Base
from leadapp.models.business import BoardVersion, Business
from leadapp.models.call import Call
from leadapp.models.consent import Consent, Door
from leadapp.models.contact import Contact, ContactPoint, PointKind
from leadapp.models.inbound import InboundText, OptOut
from leadapp.models.lead import PENDING, ExternalId, Lead, Offer, Task
from leadapp.models.message import WRITTEN, Message, MessageState, PushSubscription, VapidKey
from leadapp.models.pulse import CallbackCount, Pulse
from leadapp.models.rep import Absence, Digest, Rep
from leadapp.models.rule import Rule, RuleBlank
from leadapp.models.source import Source, SourceKind
from leadapp.models.team import Membership, Team, Turn
from leadapp.models.timeline import IS_BREACH, Event, EventKind
from leadapp.models.urgent_phrase import UrgencySwitch, UrgentPhrase
from leadapp.routing.values import Channel

__all__ = [
    "IS_BREACH",
    "PENDING",
    "WRITTEN",
    "Absence",
    "Alarm",
    "AlarmKind",
    "ApiKey",
    "Base",
    "BoardVersion",
    "Business",
    "Call",
    "CallbackCount",
    "Channel",
    "Consent",
    "Contact",
    "ContactPoint",
    "Device",
    "Digest",
    "Door",
    "EnrolmentCode",
    "Event",
    "EventKind",
    "ExternalId",
    "IdempotencyKey",
    "InboundText",
    "Lead",
    "LoginLink",
    "Membership",
    "Message",
    "MessageState",
    "Offer",
    "OptOut",
    "Passkey",
    "PointKind",
    "Pulse",
    "PushSubscription",
    "Rep",
    "Rule",
    "RuleBlank",
    "SignInCode",
    "Source",
    "SourceKind",
    "Task",
    "Team",
    "Turn",
    "UrgencySwitch",
    "UrgentPhrase",
    "VapidKey",
]
