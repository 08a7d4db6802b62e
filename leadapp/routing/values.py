"""Frozen facts that go into a decision, the decision that comes out, and the enums shared with the database.

Times are aware UTC datetimes, durations are whole seconds, ids are opaque strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """By what somebody is told something."""

    PUSH = "push"
    SMS = "sms"
    CALL = "call"
    EMAIL = "email"


class LeadState(StrEnum):
    NEW = "new"
    HELD = "held"
    OFFERED = "offered"
    QUEUED = "queued"
    CLAIMED = "claimed"
    CONTACTED = "contacted"
    CLOSED = "closed"


#: States in which no person has taken the lead yet, so automation may still move it.
UNTAKEN = frozenset({LeadState.NEW, LeadState.HELD, LeadState.OFFERED, LeadState.QUEUED})
OPEN = frozenset(LeadState) - {LeadState.CLOSED}


class LeadOutcome(StrEnum):
    WON = "won"
    LOST = "lost"
    SPAM = "spam"
    DUPLICATE = "duplicate"


class OfferOutcome(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    PASSED = "passed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Presence(StrEnum):
    AVAILABLE = "available"
    BUSY = "busy"
    OUT = "out"


class Refusal(StrEnum):
    """Why a rep cannot be offered a lead now."""

    OUT = "out"
    BUSY = "busy"
    OFF_SHIFT = "off_shift"
    AT_CAPACITY = "at_capacity"
    UNREACHABLE = "unreachable"
    INACTIVE = "inactive"
    ALREADY_ASKED = "already_asked"
    LACKS_SKILL = "lacks_skill"


class TaskKind(StrEnum):
    ACCEPT = "accept"
    CONTACT = "contact"
    FOLLOW_UP = "follow_up"


class CallResult(StrEnum):
    """What came of a call to the customer. Only a talk is a contact."""

    TALKED = "talked"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


#: Nobody was reached, so the customer is called again.
IN_VAIN = frozenset({CallResult.VOICEMAIL, CallResult.NO_ANSWER})


class TurnKind(StrEnum):
    EARNED = "earned"
    USED = "used"
    SKIPPED = "skipped"
    GIVEN_BACK = "given_back"


class Missed(StrEnum):
    """What becomes of a turn that a rep could not take."""

    LEVEL = "level"  # it is skipped, free: who comes back is level with the others
    KEEP = "keep"  # one turn is kept: who comes back is next
    CATCH_UP = "catch_up"  # all are kept, and made up for so many an hour


class Ask(StrEnum):
    """Whom a step of the chain asks."""

    ROTATION = "rotation"
    EVERYBODY = "everybody"
    PERSON = "person"


class TeamMode(StrEnum):
    ROTATION = "rotation"
    BROADCAST = "broadcast"


class AfterHours(StrEnum):
    HOLD = "hold"
    ON_CALL = "on_call"
    ROUTE = "route"


class Because(StrEnum):
    """The reason code of a decision; `explain.py` turns it into a sentence."""

    TURN = "turn"  # next in the team's rotation
    OWNER = "owner"  # has worked with this contact before
    HOLDER = "holder"  # has another open lead of this contact, or of somebody with the same phone
    COVER = "cover"  # covers for the contact's owner, who is away
    RULE = "rule"  # a rule names this rep
    EVERYBODY = "everybody"  # the step asks the whole team at once
    PERSON = "person"  # the step names a person
    NOBODY_TOOK_IT = "nobody_took_it"  # the chain is used up
    NOBODY_ELIGIBLE = "nobody_eligible"  # nobody could be asked at all
    EMPTY_TEAM = "empty_team"  # nobody who still works here is in the team
    CLOSED = "closed"  # outside the team's hours
    ON_CALL = "on_call"  # on call while the team is closed
    BACK = "back"  # free again, and takes what has waited longest in the queue


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: whom it asks, how often, and how many seconds each has."""

    ask: Ask
    seconds: int
    tries: int = 1
    rep_id: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The chain a lead follows. A lead keeps the policy it started with."""

    steps: tuple[Step, ...]
    repeat_seconds: int
    contact_seconds: int


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep as far as eligibility goes. `open_count` is leads claimed and not yet contacted."""

    id: str
    name: str
    active: bool = True
    presence: Presence = Presence.AVAILABLE
    presence_from: datetime | None = None  # absent = already begun
    presence_until: datetime | None = None  # absent = until changed
    cover_id: str | None = None
    reachable: bool = True
    is_owner: bool = False  # of the business: the last resort
    open_count: int = 0
    max_open: int | None = None
    services: tuple[str, ...] = ()
    time_zone: str = "UTC"
    shifts: Mapping[str, object] = field(default_factory=dict)  # the form of a team's hours; empty = always


@dataclass(frozen=True, slots=True)
class Member:
    """A rep's place in one team's rotation. `turns_in_hand` is what his ledger comes to, beside `turns_to_catch_up`."""

    rep_id: str
    weight: float = 1.0
    virtual_start: float = 0.0
    last_offer_at: datetime | None = None
    turns_in_hand: int = 0
    turns_to_catch_up: int = 0
    catches_up_at: datetime | None = None  # not before; absent = at once


@dataclass(frozen=True, slots=True)
class Rejoin:
    """What becomes of missed turns, by the reason they were missed for. Turns missed for other reasons are skipped."""

    out: Missed = Missed.LEVEL
    at_capacity: Missed = Missed.LEVEL
    passed: Missed = Missed.LEVEL
    unreachable: Missed = Missed.LEVEL
    catch_up_per_hour: int = 1


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    fallback_id: str
    policy: Policy
    urgent_policy: Policy
    members: tuple[Member, ...] = ()
    virtual_time: float = 0.0
    rejoin: Rejoin = Rejoin()
    time_zone: str = "UTC"
    hours: Mapping[str, object] = field(default_factory=dict)  # what the form is stands in `hours`
    after_hours: AfterHours = AfterHours.ROUTE
    urgent_after_hours: AfterHours | None = None  # absent = as `after_hours`, but never held
    on_call: Mapping[str, object] = field(default_factory=dict)  # {"reps": [...], "handover": "mon 08:00", "from": ...}


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    op: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    name: str
    when: tuple[Condition, ...]
    team_id: str | None = None
    rep_id: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead as routing sees it. `fields` holds service, postcode, city and so on, and every attribute, as text.

    `read_as` holds, for a field that no rule lists as it stands, the listed value of which it is a near miss.
    `home_country` is the ISO code of the country that a lead comes from when it does not say so.
    """

    id: str
    received_at: datetime
    urgent: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    read_as: Mapping[str, str] = field(default_factory=dict)
    home_country: str = ""
    source_team_id: str | None = None
    contact_owner_id: str | None = None
    holder_id: str | None = None  # has another open lead of this contact, or of somebody with the same phone


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a lead stands in its chain. `asked` are reps already asked in this pass; `barred` are never asked again
    (they handed the lead back). `team_id` is None until the lead has been placed."""

    team_id: str | None = None
    policy: Policy | None = None
    step: int = 0
    tries: int = 0
    asked: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a decision may look at."""

    lead: Lead
    teams: Mapping[str, Team]
    reps: Mapping[str, Rep]
    default_team_id: str
    rules: tuple[Rule, ...] = ()
    progress: Progress = Progress()


@dataclass(frozen=True, slots=True)
class Considered:
    """One rep who was looked at. `verdict` is "offered", "eligible" or "skipped"; `reason` is set when skipped."""

    rep_id: str
    verdict: str
    reason: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `reason` says why a turn was skipped; `is_extra` is a turn beside the rotation, to catch
    up."""

    rep_id: str
    kind: TurnKind
    reason: Refusal | None = None
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A pick of the rotation and what it costs: the team's virtual time, the members as they are afterwards (only those
    who changed; `last_offer_at` is left to whoever makes the offer), and the lines of the ledger in their order."""

    rep_id: str
    virtual_time: float
    members: Mapping[str, Member]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A rule that could not match because this field of the lead was blank, and for no other reason."""

    rule_id: str
    field: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A field that was taken for a value listed in a rule, of which it is a near miss."""

    field: str
    said: str
    listed: str


@dataclass(frozen=True, slots=True)
class Why:
    """The frozen reason. `explain.py` makes the sentence; everything in it is ids and codes."""

    because: Because
    team_id: str
    rule_id: str | None = None
    considered: tuple[Considered, ...] = ()
    absent_owner_id: str | None = None  # the contact's owner, who is away: somebody else gets it and he is told
    covered_id: str | None = None  # for whom a cover stands in, or the next of the rota
    skipped_rules: tuple[str, ...] = ()  # rules that could not be evaluated
    rep_id: str | None = None  # who gets it: the one rep asked, or the fallback; None when several are asked
    is_last_resort: bool = False  # an owner of the business, because no named fallback is there
    blanks: tuple[Blank, ...] = ()  # rules before the one that decided, in their order
    readings: tuple[Reading, ...] = ()  # near misses that counted
    nobody_on_call: bool = False  # the team is closed and nobody of its rota is free: it is routed as if open


@dataclass(frozen=True, slots=True)
class Offer:
    """Put the lead before these reps until `expires_at`. `accountable_id` is the one rep asked, or the fallback when
    several are. `step` and `tries` are the lead's new progress; `tries` counts this offer."""

    rep_ids: tuple[str, ...]
    accountable_id: str
    team_id: str
    policy: Policy
    step: int
    tries: int
    expires_at: datetime
    why: Why
    urgent: bool
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep the lead until `until` (the team's next opening); the fallback is accountable meanwhile."""

    until: datetime
    accountable_id: str
    team_id: str
    policy: Policy
    why: Why
    urgent: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """Nobody took it: it rings `accountable_id` (the fallback) now and again at `ring_again_at`, until taken."""

    accountable_id: str
    team_id: str
    policy: Policy
    ring_again_at: datetime
    why: Why
    urgent: bool


Decision = Offer | Hold | Queue
