"""Drafts of the set-up, as programs send them to be rehearsed, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from leadapp.web.api import shapes
from leadapp.web.api.field_types import Payload, Ref, optional
from leadapp.web.api.payloads import RepChange, RepIn, RuleChange, RuleIn, TeamChange, TeamIn
from leadapp.web.api.reading import checked, given
from leadapp.workflow.configuration.draft import Draft
from leadapp.workflow.errors import Invalid

# A lead that comes in while a draft is tried on waits for that: hundredths of a second, two seconds with the most.
_MOST_RULES, _MOST_OTHERS = 1000, 100


class DraftRule(RuleChange):
    """A rule of the draft. With `id` it changes that rule, starting from what it is; without, it is new, and needs name
    and then. `then` may name a team or rep by its name, too."""

    id: Ref | None = None


class DraftTeam(TeamChange):
    """A team of the draft. With `id` it changes that team; without, it is new and needs a name."""

    id: Ref | None = None


class DraftRep(RepChange):
    """A rep of the draft. With `id` it changes that rep; without, it is new and needs a name. `active` false takes him
    out of everything. `teams` may name a team by its name, too."""

    id: Ref | None = None


def _as_sent(model: type[Payload], shape: type[shapes.Shape]) -> Callable[[Any], Any]:
    """An item may come as GET gave it out: what can only be read is left aside."""
    only_read = set(shape.model_fields) - set(model.model_fields)

    def without_only_read(item: Any) -> Any:
        return (
            {name: value for name, value in item.items() if name not in only_read} if isinstance(item, dict) else item
        )

    return without_only_read


class RehearsalIn(Payload):
    """A draft and the days to rehearse it on. What is left out stays as it is. An item may be sent as GET gives it out;
    what can only be read is ignored."""

    days: Annotated[int, Field(strict=True, ge=1, le=365, description="Leads received in so many last days.")]
    rules: list[Annotated[DraftRule, BeforeValidator(_as_sent(DraftRule, shapes.Rule))]] = optional(
        max_length=_MOST_RULES,
        description="All rules of the draft, in the order in which they are tried (a position moves one). A rule that "
        "is not listed is gone; an empty list is no rules.",
    )
    teams: list[Annotated[DraftTeam, BeforeValidator(_as_sent(DraftTeam, shapes.Team))]] = optional(
        max_length=_MOST_OTHERS, description="Teams that change or are new. A team that is not listed stays."
    )
    reps: list[Annotated[DraftRep, BeforeValidator(_as_sent(DraftRep, shapes.Rep))]] = optional(
        max_length=_MOST_OTHERS, description="Reps who change or are new. A rep who is not listed stays."
    )


class DraftReference(shapes.Shape):
    """`id` is null for what there is in the draft alone."""

    id: str | None
    name: str | None


class Whereto(shapes.Shape):
    """`rep` is the first who is asked, else the fallback who gets what nobody could be asked for."""

    team: DraftReference
    rep: DraftReference


class Move(shapes.Shape):
    lead: shapes.Reference
    source: Whereto = Field(alias="from")
    to: Whereto
    because: str


class LoadOfDay(shapes.Shape):
    on: date
    before: int
    after: int


class Load(shapes.Shape):
    """Leads put before the rep, and on which days of the business."""

    rep: DraftReference
    before: int
    after: int
    days: list[LoadOfDay]


class Blank(shapes.Shape):
    """Leads of the draft that the rule could not match because the field was blank, and how many of them moved."""

    rule: DraftReference
    field: str
    leads: int
    moved: int


class Rehearsal(shapes.Shape):
    """`leads` is how many came in. A lead `moved` when it could not have gone where it went: another team, another kind
    of decision, or a rep who could not have got it. `turns_shifted` are those that stay in the same rotation and merely
    get another turn. `reached_nobody` were put before nobody at first, so that the fallback got them at once; `held`
    still wait for opening at the end. "before" is the present set-up, on the same leads."""

    leads: int
    moved: int
    moves: list[Move]
    turns_shifted: int
    reached_nobody: int
    reached_nobody_before: int
    held: int
    held_before: int
    per_rep: list[Load]
    blank: list[Blank]


_NEW: dict[str, type[Payload]] = {"rules": RuleIn, "teams": TeamIn, "reps": RepIn}


def read_rehearsal(values: dict[str, Any]) -> tuple[Draft, int]:
    """The draft and the days. Raises Invalid, each field with its place in the draft."""
    said = checked(RehearsalIn, values)
    draft = {name: value for name, value in given(said).items() if name in _NEW}
    if errors := [error for kind, items in draft.items() for error in _errors(kind, items)]:
        raise Invalid(*errors)
    return Draft(**draft), said.days


def _errors(kind: str, items: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What no item by itself can show: what a new one lacks, and what is listed twice."""
    needed = [name for name, field in _NEW[kind].model_fields.items() if field.is_required()]
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.get("id") is None:
            yield from (
                (f"{kind}.{index}.{name}", "This is needed for a new one.") for name in needed if name not in item
            )
            known, field = f"new {item.get('name')}" if kind != "rules" else "", "name"
        else:
            known, field = item["id"], "id"
        if known and known in seen:
            yield f"{kind}.{index}.{field}", "This one is listed twice. Leave one of them out."
        seen.add(known)
