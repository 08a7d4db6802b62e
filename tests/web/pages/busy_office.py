"""An office in which much has happened, of people who are called and write in Greek letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from leadapp import jobs
from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import AlarmKind, Business, Channel, Lead, Message, MessageState, Rep, Rule, Source, Team
from leadapp.models import SourceKind as Kind
from leadapp.routing.said import said
from leadapp.transaction import transaction
from leadapp.workflow import passkeys
from leadapp.workflow.alarms import note_alarm
from leadapp.workflow.calls import record_call, start_call
from leadapp.workflow.digests import send_digests
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.inbound import Incoming, take_missed_call, take_text
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead
from leadapp.workflow.people import set_presence
from leadapp.workflow.promises import promise_call
from leadapp.workflow.texting import text_from_lead
from tests.builders import make_lead, make_rep, make_source, make_team, pending_offer, reread

PHONES = iter(range(1000, 10_000))


@dataclass(frozen=True)
class BusyOffice:
    """Άννα and Βένο are reps, Μία is the office, Όλγα the owner; all but Βένο read Spanish."""

    anna: Rep
    veno: Rep
    mia: Rep
    olga: Rep
    team: Team
    form: Source
    leads: dict[str, str]


def open_busy_office(clock: Any) -> BusyOffice:
    olga, mia = _person("Όλγα", roles=["owner"]), _person("Μία", roles=["office"], phone="+14155550002")
    with transaction():
        db.session.add(Business(id=1, name="Λιμάνι", fallback_id=mia.id))
    anna, veno = _person("Άννα", phone="+14155550001"), _person("Βένο", language=None)
    steps = {"claim_seconds": 60, "tries": 2, "repeat_seconds": 60, "contact_seconds": 600}
    team = make_team("Ύδρευση", [anna, veno], mia, is_default=True, **steps)
    with transaction():
        db.session.add(Source(name="Τηλέφωνο", key="phone-key", kind=Kind.PHONE, created_at=clock.now()))
    office = BusyOffice(anna, veno, mia, olga, team, make_source("Φόρμα"), {})
    _what_is_wrong(office, clock)
    _what_was_taken(office, clock)
    _what_nobody_took(office, clock)
    _who_is_away(office, clock)
    _what_is_offered(office, clock)
    return office


def _person(name: str, language: Language | None = Language.SPANISH, **columns: Any) -> Rep:
    return make_rep(name, email=f"{next(PHONES)}@example.com", language=language, **columns)


def _lead(office: BusyOffice, kept_as: str, *, through: Source | None = None, **fields: Any) -> Lead:
    what = {"message": "Τρέχει νερό", "service": "Σωλήνας", "city": "Πόλη"}
    who = {"name": "Σαμ", "phone": f"+1415555{next(PHONES)}"}
    lead = make_lead(through=through or office.form, **(who | what | fields))
    office.leads[kept_as] = lead.id
    return lead


def _taken(office: BusyOffice, kept_as: str, now: Any, **fields: Any) -> Lead:
    lead = _lead(office, kept_as, **fields)
    assign_lead(lead.id, office.anna.id, now=now, actor_id=office.mia.id)
    return reread(lead.id)


def _what_was_taken(office: BusyOffice, clock: Any) -> None:
    """Leads of Άννα in every state that her page of a lead knows."""
    anna = office.anna.id
    for came in ("talked", "voicemail", "no_answer", "wrong_number"):
        lead = _taken(office, came, clock.now(), email="1@example.com")
        start_call(lead.id, now=clock.now(), actor_id=anna)
        record_call(lead.id, came, again_at=None, now=clock.advance(5), actor_id=anna)
    start_call(_taken(office, "asked", clock.now()).id, now=clock.now(), actor_id=anna)
    _taken(office, "mailed", clock.now(), phone="", email="2@example.com")
    _taken(office, "undialled", clock.now(), phone="12")
    promise_call(_taken(office, "promised", clock.now()).id, 20, now=clock.now(), actor_id=anna)
    texted = _taken(office, "texted", clock.now(), consent="Όχι")
    text_from_lead(texted.id, "Έρχομαι", now=clock.now(), actor_id=anna)
    for outcome in ("won", "lost", "spam", "duplicate"):
        close_lead(
            _taken(office, outcome, clock.now()).id, outcome=outcome, reason="Ακριβό", now=clock.now(), actor_id=anna
        )
    back = _taken(office, "handed back", clock.now())
    release_lead(back.id, reason="too far", now=clock.now(), actor_id=anna)
    record_contact(_taken(office, "contacted", clock.now()).id, kind="visit", now=clock.now(), actor_id=anna)
    jobs.deliver_due()
    take_missed_call(Incoming("CA1", "+14155559001", "US"), clock.now())
    for words in ("Γεια", "STOP", "START", "STOP"):
        take_text(Incoming(f"SM{next(PHONES)}", texted.phone or "", "US"), words, clock.advance(1))


def _what_nobody_took(office: BusyOffice, clock: Any) -> None:
    lead = _lead(office, "queued")
    for _try in range(3):
        advance_lead(lead.id, clock.advance(61))
    overdue = _taken(office, "overdue", clock.now())
    advance_lead(overdue.id, clock.advance(601))
    take_text(Incoming("SM0", office.anna.phone or "", "US"), "9", clock.now())


def _who_is_away(office: BusyOffice, clock: Any) -> None:
    now = clock.now()
    set_presence(office.veno.id, state="out", until=now + timedelta(days=3), cover_id=office.mia.id, now=now)
    set_presence(office.olga.id, state="out", start=now + timedelta(days=1), until=now + timedelta(days=9), now=now)
    credential = {"credential_id": "1", "public_key": "1", "sign_count": 0, "name": "Κινητό"}
    passkeys.keep_passkey(office.anna.id, **credential, now=now)


def _what_is_wrong(office: BusyOffice, clock: Any) -> None:
    """Messages that failed, rules that cannot be followed, and a provider that refuses us."""
    now = clock.now()
    mail, text = (
        said("The mail server answered {code}.", code=451),
        said("It was reported as {status}.", status="σφάλμα"),
    )
    moments = {"created_at": now, "due_at": now, "expires_at": now + timedelta(days=1)}
    for channel, error in ((Channel.EMAIL, mail), (Channel.SMS, text)):
        for state in (MessageState.FAILED, MessageState.DROPPED, MessageState.PENDING):
            number = f"{next(PHONES)}"
            about = {"receipt": number, "cause": f"queue:{number}", "rep_id": office.anna.id, "to": "+14155550001"}
            with transaction():
                db.session.add(Message(**about, **moments, body="Νερό", channel=channel, state=state, error=error))
    with transaction():
        for field, value in (("postcode", "9-1"), ("", "1")):
            condition = {"field": field, "op": "is", "value": value}
            rule = {"name": "Κανόνας", "position": 1, "team_id": office.team.id, "created_at": now}
            db.session.add(Rule(**rule, conditions=[condition]))
        note_alarm(AlarmKind.PROVIDER_REFUSED, "sms", text, now)


def _what_is_offered(office: BusyOffice, clock: Any) -> None:
    """Two offers before Άννα, who has passed one more."""
    passed = _lead(office, "passed")
    pass_offer(pending_offer(passed).id, now=clock.now(), reason="Μακριά")
    _lead(office, "offered")
    _lead(office, "urgent", through=make_source("Βλάβες", urgent=True))
    accept_offer(pending_offer(_lead(office, "accepted")).id, now=clock.now())
    send_digests(clock.advance(30))
    jobs.deliver_due()
