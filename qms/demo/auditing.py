"""Audits: last year's finished ones, this year's under way, those of a certification body."""

from itertools import cycle
from typing import Any

from sqlalchemy import select

from qms.audits import operations as audits
from qms.audits.models import (
    Answer,
    AskedWhen,
    Audit,
    AuditKind,
    AuditLine,
    Method,
    SelfAnswer,
    TeamRole,
)
from qms.audits.operations import Seat
from qms.audits.operations.reporting import PARTS, Conclusions
from qms.audits.operations.sampling import Sample
from qms.audits.operations.self_assessment import (
    ask_self_assessment,
    assess_self,
    hand_in_self_assessment,
)
from qms.audits.operations.sources import take_from_document, take_from_template
from qms.audits.operations.templates import put_template_line, write_template
from qms.audits.operations.verdicts import Verdict
from qms.core.db import db
from qms.demo.stage import Stage, content
from qms.standards.models import Clause, StandardEdition


def tell(stage: Stage) -> None:
    """Plan, walk, report, sign and close; record what bodies audited."""
    told = content("audits")
    for template in told["templates"]:
        stage.at(template["written"], _template, template)
    for one in told["internal"]:
        _tell_internal(stage, one)
    for one in told["external"]:
        stage.at(one["recorded"], _record, one)
        stage.at(one["received"], _receive, one)


def _tell_internal(stage: Stage, told: dict[str, Any]) -> None:
    stage.at(told["planned"], _plan, told)
    stage.at(told["planned"], _prepare, told)
    if "self" in told:
        _tell_self_assessment(stage, told)
    if "cancelled" in told:
        stage.at(told["cancelled"][0], _cancel, told)
    if "walked" not in told:
        return
    stage.at(told["days"][0], _open, told)
    stage.at(told["walked"], _walk, told)
    if "report" in told:
        stage.at(told["report"], _report, told)
        for n, signer in enumerate(told["signed"]):
            stage.at(max(told["report"] - n, 0), _sign, told, signer)
    if "closed" in told:
        stage.at(told["closed"], _close, told)


def _audit(stage: Stage, told: dict[str, Any]) -> Audit:
    found: Audit = stage.get(f"audit:{told['key']}")
    return found


def _editions(told: dict[str, Any]) -> list[int]:
    found = db.session.scalars(
        select(StandardEdition.id).where(StandardEdition.key.in_(told["editions"]))
    )
    return list(found)


def _plan(stage: Stage, told: dict[str, Any]) -> None:
    first, last = told["days"]
    audit = audits.plan_audit(
        stage.id_of(f"unit:{told['unit']}"),
        title=told["title"],
        edition_ids=_editions(told),
        planned_from=stage.day(first),
        planned_until=stage.day(last),
        objectives=told.get("objectives"),
        scope=told.get("scope"),
        criteria=told.get("criteria"),
        methods=told.get("methods"),
        by=stage.person(told["by"]),
    )
    stage.keep(f"audit:{told['key']}", audit)


def _prepare(stage: Stage, told: dict[str, Any]) -> None:
    """The team, and the checklist from the question banks."""
    audit, by = _audit(stage, told), stage.person(told["by"])
    seats = [Seat(stage.person(told["lead"]), TeamRole.LEAD, told.get("overrule"))]
    seats += [Seat(stage.person(one), TeamRole.AUDITOR) for one in told.get("auditors", [])]
    audits.set_team(audit, seats, by=by)
    audits.make_checklist(audit, stage.clause_ids(told["clauses"]), by=by)
    if "template" in told:
        take_from_template(audit, stage.get(f"template:{told['template']}"), by=by)
    if "document" in told:
        document = stage.get(f"document:{told['document']}")
        revision = document.in_force(stage.day(told["planned"])) or document.last
        take_from_document(audit, document, revision.body or "", by=by)


def _template(stage: Stage, told: dict[str, Any]) -> None:
    """A checklist template, line by line."""
    by = stage.person(told["by"])
    template = write_template(
        stage.id_of(f"unit:{told['unit']}"),
        name=told["name"],
        description=told["description"],
        by=by,
    )
    stage.keep(f"template:{told['key']}", template)
    for line in told["lines"]:
        put_template_line(
            template,
            section=line["section"],
            question=line["question"],
            hint=line.get("hint"),
            clause_ids=stage.clause_ids(line),
            methods=map(Method, line.get("methods", [])),
            after=line.get("after"),
            asked_when=AskedWhen(line["when"]) if "when" in line else None,
            by=by,
        )


def _tell_self_assessment(stage: Stage, told: dict[str, Any]) -> None:
    own = told["self"]
    stage.at(own["asked"], _ask_self, told)
    stage.at(own["answered"], _assess_self, told)


def _ask_self(stage: Stage, told: dict[str, Any]) -> None:
    due_on = stage.day(told["self"]["due"])
    asked = ask_self_assessment(
        _audit(stage, told), None, due_on=due_on, by=stage.person(told["by"])
    )
    stage.keep(f"self:{told['key']}", asked)


def _assess_self(stage: Stage, told: dict[str, Any]) -> None:
    """The first lines, with what the unit says in turn."""
    assessment = stage.get(f"self:{told['key']}")
    own, by = told["self"], stage.person(told["self"]["by"])
    lines = sorted(assessment.audit.listed, key=lambda line: line.position)
    said = dict(zip((line.uid for line in lines), cycle(own["said"]), strict=False))
    some = list(said.items())[: own.get("first")]
    assess_self(assessment, {uid: (SelfAnswer(one), text) for uid, (one, text) in some}, by=by)
    if own.get("handed_in"):
        hand_in_self_assessment(assessment, by=by)


def _cancel(stage: Stage, told: dict[str, Any]) -> None:
    _day, reason = told["cancelled"]
    audits.cancel_audit(_audit(stage, told), reason=reason, by=stage.person(told["by"]))


def _open(stage: Stage, told: dict[str, Any]) -> None:
    audits.open_audit(_audit(stage, told), by=stage.person(told["lead"]))


def _walk(stage: Stage, told: dict[str, Any]) -> None:
    """Answer the lines in turn, with the findings that came of them."""
    audit = _audit(stage, told)
    team = cycle([told["lead"], *told.get("auditors", [])])
    seen, special = cycle(told["seen"]), dict(told["answers"])
    numbers = {row.id: row.number for row in db.session.execute(select(Clause.id, Clause.number))}
    lines = sorted(audit.asked, key=lambda line: line.position)
    walked = lines[: len(lines) - told.get("open", 0)]
    for line in walked:
        own = next((n for n in (numbers[one] for one in line.clause_ids) if n in special), None)
        said = special.pop(own) if own else [Answer.CONFORM, next(seen)]
        more = {} if own is None else _details(stage, told, own, line)
        _answer(stage, audit, line, [*said, "", ""][:4], next(team), more)
    assert not special, f"{told['key']}: {special} was not asked"


def _details(stage: Stage, told: dict[str, Any], clause: str, line: AuditLine) -> dict[str, Any]:
    """The sample at a clause, and the verdict under one of the standards."""
    found: dict[str, Any] = {}
    if clause in told.get("samples", {}):
        found["sample"] = Sample(*told["samples"][clause])
    if clause in told.get("verdicts", {}):
        key, answer, reason = told["verdicts"][clause]
        edition = db.session.scalars(
            select(StandardEdition.id).where(StandardEdition.key == key)
        ).one()
        found["verdicts"] = {edition: Verdict(Answer(answer), reason)}
    return found


def _answer(
    stage: Stage,
    audit: Audit,
    line: AuditLine,
    said: list[Any],
    who: str,
    more: dict[str, Any],
) -> None:
    answer, seen, finding, reason = said
    by = stage.person(who)
    audits.answer_line(
        line, Answer(answer), seen=seen or None, reason=reason or None, by=by, **more
    )
    if finding:
        audits.link_finding(audit, stage.get(f"finding:{finding}"), line=line, by=by)


def _report(stage: Stage, told: dict[str, Any]) -> None:
    by = stage.person(told["lead"])
    parts = {name: told.get(name) for name in PARTS}
    apart = {
        one: Conclusions(**told["apart"][key])
        for key, one in db.session.execute(select(StandardEdition.key, StandardEdition.id))
        if key in told.get("apart", {})
    }
    report = audits.write_report(_audit(stage, told), parts, apart=apart, by=by)
    audits.submit_report(report, by=by)


def _sign(stage: Stage, told: dict[str, Any], signer: str) -> None:
    report = _audit(stage, told).report
    assert report is not None
    audits.sign_report(report, by=stage.person(signer))


def _close(stage: Stage, told: dict[str, Any]) -> None:
    audits.close_audit(_audit(stage, told), by=stage.person(told["by"]))


def _record(stage: Stage, told: dict[str, Any]) -> None:
    """What a certification body audited, with its findings."""
    by, (first, last) = stage.person(told["by"]), told["days"]
    audit = audits.record_external_audit(
        stage.id_of(f"unit:{told['unit']}"),
        kind=AuditKind(told["kind"]),
        body=told["body"],
        body_reference=told["reference"],
        title=told["title"],
        edition_ids=_editions(told),
        planned_from=stage.day(first),
        planned_until=stage.day(last),
        scope=told["scope"],
        by=by,
    )
    stage.keep(f"audit:{told['key']}", audit)
    for key in told["findings"]:
        audits.link_finding(audit, stage.get(f"finding:{key}"), by=by)


def _receive(stage: Stage, told: dict[str, Any]) -> None:
    audits.receive_report(_audit(stage, told), by=stage.person(told["by"]))
