"""Audits: the programme, last year's finished ones, this year's under way, those of a certification
body."""

from datetime import UTC, date, datetime, time
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from qms.audits import operations as audits
from qms.audits.gathering import gather
from qms.audits.jobs import seen_pages
from qms.audits.models import (
    Answer,
    AskedWhen,
    Audit,
    AuditKind,
    AuditLine,
    Meeting,
    Method,
    Risk,
    SelfAnswer,
    TeamRole,
)
from qms.audits.operations import Seat
from qms.audits.operations.fieldwork import (
    Change,
    ChangeKind,
    Outcome,
    keep_photo,
    take_changes,
)
from qms.audits.operations.programme import Start
from qms.audits.operations.reporting import PARTS, Conclusions
from qms.audits.operations.sampling import Sample
from qms.audits.operations.scans import note_read
from qms.audits.operations.self_assessment import (
    ask_self_assessment,
    assess_self,
    hand_in_self_assessment,
)
from qms.audits.operations.sources import take_from_document, take_from_template
from qms.audits.operations.templates import put_template_line, write_template
from qms.audits.operations.verdicts import Verdict
from qms.audits.place import installation
from qms.audits.proposals import Proposal, Rule, Situation, basis_of
from qms.audits.queries.paper import last_print
from qms.audits.queries.programme import visit_in
from qms.audits.redrafting import drafted_now
from qms.audits.sheet_codes import SheetCode
from qms.core import clock
from qms.core.db import db
from qms.core.uids import new_uid
from qms.demo import papers
from qms.demo.district import CODE
from qms.demo.stage import Stage, content
from qms.demo.workdays import days_of_audit
from qms.standards.models import Clause, StandardEdition


def tell(stage: Stage) -> None:
    """Plan, walk, report, sign and close; record what bodies audited."""
    told = content("audits")
    for template in told["templates"]:
        stage.at(template["written"], _template, template)
    _tell_programme(stage, told["programme"], told["internal"])
    for one in told["internal"]:
        _tell_internal(stage, one)
    for one in told["external"]:
        stage.at(one["recorded"], _record, one)
        stage.at(one["received"], _receive, one)


def _tell_programme(stage: Stage, told: dict[str, Any], internal: list[dict[str, Any]]) -> None:
    """A programme of three years that began with the first audit, and a draft for one agency."""
    stage.at(told["drawn_up"], _draw_up, told, internal)
    stage.at(told["approved"][0], _approve, told)
    for one in told["moved"]:
        stage.at(one["day"], _move_visit, one, told["by"])
    stage.at(told["draft"]["drawn_up"], _draft_programme, told["draft"])


def _draw_up(stage: Stage, told: dict[str, Any], internal: list[dict[str, Any]]) -> None:
    by = stage.person(told["by"])
    first = min(_first_day(stage, one) for one in internal).year
    programme = audits.draw_up_programme(
        stage.id_of(f"unit:{CODE}"),
        title=told["title"].format(first=first, last=first + 2),
        from_year=first,
        until_year=first + 2,
        edition_ids=_editions(told),
        start=Start.NONE,
        by=by,
        **{
            name: told[name]
            for name in ("objectives", "scope", "criteria", "risks", "resources", "methods")
        },
    )
    stage.keep("programme", programme)
    risks = {stage.id_of(f"unit:{code}"): Risk(risk) for code, risk in told["units"].items()}
    audits.set_units(programme, risks, by=by)
    months: dict[int, set[date]] = {}
    planned = [(code, _month(stage, days_ago)) for code, days_ago in told["visits"]]
    planned += [(one["unit"], _first_day(stage, one).replace(day=1)) for one in internal]
    for code, month in planned:
        months.setdefault(stage.id_of(f"unit:{code}"), set()).add(month)
    proposals = [
        Proposal(unit_id, sorted(wanted), basis_of(Situation(unit_id, risks[unit_id]), Rule()))
        for unit_id, wanted in months.items()
    ]
    audits.adopt_proposals(programme, proposals, by=by)


def _month(stage: Stage, days_ago: int) -> date:
    return stage.day(days_ago).replace(day=1)


def _first_day(stage: Stage, told: dict[str, Any]) -> date:
    """The first day of an internal audit."""
    return min(days_of_audit(stage, *told["days"]).values())


def _walked(stage: Stage, told: dict[str, Any]) -> int:
    """Days before today on which the walk ends: not before the audit's last day, unless that is
    still to come."""
    days: int = told["walked"]
    last = (stage.today - max(days_of_audit(stage, *told["days"]).values())).days
    return days if last < 0 else max(min(days, last), told.get("report", 0))


def _approve(stage: Stage, told: dict[str, Any]) -> None:
    _day, who = told["approved"]
    audits.approve_programme(stage.get("programme"), by=stage.person(who))
    audits.renew_calendar(stage.person(told["by"]))


def _give_to_visit(stage: Stage, told: dict[str, Any]) -> None:
    """The audit that was just planned is the one of its visit."""
    programme, by = stage.get("programme"), stage.person(told["by"])
    month = _first_day(stage, told).replace(day=1)
    visit = visit_in(programme, stage.id_of(f"unit:{told['unit']}"), month)
    assert visit is not None, told["key"]
    audits.link_audit(programme, visit, _audit(stage, told), by=by)


def _move_visit(stage: Stage, told: dict[str, Any], by: str) -> None:
    """From one month to another, with the reason."""
    programme, unit_id = stage.get("programme"), stage.id_of(f"unit:{told['unit']}")
    gone, new = (_month(stage, days_ago) for days_ago in told["from_to"])
    kept = {one.month for one in programme.visits if one.unit_id == unit_id} - {gone} | {new}
    for year in sorted({gone.year, new.year}):
        audits.set_visits(
            programme,
            {unit_id: [month for month in kept if month.year == year]},
            year=year,
            reason=told["reason"],
            by=stage.person(by),
        )


def _draft_programme(stage: Stage, told: dict[str, Any]) -> None:
    by, year = stage.person(told["by"]), stage.today.year + 1
    programme = audits.draw_up_programme(
        stage.id_of(f"unit:{told['unit']}"),
        title=told["title"].format(year=year),
        from_year=year,
        until_year=year,
        edition_ids=_editions(told),
        objectives=told["objectives"],
        start=Start.NONE,
        by=by,
    )
    risks = {stage.id_of(f"unit:{code}"): Risk(risk) for code, risk in told["units"].items()}
    audits.set_units(programme, risks, by=by)
    months = {unit_id: [date(year, n, 1)] for n, unit_id in enumerate(risks, start=3)}
    audits.set_visits(programme, months, year=year, by=by)


def _tell_internal(stage: Stage, told: dict[str, Any]) -> None:
    stage.at(told["planned"], _plan, told)
    stage.at(told["planned"], _prepare, told)
    if "self" in told:
        _tell_self_assessment(stage, told)
    stage.at(told["planned"], _give_to_visit, told)
    if "cancelled" in told:
        stage.at(told["cancelled"][0], _cancel, told)
    if "walked" not in told:
        return
    stage.at((stage.today - _first_day(stage, told)).days, _open, told)
    if "paper" in told:
        stage.at(told["paper"]["printed"], _print, told)
        stage.at(told["paper"]["sent"], _send_sheets, told)
    walked = _walked(stage, told)
    stage.at(walked, _walk, told)
    if "field" in told:
        stage.at(walked, _note_in_the_field, told)
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
    days = days_of_audit(stage, *told["days"]).values()
    audit = audits.plan_audit(
        stage.id_of(f"unit:{told['unit']}"),
        title=told["title"],
        edition_ids=_editions(told),
        planned_from=min(days),
        planned_until=max(days),
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


def _note_in_the_field(stage: Stage, told: dict[str, Any]) -> None:
    """Who was at the meetings, what the auditee said to an answer, and a photo, as a device sends
    them."""
    audit, field = _audit(stage, told), told["field"]
    by, lines = stage.person(field["by"]), _lines_by_clause(audit)
    changes = [
        _change(
            ChangeKind.ATTENDANCE,
            str(new_uid()),
            {"meeting": meeting, "name": stage.person(who).name, "post": post},
            _met(stage, audit, meeting),
        )
        for meeting, who, post in field["present"]
    ]
    changes += [
        _change(
            ChangeKind.STANCE,
            f"line:{lines[clause].uid}",
            {"stance": stance, "spoken_by": stage.person(who).name, "note": note},
        )
        for clause, (stance, who, note) in field["stances"].items()
    ]
    taken = take_changes(audit, changes, by=by)
    assert {one.outcome for one in taken} == {Outcome.TAKEN}, taken
    for meeting, (begins, ends, place, agreed) in field["meetings"].items():
        day = _met(stage, audit, meeting).astimezone(ZoneInfo(stage.timezone)).date()
        said = {"begins": begins, "ends": ends, "place": place, "agreed": agreed}
        audits.record_meeting(audit, Meeting(meeting), held_on=day, by=by, **said)
    for clause, name in field["photos"].items():
        keep_photo(lines[clause], papers.photo(name, 40), uid=new_uid(), by=by)


def _met(stage: Stage, audit: Audit, meeting: str) -> datetime:
    """The moment of a meeting: on the first morning, or on the last day before noon."""
    is_opening = meeting == Meeting.OPENING
    day, hour = (audit.planned_from, 8) if is_opening else (audit.planned_until, 11)
    met = datetime.combine(day, time(hour, 40), ZoneInfo(stage.timezone))
    return min(met.astimezone(UTC), clock.now())


def _change(
    kind: ChangeKind, target: str, value: dict[str, Any], at: datetime | None = None
) -> Change:
    return Change(new_uid(), kind, target, 0, {}, value, at or clock.now())


def _lines_by_clause(audit: Audit) -> dict[str, AuditLine]:
    """The first line that asks about each clause, by the clause's number."""
    numbers = {row.id: row.number for row in db.session.execute(select(Clause.id, Clause.number))}
    found: dict[str, AuditLine] = {}
    for line in sorted(audit.asked, key=lambda line: line.position):
        for clause_id in line.clause_ids:
            found.setdefault(numbers[clause_id], line)
    return found


def _print(stage: Stage, told: dict[str, Any]) -> None:
    """The checklist goes along on paper."""
    audits.print_checklist(_audit(stage, told), by=stage.person(told["paper"]["by"]))


def _send_sheets(stage: Stage, told: dict[str, Any]) -> None:
    """Some sheets come back, and a photo of one without its QR."""
    paper, by = told["paper"], stage.person(told["paper"]["by"])
    printed = last_print(_audit(stage, told))
    assert printed is not None
    sent = [
        papers.sheet(f"lembar-{n}", SheetCode(installation(), printed.uid, n).text, words)
        for n, words in paper["sheets"].items()
    ]
    sent.append(papers.sheet("catatan-farmasi", "", paper["without_code"]))
    upload = audits.send_scans(sent, by=by, in_background=False)
    for position, file in enumerate(sent, start=1):
        with TemporaryDirectory() as folder:
            for seen in seen_pages(file, Path(folder)):
                audits.take_page(upload, position, seen, installation=installation(), by=by)
        note_read(upload, position, 1, None, by=by)


def _report(stage: Stage, told: dict[str, Any]) -> None:
    by = stage.person(told["lead"])
    parts = {name: told.get(name) for name in PARTS}
    apart = {
        one: Conclusions(**told["apart"][key])
        for key, one in db.session.execute(select(StandardEdition.key, StandardEdition.id))
        if key in told.get("apart", {})
    }
    audit = _audit(stage, told)
    drafted = drafted_now(audit, by, gather(audit), None)
    report = audits.write_report(audit, parts, apart=apart, drafted=drafted, by=by)
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
