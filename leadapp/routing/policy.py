"""The chain a lead follows: made from a team's settings, checked, and frozen as JSON with the lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadapp.routing.values import Ask, Policy, Step, TeamMode

_STEP_FIELDS = frozenset({"ask", "rep", "tries", "seconds"})
_MOST_STEPS = 20
_LONGEST_SECONDS = 30 * 24 * 3600


def policy(
    claim_seconds: int,
    tries: int,
    contact_seconds: int,
    repeat_seconds: int,
    mode: TeamMode = TeamMode.ROTATION,
    chain: Sequence[Mapping[str, object]] | None = None,
) -> Policy:
    """The policy of a team. A `chain` (already checked by `validate_chain`) wins over `mode`, `tries` and
    `claim_seconds`; a broadcast asks everybody once."""
    if chain:
        steps = tuple(_step(item) for item in chain)
    elif mode is TeamMode.BROADCAST:
        steps = (Step(Ask.EVERYBODY, claim_seconds),)
    else:
        steps = (Step(Ask.ROTATION, claim_seconds, tries),)
    return Policy(steps=steps, repeat_seconds=repeat_seconds, contact_seconds=contact_seconds)


def chain_to_json(steps: Sequence[Step]) -> list[dict[str, object]]:
    """The steps in the form the API reads and writes: [{ask, rep?, tries, seconds}]."""
    return [_step_json(step) for step in steps]


def to_json(policy: Policy) -> dict[str, object]:
    """A policy as plain JSON; `from_json` is its inverse."""
    return {
        "steps": chain_to_json(policy.steps),
        "repeat_seconds": policy.repeat_seconds,
        "contact_seconds": policy.contact_seconds,
    }


def from_json(data: Mapping[str, object]) -> Policy:
    """The policy that `to_json` wrote; raises ValueError for anything else."""
    try:
        steps, repeat, contact = data["steps"], data["repeat_seconds"], data["contact_seconds"]
        if isinstance(steps, list) and isinstance(repeat, int) and isinstance(contact, int):
            return Policy(tuple(_step(item) for item in steps), repeat, contact)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a policy: {data!r}") from error
    raise ValueError(f"not a policy: {data!r}")


def validate_chain(chain: object, name: str = "chain") -> list[tuple[str, str]]:
    """What is wrong with a chain somebody sent, as (field, message); empty when it can be used."""
    if not isinstance(chain, list) or not chain:
        return [(name, "must be a list of at least one step")]
    if len(chain) > _MOST_STEPS:
        return [(name, f"must have at most {_MOST_STEPS} steps")]
    return [problem for index, item in enumerate(chain) for problem in _step_problems(item, f"{name}.{index}")]


def _step_json(step: Step) -> dict[str, object]:
    rep: dict[str, object] = {"rep": step.rep_id} if step.rep_id else {}
    return {"ask": step.ask.value, **rep, "tries": step.tries, "seconds": step.seconds}


def _step(item: Mapping[str, object]) -> Step:
    ask, seconds, tries, rep = Ask(str(item["ask"])), item["seconds"], item.get("tries") or 1, item.get("rep")
    if not isinstance(seconds, int) or not isinstance(tries, int):
        raise ValueError(f"not a step: {item!r}")
    return Step(ask=ask, seconds=seconds, tries=tries, rep_id=str(rep) if rep else None)


def _step_problems(item: object, name: str) -> list[tuple[str, str]]:
    if not isinstance(item, dict):
        return [(name, "must be an object with ask and seconds")]
    problems = [(f"{name}.{field}", "unknown field") for field in item if field not in _STEP_FIELDS]
    ask, rep = item.get("ask"), item.get("rep")
    if ask not in list(Ask):
        problems.append((f"{name}.ask", "must be rotation, everybody or person"))
    if not _is_count(item.get("seconds"), _LONGEST_SECONDS):
        problems.append((f"{name}.seconds", f"must be a whole number of seconds from 1 to {_LONGEST_SECONDS}"))
    if item.get("tries") is not None and not _is_count(item["tries"], 100):
        problems.append((f"{name}.tries", "must be a whole number from 1 to 100"))
    if ask == Ask.PERSON and not (isinstance(rep, str) and rep):
        problems.append((f"{name}.rep", "must name the rep to ask"))
    if ask in (Ask.ROTATION, Ask.EVERYBODY) and rep is not None:
        problems.append((f"{name}.rep", "goes with ask person only"))
    return problems


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
