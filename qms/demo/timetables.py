"""Plans of audits with their timetables, what the auditees said; working days of the district."""

from typing import Any

from qms.audits import operations as audits
from qms.audits.models import Audit, AuditPlan, SessionKind
from qms.audits.queries.timetable import plan_of_audit
from qms.deadlines import operations as deadlines
from qms.deadlines.models import DayKind
from qms.demo.stage import Stage, content
from qms.demo.workdays import days_of_audit


def tell(stage: Stage) -> None:
    """Say what days are, make timetables, send and answer them."""
    told = content("timetables")
    for one in told["holidays"]:
        stage.at(300, _set_day, one)
    for one in told["hours"]:
        stage.at(300, _set_hours, one)
    for one in told["plans"]:
        _tell_plan(stage, one)


def _tell_plan(stage: Stage, told: dict[str, Any]) -> None:
    stage.at(told["made"], _make, told, told["sessions"])
    stage.at(told["sent"], _send, told)
    if "answered" in told:
        stage.at(told["answered"][0], _answer, told)
        stage.at(told["sent_again"], _make, told, told["again"])
        stage.at(told["sent_again"], _send, told)
    if "acknowledged" in told:
        stage.at(told["acknowledged"][0], _acknowledge, told)
    if "letter" in told:
        stage.at(told["letter"]["day"], _write_letter, told)


def _set_day(stage: Stage, told: dict[str, Any]) -> None:
    deadlines.set_day(
        stage.day(told["day"]),
        kind=DayKind(told["kind"]),
        name=told["name"],
        source=told["source"],
        by=stage.person("rahmat"),
    )


def _set_hours(stage: Stage, told: dict[str, Any]) -> None:
    week = tuple((one[:5], one[6:]) if one else None for one in told["week"])
    by, unit_id = stage.person("rahmat"), stage.id_of(f"unit:{told['unit']}")
    deadlines.set_hours(unit_id, week, source=told["source"], by=by)


def _audit(stage: Stage, told: dict[str, Any]) -> Audit:
    found: Audit = stage.get(f"audit:{told['audit']}")
    return found


def _plan(stage: Stage, told: dict[str, Any]) -> AuditPlan:
    found = plan_of_audit(_audit(stage, told))
    assert found is not None
    return found


def _make(stage: Stage, told: dict[str, Any], sessions: list[list[Any]]) -> None:
    audit, by = _audit(stage, told), stage.person(told["by"])
    of_audit = next(one for one in content("audits")["internal"] if one["key"] == told["audit"])
    days = days_of_audit(stage, *of_audit["days"])
    for kind, day, begins, ends, what, numbers, auditors, auditee, place in sessions:
        audits.add_session(
            audit,
            kind=SessionKind(kind),
            on=days[day],
            begins=begins,
            ends=ends,
            activity=what,
            auditee=auditee,
            place=place,
            unit_id=audit.unit_id if kind == SessionKind.VISIT else None,
            clause_ids=stage.clause_ids({"q": numbers}),
            auditor_ids=[stage.id_of(f"person:{one}") for one in auditors],
            by=by,
        )
    if sessions is told["sessions"]:
        audits.describe_plan(
            _plan(stage, told),
            language=told["language"],
            logistics=told.get("logistics"),
            by=by,
        )


def _send(stage: Stage, told: dict[str, Any]) -> None:
    audits.send_plan(_plan(stage, told), by=stage.person(told["by"]))


def _answer(stage: Stage, told: dict[str, Any]) -> None:
    _day, who, answer = told["answered"]
    audits.answer_plan(_plan(stage, told), answer=answer, by=stage.person(who))


def _acknowledge(stage: Stage, told: dict[str, Any]) -> None:
    audits.acknowledge_plan(_plan(stage, told), by=stage.person(told["acknowledged"][1]))


def _write_letter(stage: Stage, told: dict[str, Any]) -> None:
    letter = told["letter"]
    audits.write_letter(
        _plan(stage, told),
        number=letter["number"],
        basis=letter["basis"],
        place=letter["place"],
        day=stage.day(letter["day"]),
        signer=stage.person(letter["by"]),
        by=stage.person(told["by"]),
    )
