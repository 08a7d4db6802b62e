"""What programs get back, described for openapi.json; the tests hold the answers against it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from leadapp.languages import Language
from leadapp.models import AlarmKind, Channel, Digest, Door, EventKind, MessageState, SourceKind
from leadapp.routing.phrases import Level, Trade
from leadapp.routing.values import (
    AfterHours,
    Ask,
    LeadOutcome,
    LeadState,
    Missed,
    OfferOutcome,
    Presence,
    TaskKind,
    TeamMode,
    TurnKind,
)


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reference(Shape):
    id: str
    name: str | None


class ContactReference(Shape):
    id: str
    owner: Reference | None


class Offer(Shape):
    id: str | None
    rep: Reference
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    outcome: OfferOutcome
    ended_at: AwareDatetime | None


class Task(Shape):
    id: str
    kind: TaskKind
    rep: Reference
    due_at: AwareDatetime
    done_at: AwareDatetime | None


class Event(Shape):
    at: AwareDatetime
    kind: EventKind
    actor: Reference | None
    text: str


class Considered(Shape):
    rep: Reference
    verdict: Literal["offered", "eligible", "skipped"]
    reason: str | None = None


class Why(BaseModel):
    sentence: str
    rule: Reference | None
    considered: list[Considered]


class Lead(Shape):
    """`id` and `url` are null in a preview. `linked_to` is the id of another open lead of the same customer, or of
    somebody with the same phone. `promised_at` is by when the owner has told the customer to call."""

    id: str | None
    url: str | None
    state: LeadState
    urgent: bool
    urgent_because: list[str]
    name: str | None
    phone: str | None
    phone_raw: str | None
    email: str | None
    email_raw: str | None
    message: str | None
    service: str | None
    address: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None
    company: str | None
    company_size: str | None
    industry: str | None
    language: str | None
    consent: str | None
    source: str | None
    external_id: str | None
    attributes: dict[str, Any]
    received_at: AwareDatetime
    routed_at: AwareDatetime | None
    claimed_at: AwareDatetime | None
    promised_at: AwareDatetime | None
    contacted_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    outcome: LeadOutcome | None
    outcome_reason: str | None
    team: Reference
    accountable: Reference
    owner: Reference | None
    contact: ContactReference | None
    linked_to: str | None
    offers: list[Offer]
    tasks: list[Task]
    next_due_at: AwareDatetime | None
    why: Why | None
    timeline: list[Event]


class PresenceNow(Shape):
    presence: Presence
    presence_from: AwareDatetime | None
    presence_until: AwareDatetime | None
    cover: Reference | None


class PresenceDone(PresenceNow):
    offers_moved: int
    still_claimed: int


class Place(Shape):
    team: Reference
    weight: float


class Rep(PresenceNow):
    id: str
    name: str
    phone: str | None
    email: str | None
    roles: list[str]
    teams: list[Place]
    max_open: int | None
    services: list[str]
    languages: list[str]
    language: Language | None
    time_zone: str | None
    shifts: dict[str, Any]
    ladder: dict[str, Any]
    digest: Digest
    active: bool
    reachable: bool
    open_count: int


class Turn(Shape):
    at: AwareDatetime
    team: Reference
    lead: Reference | None
    kind: TurnKind
    reason: str


class Step(Shape):
    ask: Ask
    rep: Reference | None = None
    tries: int = 1
    seconds: int


class Ladder(Shape):
    sms_after: int
    call_after: int
    call: Literal["urgent", "always", "never"]


class Rejoin(Shape):
    out: Missed
    at_capacity: Missed
    passed: Missed
    unreachable: Missed
    catch_up_per_hour: int


class Team(Shape):
    id: str
    name: str
    default: bool
    country: str | None
    time_zone: str
    hours: dict[str, Any]
    after_hours: AfterHours
    urgent_after_hours: AfterHours | None
    on_call: dict[str, Any]
    fallback: Reference
    mode: TeamMode
    urgent_mode: TeamMode
    claim_seconds: int
    urgent_claim_seconds: int
    tries: int
    contact_seconds: int
    repeat_seconds: int
    merge_seconds: int
    rejoin: Rejoin
    chain: list[Step]
    urgent_chain: list[Step]
    ladder: Ladder
    retired_at: AwareDatetime | None


class Condition(Shape):
    field: str
    op: str
    value: Any = None


class Then(Shape):
    team: Reference | None
    rep: Reference | None
    urgent: bool


class RuleBlank(Shape):
    """How many leads the rule could not match because this field was blank, and nothing else."""

    field: str
    leads: int
    last_at: AwareDatetime


class Rule(Shape):
    """`problem` says in a sentence why it cannot be followed, or only in part."""

    id: str
    name: str
    position: int
    enabled: bool
    when: list[Condition]
    then: Then
    blanks: list[RuleBlank]
    problem: str | None
    retired_at: AwareDatetime | None


class Alarm(Shape):
    """Something wrong with how the business is set up; `subject` is the id of the rule or team that it is about."""

    id: str
    kind: AlarmKind
    subject: str
    text: str
    count: int
    raised_at: AwareDatetime
    last_at: AwareDatetime


class Source(Shape):
    id: str
    name: str
    kind: SourceKind
    key: str
    team: Reference | None
    urgent: bool
    defaults: dict[str, Any]
    retired_at: AwareDatetime | None


class UrgentPhrase(Shape):
    """`shipped` comes with Leadapp, where (a|b) is a choice, (a)? may be left out, .. stands for up to four words, and
    !(a) must not follow. It counts when it and its trade are enabled; a general danger always does."""

    id: str
    text: str
    trade: Trade
    level: Level
    language: Literal["en", "es"] | None
    shipped: bool
    enabled: bool
    retired_at: AwareDatetime | None


class TradeOfPhrases(Shape):
    id: Trade
    name: str
    enabled: bool
    shipped_phrases: int
    own_phrases: int


class Deciding(Shape):
    words: str
    phrase: Reference
    trade: Trade
    level: Level
    shipped: bool


class Urgency(Shape):
    urgent: bool
    urgent_because: list[str]
    deciding: list[Deciding]


class Contact(Shape):
    id: str
    name: str | None
    phones: list[str]
    emails: list[str]
    owner: Reference | None
    opted_out: bool
    retired_at: AwareDatetime | None


class Message(Shape):
    id: str
    lead: Reference | None
    rep: Reference | None
    to: str
    channel: Channel
    body: str
    state: MessageState
    cause: str
    created_at: AwareDatetime
    sent_at: AwareDatetime | None
    shown_at: AwareDatetime | None
    error: str | None


class Consent(Shape):
    """How one request came: proof that somebody asked to be answered. `said` is its answer to "may we contact you?",
    `words` what our own form said would happen; the same words have the same `version`."""

    id: str
    lead: Reference | None
    at: AwareDatetime
    door: Door
    source: str | None
    phone: str | None
    email: str | None
    language: str | None
    page: str | None
    ip: str | None
    user_agent: str | None
    said: str | None
    words: str | None
    version: str | None


class Received(Shape):
    """`ids` comes when one body brought several leads."""

    id: str
    ids: list[str] | None = None


class FieldError(Shape):
    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457. A lost race (409) also has `taken_by` and `taken_at`."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]
    taken_by: Reference | None = None
    taken_at: AwareDatetime | None = None
