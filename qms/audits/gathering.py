"""What was recorded in an audit, as plain values: what its report tells and keeps."""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from qms.audits.models import (
    Answer,
    Audit,
    AuditAttendance,
    AuditeeStance,
    AuditFinding,
    AuditLine,
    AuditLineSample,
    AuditMeeting,
    Meeting,
)
from qms.audits.queries.fieldwork import attendance_of, meetings_held, stances_of
from qms.audits.queries.scope import excluded_in
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.findings.models import Finding
from qms.people.posts import Posts
from qms.standards.queries import (
    clause_by_id,
    edition_by_id,
    edition_by_key,
    in_clause_order,
)
from qms.units.letterheads import letterhead_of
from qms.units.tree import tree_of


def gather(audit: Audit) -> dict[str, Any]:
    """Plan, team, results and findings as JSON knows them: days as ISO text, clauses by their keys.

    Of an ordinary audit the restricted findings are counted, and nothing of them is told.
    """
    lines = audit.asked
    found = _findings(audit)
    told = [
        one
        for one in found
        if one.access is AccessClass.ORDINARY or audit.access is AccessClass.RESTRICTED
    ]
    node = tree_of(audit.planned_by.district).get(audit.unit_id)
    return {
        "number": audit.number,
        "title": audit.title,
        "kind": audit.kind.value,
        "unit": node.name if node else "",
        "district": audit.planned_by.district.name,
        "letterhead": _letterhead(audit),
        "editions": [edition_by_id(one).code for one in audit.edition_ids],
        "objectives": audit.objectives,
        "scope": audit.scope,
        "excluded": excluded_of(audit),
        "criteria": audit.criteria,
        "methods": audit.methods,
        "planned_from": audit.planned_from.isoformat(),
        "planned_until": audit.planned_until.isoformat(),
        "opened_on": audit.opened_on.isoformat() if audit.opened_on else None,
        "team": [_member(one) for one in audit.members],
        "results": results_of(lines),
        "lines": [_line(line) for line in lines],
        "meetings": meetings_of(
            attendance_of(audit), meetings_held(audit), audit.planned_by.district.timezone
        ),
        "stances": _stances(audit, told),
        "findings": [_finding(one) for one in told],
        "confidential": len(found) - len(told),
        "confidential_under": {
            edition_by_id(one).key: sum(_cites(finding, one) for finding in found)
            - sum(_cites(finding, one) for finding in told)
            for one in audit.edition_ids
        },
    }


def excluded_of(audit: Audit) -> list[dict[str, str]]:
    """What the unit's scope leaves out, and why: {"clause": its key, "reason"} each."""
    return [{"clause": clause.key, "reason": reason} for clause, reason in excluded_in(audit)]


def _letterhead(audit: Audit) -> dict[str, Any]:
    """Of the unit in which who plans the audit has a post."""
    tree = tree_of(audit.planned_by.district)
    unit_id = Posts([audit.planned_by_id], audit.planned_from).unit_id(audit.planned_by_id)
    return asdict(letterhead_of(tree, unit_id or tree.root.id))


def _cites(finding: Finding, edition_id: int) -> bool:
    """Whether a finding belongs to the report to a standard: it cites a clause of it, or none."""
    cited = {clause_by_id(link.clause_id).edition_id for link in finding.clauses}
    return not cited or edition_id in cited


def told_under(told: Mapping[str, Any], edition_key: str) -> dict[str, Any]:
    """What was recorded (`gather`) as far as it concerns one standard: its clauses, the lines that
    ask about them with the verdict under it, the findings that cite it or no clause. "elsewhere":
    the standards and findings that other reports of the walk tell of."""

    def own(clauses: list[str]) -> list[str]:
        return [one for one in clauses if one.startswith(f"{edition_key}:")]

    lines = []
    for line in told["lines"]:
        if cited := own(line["clauses"]):
            verdict = (line.get("verdicts") or {}).get(edition_key)
            lines.append(line | {"clauses": cited} | ((verdict and _as_said(line, verdict)) or {}))
    findings = [
        one | {"clauses": own(one["clauses"])}
        for one in told["findings"]
        if not one["clauses"] or own(one["clauses"])
    ]
    code = edition_by_key(edition_key).code
    named = {one["number"] for one in findings}
    return {
        **told,
        "editions": [code],
        "elsewhere": [one for one in told["editions"] if one != code]
        + [one["number"] for one in told["findings"] if one["number"] not in named],
        "results": [one for one in told["results"] if own([one["clause"]])],
        "excluded": [one for one in told.get("excluded", ()) if own([one["clause"]])],
        "lines": lines,
        "stances": [
            one | {"clauses": own(one["clauses"])}
            for one in told.get("stances", [])
            if not one["clauses"] or own(one["clauses"])
        ],
        "findings": findings,
        "confidential": (told.get("confidential_under") or {}).get(edition_key, 0),
    }


def _as_said(line: dict[str, Any], verdict: dict[str, Any]) -> dict[str, Any]:
    """The answer under the standard, with why it differs."""
    reasons = [text for text in (line["reason"], verdict["reason"]) if text]
    return {"answer": verdict["answer"], "reason": "\n".join(reasons) or None}


def _member(member: Any) -> dict[str, Any]:
    return {
        "name": member.person.name,
        "role": member.role.value,
        "overrule_reason": member.overrule_reason,
        "overruled": member.overruled,
        "overruled_by": member.overruled_by.name if member.overruled_by else None,
    }


def results_of(lines: list[AuditLine]) -> list[dict[str, Any]]:
    """For each clause that was asked, by edition and number: its key, how many lines, and how many
    of them came to each answer ("open" for none)."""
    counted: dict[int, Counter[str]] = {}
    for line in lines:
        for clause_id in line.clause_ids:
            answer = line.answer_under(clause_by_id(clause_id).edition_id)
            counted.setdefault(clause_id, Counter())[answer.value if answer else "open"] += 1
    return [
        {
            "clause": clause.key,
            "lines": counted[clause.id].total(),
            "answers": {
                name: counted[clause.id][name]
                for name in (*(one.value for one in Answer), "open")
                if counted[clause.id][name]
            },
        }
        for clause in in_clause_order(counted)
    ]


def _line(line: AuditLine) -> dict[str, Any]:
    return {
        "section": line.section,
        "question": line.question,
        "methods": line.methods,
        "clauses": [clause.key for clause in in_clause_order(line.clause_ids)],
        "answer": line.answer.value if line.answer else None,
        "seen": line.seen,
        "reason": line.reason,
        "sample": _sample(line.sample),
        "verdicts": {
            edition_by_id(one.edition_id).key: {"answer": one.answer.value, "reason": one.reason}
            for one in line.verdicts
        },
    }


def _sample(sample: AuditLineSample | None) -> dict[str, Any] | None:
    if sample is None:
        return None
    return {
        "drawn_from": sample.drawn_from,
        "population": sample.population,
        "size": sample.size,
        "items": sample.items,
    }


def meetings_of(
    present: list[AuditAttendance], held: Mapping[Meeting, AuditMeeting], timezone: str
) -> list[dict[str, Any]]:
    """The meetings that are recorded or at which somebody was: day, hours and place, what was
    agreed, who was there with their posts. Where nobody said the day, it is the one on which the
    first of them was written down."""
    found = []
    for meeting in Meeting:
        there = [one for one in present if one.meeting is meeting]
        known = held.get(meeting)
        if known is None and not there:
            continue
        if known is not None:
            day = known.held_on
        else:
            day = clock.day_of(min(one.taken_at for one in there), timezone)
        found.append(
            {
                "meeting": meeting.value,
                "day": day.isoformat(),
                "begins": known.begins if known else None,
                "ends": known.ends if known else None,
                "place": known.place if known else None,
                "agreed": known.agreed if known else None,
                "people": [{"name": one.name, "post": one.post} for one in there],
            }
        )
    return found


def _stances(audit: Audit, told: list[Finding]) -> list[dict[str, Any]]:
    """What the auditee said to lines and to the findings that are told, in the order of these."""
    known = {one.id: one for one in told}
    lines = {line.id: line for line in audit.asked if line.grade is not None}
    said = [
        _stance(one, lines.get(one.line_id or 0), known)
        for one in stances_of(audit)
        if one.stance is not None and _is_told(lines.get(one.line_id or 0), one.finding_id, known)
    ]
    return sorted(said, key=lambda one: one["findings"] or ["~"])


def _is_told(line: AuditLine | None, finding_id: int | None, known: Container[int]) -> bool:
    """What was said to a line is kept back with its findings, if none of them is told."""
    if line is None:
        return finding_id in known
    return not line.findings or any(link.finding_id in known for link in line.findings)


def _stance(
    said: AuditeeStance, line: AuditLine | None, known: dict[int, Finding]
) -> dict[str, Any]:
    """What was said, about what, and by whom. `known`: the findings that are told, by id."""
    assert said.stance is not None
    ids = [said.finding_id] if line is None else [link.finding_id for link in line.findings]
    findings = sorted((known[one] for one in ids if one in known), key=lambda one: one.number_key)
    if line is not None:
        clauses = [clause.key for clause in in_clause_order(line.clause_ids)]
    else:
        clauses = _cited(findings[0])
    return {
        "findings": [one.number for one in findings],
        "clauses": clauses,
        "about": line.question if line is not None else findings[0].deviation,
        "answer": line.answer.value if line is not None and line.answer else None,
        "stance": said.stance.value,
        "spoken_by": said.spoken_by,
        "note": said.note,
    }


def _findings(audit: Audit) -> list[Finding]:
    """The findings of an audit by number, with their clauses. Two queries."""
    return list(
        db.session.scalars(
            select(Finding)
            .join(AuditFinding, AuditFinding.finding_id == Finding.id)
            .where(AuditFinding.audit_id == audit.id)
            .order_by(Finding.number_key)
            .options(selectinload(Finding.clauses))
        )
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "number": finding.number,
        "external_number": finding.external_number,
        "grade": finding.grade.value,
        "state": finding.state.value,
        "clauses": _cited(finding),
        "requirement": finding.requirement,
        "seen": finding.seen,
        "deviation": finding.deviation,
        "due_on": finding.due_on.isoformat() if finding.due_on else None,
    }


def _cited(finding: Finding) -> list[str]:
    return [clause.key for clause in in_clause_order(link.clause_id for link in finding.clauses)]
