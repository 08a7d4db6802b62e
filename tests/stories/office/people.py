"""What people say about themselves, and how the business is set up, while leads are under way."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.routing.values import Missed, Presence
from leadapp.transaction import transaction
from leadapp.workflow.configuration.reps import change_rep, create_rep, retire_rep
from leadapp.workflow.configuration.rules import create_rule, retire_rule
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.people import set_presence
from tests.stories.office.machine import OPENING_HOURS, WHICH, OfficeMachine, one_of

LATER = st.sampled_from([None, 90, 1_800, 40_000])
SHIFTS = st.sampled_from([{}, OPENING_HOURS, {"mon": [["10:00", "11:00"]], "tue": [["00:00", "24:00"]]}])
AWAY = st.sampled_from([Presence.BUSY, Presence.OUT])
MOST_REPS = 8


class People(OfficeMachine):
    @rule(who=WHICH, state=AWAY, until=LATER)
    def somebody_goes_away(self, who, state, until):
        until = self.after(until) if until else None
        assert self.attempt(set_presence, one_of(self.reps, who), state=state, until=until)

    @rule(who=WHICH, state=AWAY, start=LATER, until=LATER, cover=WHICH)
    def somebody_is_to_be_away_and_names_a_cover(self, who, state, start, until, cover):
        period = {"start": self.after(start) if start else None, "until": self.after(until) if until else None}
        cover_id = one_of(self.reps, cover)
        self.attempt(set_presence, one_of(self.reps, who), state=state, cover_id=cover_id, **period)

    @rule(cover=st.none() | WHICH)
    def the_fallback_goes_out(self, cover):
        self.attempt(set_presence, self.mia, state="out", cover_id=None if cover is None else one_of(self.reps, cover))

    @rule(who=WHICH)
    def somebody_is_back(self, who):
        assert self.attempt(set_presence, one_of(self.reps, who), state="available")

    @rule(who=WHICH, shifts=SHIFTS)
    def somebodys_shifts_change(self, who, shifts):
        assert self.attempt(change_rep, one_of(self.reps, who), {"shifts": shifts})

    @rule(who=WHICH, most=st.sampled_from([None, 1, 2]))
    def somebody_may_have_more_or_fewer_leads(self, who, most):
        assert self.attempt(change_rep, one_of(self.reps, who), {"max_open": most})

    @rule(who=WHICH, is_reachable=st.booleans())
    def a_phone_dies_or_rings_again(self, who, is_reachable):
        with transaction():
            db.session.get_one(Rep, one_of(self.reps, who), populate_existing=True).reachable = is_reachable

    @rule(who=WHICH, places=st.lists(st.tuples(st.integers(0, 1), st.sampled_from([1, 2, 0.5, 10])), max_size=2))
    def somebody_changes_teams_or_weight(self, who, places):
        weights = {self.teams[team]: weight for team, weight in places}
        teams = [{"team": team_id, "weight": weight} for team_id, weight in weights.items()]
        assert self.attempt(change_rep, one_of(self.reps, who), {"teams": teams})

    @precondition(lambda self: len(self.reps) < MOST_REPS)
    @rule(team=st.integers(0, 1), can_be_told=st.booleans())
    def somebody_joins_the_company(self, team, can_be_told):
        name = f"Rep {len(self.reps)}"
        email = f"rep{len(self.reps)}@example.com" if can_be_told else None
        self.reps.append(
            create_rep({"name": name, "email": email, "teams": [{"team": self.teams[team]}]}, now=self.now)
        )

    @rule(who=WHICH)
    def somebody_leaves_the_company(self, who):
        rep_id = one_of(self.reps, who)
        self.decided(*(lead.id for lead in self.books.open_leads if lead.owner_id == rep_id))
        self.attempt(retire_rep, rep_id)

    @rule(who=WHICH, instead=WHICH)
    def somebody_else_becomes_the_fallback_of_his_teams_and_he_leaves(self, who, instead):
        rep_id = one_of(self.reps, who)
        for team in self.books.roster.teams.values():
            if team.fallback_id == rep_id:
                self.attempt(change_team, team.id, {"fallback": one_of(self.reps, instead)})
        self.somebody_leaves_the_company(who)

    @precondition(lambda self: self.gone)
    @rule(who=WHICH)
    def somebody_comes_back_to_the_company(self, who):
        assert self.attempt(change_rep, one_of(self.gone, who), {"active": True})

    @rule(team=st.integers(0, 1), reason=st.sampled_from(["out", "at_capacity", "passed", "unreachable"]),
          missed=st.sampled_from(Missed))  # fmt: skip
    def a_team_answers_missed_turns_in_another_way(self, team, reason, missed):
        assert self.attempt(change_team, self.teams[team], {"rejoin": {reason: missed.value}})

    @rule(team=st.integers(0, 1), hours=st.sampled_from([{}, OPENING_HOURS, {"tue": [["09:00", "12:00"]]}]),
          after_hours=st.sampled_from(["hold", "route"]))  # fmt: skip
    def a_team_changes_its_hours(self, team, hours, after_hours):
        assert self.attempt(change_team, self.teams[team], {"hours": hours, "after_hours": after_hours})

    @rule(team=st.integers(0, 1), who=WHICH)
    def a_team_names_another_fallback(self, team, who):
        self.attempt(change_team, self.teams[team], {"fallback": one_of(self.reps, who)})

    @rule(team=st.integers(0, 1), rep=st.none() | WHICH, urgent=st.booleans())
    def a_rule_is_added(self, team, rep, urgent):
        then = {"team": self.teams[team], "urgent": urgent} | ({} if rep is None else {"rep": one_of(self.reps, rep)})
        drains = {"field": "service", "op": "is", "value": "Drains"}
        values = {"name": f"Rule {len(self.rules)}", "when": [drains], "then": then, "position": 1}
        self.attempt(lambda *, now: self.rules.append(create_rule(values, now=now)))

    @precondition(lambda self: self.rules)
    @rule(which=WHICH)
    def a_rule_is_retired(self, which):
        assert self.attempt(retire_rule, self.rules.pop(which % len(self.rules)))

    @property
    def gone(self):
        return [rep_id for rep_id in self.reps if not self.books.roster.reps[rep_id].active]
