"""A rehearsal in the shape in which the API gives it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from leadapp.routing.moves import Comparison, because
from leadapp.routing.past import Outcome

Shape = dict[str, Any]
Names = Mapping[str, str]


def rehearsal_shape(
    comparison: Comparison, names_now: Names, names: Names, new: Collection[str], leads: Mapping[str, str | None]
) -> Shape:
    """`names` are as in the draft, `names_now` as they are at present; what is `new` in the draft has no id yet.
    `leads` are the names of the leads that moved, by id."""

    def reference(id_: str) -> Shape:
        return {"id": None if id_ in new else id_, "name": names.get(id_) or names_now.get(id_)}

    def place(outcome: Outcome) -> Shape:
        return {"team": reference(outcome.why.team_id), "rep": reference(outcome.rep_id)}

    return {
        "leads": comparison.leads,
        "moved": len(comparison.moves),
        "moves": [
            {
                "lead": {"id": move.before.lead_id, "name": leads.get(move.before.lead_id)},
                "from": place(move.before),
                "to": place(move.after),
                "because": because(move, names),
            }
            for move in comparison.moves
        ],
        "turns_shifted": comparison.turns_shifted,
        "reached_nobody": comparison.nobody[1],
        "reached_nobody_before": comparison.nobody[0],
        "held": comparison.waiting[1],
        "held_before": comparison.waiting[0],
        "per_rep": [
            {
                "rep": reference(load.rep_id),
                "before": load.before,
                "after": load.after,
                "days": [{"on": day.isoformat(), "before": before, "after": after} for day, before, after in load.days],
            }
            for load in comparison.loads
        ],
        "blank": [
            {"rule": reference(blank.rule_id), "field": blank.field, "leads": blank.leads, "moved": blank.moved}
            for blank in comparison.blanks
        ],
    }
