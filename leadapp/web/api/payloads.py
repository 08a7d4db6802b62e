"""What programs may send. The same models check the payloads and describe them in openapi.json."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from leadapp.languages import Language
from leadapp.models import Channel, Digest, SourceKind
from leadapp.queries.paging import DEFAULT_PAGE, LONGEST_PAGE
from leadapp.routing.phrases import Level, Trade
from leadapp.routing.values import AfterHours, Ask, CallResult, LeadOutcome, LeadState, Missed, Presence, TeamMode
from leadapp.web.api.field_types import (
    LONGEST_SECONDS,
    Count,
    Country,
    Moment,
    Name,
    Op,
    Payload,
    Phrase,
    Plain,
    Ref,
    Role,
    Seconds,
    Text,
    TextToSend,
    Timetable,
    Zone,
    optional,
)


class LeadIn(BaseModel):
    """One request from one person. Every field may be left out and takes any value: what is dirty is kept as it came.
    At least one of phone, email and message must have something in it. Fields of other names are kept in attributes."""

    model_config = ConfigDict(extra="allow")

    name: Any = None
    phone: Any = None
    email: Any = None
    message: Any = None
    service: Any = None
    address: Any = None
    city: Any = None
    region: Any = None
    postcode: Any = None
    country: Any = None
    company: Any = None
    company_size: Any = None
    industry: Any = None
    language: Any = None
    source: Any = Field(None, description="A source's name or key, or any text.")
    external_id: Any = Field(None, description="The sender's own id: sent again, it finds the lead.")
    received_at: Any = Field(None, description="When the sender had it, RFC 3339; not in the future.")
    consent: Any = None
    attributes: Any = Field(None, description="An object of whatever else is known.")


class Acceptance(BaseModel):
    """Once it took no body, so fields of other names are passed over."""

    call_in: Literal[600, 1200, 1800, 3600] | None = Field(
        None, description="Seconds: the customer is told that he is called by then, and the contact clock runs to it."
    )


class Pass(Payload):
    reason: Text | None = None


class Assignment(Payload):
    rep: Ref


class Release(Payload):
    reason: Annotated[Text, Field(min_length=1)]


class ContactMade(Payload):
    kind: Literal["call", "text", "email", "visit"]
    result: Text | None = None
    at: Moment | None = None


class CallMade(Payload):
    result: CallResult
    again_at: Moment | None = Field(
        None, description="When to call again after a voicemail or no answer; half an hour from now if left out."
    )


class TextOut(Payload):
    text: TextToSend


class Closure(Payload):
    outcome: LeadOutcome
    reason: Text | None = None


class PresenceIn(Payload):
    state: Presence
    until: Moment | None = None
    start: Moment | None = Field(None, alias="from")
    cover: Ref | None = None
    note: Text | None = None


class LadderIn(Payload):
    sms_after: Annotated[int, Field(strict=True, ge=1, le=3600)] = optional()
    call_after: Annotated[int, Field(strict=True, ge=1, le=3600)] = optional()
    call: Literal["urgent", "always", "never"] = optional()


class PlaceIn(Payload):
    team: Ref
    weight: Annotated[float, Field(ge=0.01, le=100, allow_inf_nan=False)] = 1


class RepChange(Payload):
    name: Name = optional()
    phone: Text | None = None
    email: Text | None = None
    roles: Annotated[list[Role], Field(min_length=1, max_length=3)] = optional()
    teams: Annotated[list[PlaceIn], Field(max_length=100)] = optional()
    max_open: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    services: Annotated[list[Name], Field(max_length=100)] = optional()
    languages: Annotated[list[Name], Field(max_length=100)] = optional()
    language: Language | None = Field(None, description="What he reads; null = what his browser asks for.")
    time_zone: Zone | None = None
    shifts: Timetable = optional()
    active: bool = optional()
    ladder: LadderIn | None = Field(None, description="Only what is not as his team's; null = all as his team's.")
    digest: Digest = optional(description="How often office and owner are mailed what went wrong.")


class RepIn(RepChange):
    name: Name


class StepIn(Payload):
    ask: Ask
    rep: Ref = optional()
    tries: Count = optional()
    seconds: Seconds


class RejoinIn(Payload):
    """What becomes of a turn that was missed for this reason."""

    out: Missed = optional()
    at_capacity: Missed = optional()
    passed: Missed = optional()
    unreachable: Missed = optional()
    catch_up_per_hour: Annotated[int, Field(strict=True, ge=1, le=60)] = optional()


class OnCallIn(Payload):
    reps: Annotated[list[Ref], Field(max_length=100)] = optional()
    handover: Annotated[str, Field(examples=["mon 08:00"])] = optional()
    start: Annotated[date, Field(alias="from")] = optional()


class TeamChange(Payload):
    name: Name = optional()
    time_zone: Zone = optional()
    country: Country | None = None
    hours: Timetable = optional()
    after_hours: AfterHours = optional()
    urgent_after_hours: AfterHours | None = Field(
        None, description="For urgent leads; null = as after_hours, but never held."
    )
    on_call: OnCallIn = optional()
    fallback: Ref | None = None
    default: bool = optional()
    mode: TeamMode = optional()
    urgent_mode: TeamMode = optional()
    claim_seconds: Seconds = optional()
    urgent_claim_seconds: Seconds = optional()
    tries: Count = optional()
    contact_seconds: Seconds = optional()
    repeat_seconds: Seconds = optional()
    merge_seconds: Annotated[int, Field(strict=True, ge=0, le=LONGEST_SECONDS)] = optional(
        description="For so long after a customer got in touch, more from them belongs to the same lead."
    )
    rejoin: RejoinIn = optional()
    chain: Annotated[list[StepIn], Field(min_length=1, max_length=20)] | None = None
    urgent_chain: Annotated[list[StepIn], Field(min_length=1, max_length=20)] | None = None
    ladder: LadderIn = optional()


class TeamIn(TeamChange):
    name: Name


class ConditionIn(Payload):
    field: Name
    op: Op
    value: Plain = None


class ThenIn(Payload):
    team: Ref | None = None
    rep: Ref | None = None
    urgent: bool = False


class RuleChange(Payload):
    name: Name = optional()
    position: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = optional()
    enabled: bool = optional()
    when: Annotated[list[ConditionIn], Field(max_length=50)] = optional()
    then: ThenIn = optional()


class RuleIn(RuleChange):
    name: Name
    then: ThenIn


class SourceChange(Payload):
    name: Name = optional()
    kind: SourceKind = optional()
    team: Ref | None = None
    urgent: bool = optional()
    secret: Text | None = Field(None, description="Goes in and never comes out.")
    defaults: Annotated[dict[str, Plain | dict[str, Plain]], Field(max_length=50)] = optional(
        description="Fill fields that came blank."
    )


class SourceIn(SourceChange):
    name: Name


class UrgentPhraseChange(Payload):
    """Of a phrase that comes with Leadapp only `enabled` can be changed."""

    text: Phrase = optional(description="Plain words; .. stands for up to four words.")
    trade: Trade = optional()
    level: Level = optional()
    language: Literal["en", "es"] | None = Field(None, description="Whose endings its words take; null = either's.")
    enabled: bool = optional()


class UrgentPhraseIn(UrgentPhraseChange):
    text: Phrase
    trade: Trade = Trade.GENERAL


class TradeChange(Payload):
    enabled: bool


class UrgencyTrial(Payload):
    text: Text


class ContactChange(Payload):
    name: Name | None = None
    phones: Annotated[list[Name], Field(max_length=20)] = optional()
    emails: Annotated[list[Name], Field(max_length=20)] = optional()
    owner: Ref | None = None
    opted_out: bool = optional()


class Paging(Payload):
    cursor: Annotated[str, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = DEFAULT_PAGE


class UrgentPhraseFilter(Paging):
    trade: Trade | None = None
    level: Level | None = None
    language: Literal["en", "es"] | None = None
    shipped: bool | None = None
    enabled: bool | None = None


class LeadFilter(Paging):
    state: LeadState | None = None
    accountable: Ref | None = None
    team: Ref | None = None
    urgent: bool | None = None
    since: Moment | None = None
    q: Annotated[Text, Field(max_length=200)] | None = None


class MessageFilter(Paging):
    lead: Ref | None = None
    rep: Ref | None = None
    channel: Channel | None = None


class ConsentFilter(Paging):
    lead: Ref | None = None
    phone: Text | None = Field(None, description="E.164.")
