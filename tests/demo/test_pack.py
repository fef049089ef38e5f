"""The pack of the demo's inspektorat, for both standards, read back and compared cell by cell with
what plain SQL says: on a thousand generated rows beside the demo's own, as two people."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZIP_STORED, ZipFile

import pytest
import yaml
from dateutil.relativedelta import relativedelta
from sqlalchemy import select, text

from qms.actions.models import Action, ActionEvidence, ActionKind, ActionState
from qms.audits.models import Answer, AuditKind, AuditState, Method
from qms.audits.showing.team import overruled_text
from qms.certificates.models import Certificate, CertificateEvent, CertificateUnit, EventKind
from qms.certificates.state import CertificateState
from qms.core import clock, dates, files, journal
from qms.core.db import db
from qms.core.i18n import speaking
from qms.documents.models import (
    Classification,
    Document,
    DocumentEvidence,
    DocumentType,
    Phase,
)
from qms.evidence.models import Evidence
from qms.findings.models import (
    Finding,
    FindingEvidence,
    FindingState,
    Grade,
    Source,
    StepKind,
    StepResult,
)
from qms.packs import operations, place
from qms.packs.about import about_pack
from qms.packs.making import make_pack
from qms.packs.verifying import verify_pack
from qms.people.models import Account, Person
from qms.standards.catalogue import DATA
from qms.standards.queries import clauses_of, edition_by_key
from qms.units.models import District, Unit
from tests.cast import SYSTEM
from tests.packs.expected import Expected, day, uid
from tests.packs.generated import EDITIONS, FROM, TO, Generator, Numbers
from tests.packs.opened import Block, Opened, rows_below

WHO = {"yusuf": True, "endang": False}
"""Who asks: the inspektorat's officer, who asks for restricted records too, and the district
secretary, who may not see them there."""
NUMBERS = {"sqlite": Numbers(), "postgresql": Numbers(25, 30, 40, 40)}
"""The whole of it once; the other database answers the same questions about fewer rows."""


@dataclass
class Demo:
    """The demo's people and the inspektorat, in the shape that the generator asks for."""

    district: District
    insp: Unit
    officer: Person
    owner: Person
    auditor: Person
    head: Person


@pytest.fixture
def inspektorat(demo: Any, travel: Any) -> Demo:
    """The inspektorat with generated records, and some elsewhere that must not show."""

    def person(user_name: str) -> Person:
        found = select(Person).join(Account, Account.id == Person.account_id)
        return db.session.scalars(found.where(Account.user_name == user_name)).one()

    units = {unit.code: unit for unit in db.session.scalars(select(Unit))}
    names = ("yusuf", "ratna", "hendra", "nurhayati")
    crew = Demo(person("yusuf").district, units["INSP"], *map(person, names))
    moment = clock.now() + timedelta(hours=1)
    travel(moment)
    today = clock.day_of(moment, crew.district.timezone)
    numbers = NUMBERS[db.engine.dialect.name]
    assert numbers.all >= 1000 or db.engine.dialect.name != "sqlite"
    generator = Generator(crew, today)
    bare = bare_clauses()
    generator.clauses = [one for one in generator.clauses if one not in bare]
    generator.fill(crew.insp, numbers)
    Generator(crew, today, seed=2).fill(units["DISNAKER"], Numbers(5, 5, 5, 5))
    tie_evidence(units["DISNAKER"], crew.insp)
    for story in STORIES.values():
        certify(crew.insp, units["DISNAKER"], today, story)
    db.session.commit()
    return crew


STORIES: dict[str | None, list[tuple[EventKind, int, int | None]]] = {
    "Certification decision": [(EventKind.STAGE_1, 60, None), (EventKind.STAGE_2, 20, None)],
    "Stage 2 audit": [(EventKind.STAGE_1, 60, None)],
    "Surveillance audit": [(EventKind.ISSUED, 100, 995)],
    "Renewal": [(EventKind.ISSUED, 1000, 95), (EventKind.RECERTIFICATION_AUDIT, 5, None)],
    "Lift the suspension": [(EventKind.ISSUED, 500, 595), (EventKind.SUSPENDED, 30, None)],
    "Complete the recertification": [(EventKind.ISSUED, 1115, -20)],
    "New certification, at least a stage 2 audit": [(EventKind.ISSUED, 1500, -405)],
    None: [(EventKind.ISSUED, 500, 595), (EventKind.WITHDRAWN, 10, None)],
}
"""What happened to a certificate, by what comes next: how many days ago, valid for how many."""


def bare_clauses() -> set[int]:
    """Every other clause that no record of the demo cites: they stay as they are, to be gaps."""
    cited = " UNION ".join(
        f"SELECT clause_id FROM {table}_clause" for table in ("document", "evidence", "finding")
    )
    statement = f"SELECT id FROM clause WHERE id NOT IN ({cited}) ORDER BY id"
    return set(db.session.scalars(text(statement)).all()[::2])


def certify(
    unit: Unit, further: Unit, today: date, story: list[tuple[EventKind, int, int | None]]
) -> None:
    """A certificate of a unit and a further one, with what happened to it."""
    of_district = {"district_id": unit.district_id}
    certificate = Certificate(
        **of_district,
        unit_id=unit.id,
        edition_id=edition_by_key("iso9001-2015").id,
        body="PT Contoh",
        scope="Semua",
        units=[CertificateUnit(**of_district, unit_id=further.id)],
        events=[
            CertificateEvent(
                **of_district,
                number=number,
                kind=kind,
                on=today - timedelta(days=ago),
                valid_until=None if until is None else today + timedelta(days=until),
            )
            for number, (kind, ago, until) in enumerate(story, start=1)
        ],
    )
    db.session.add(certificate)
    db.session.flush()
    journal.write("certify", certificate, by=SYSTEM)


def tie_evidence(theirs: Unit, ours: Unit) -> None:
    """Evidence that one unit filed beside findings, actions and documents of another."""
    pieces = db.session.scalars(select(Evidence).where(Evidence.unit_id == theirs.id)).all()
    for model, link in (
        (Finding, FindingEvidence),
        (Action, ActionEvidence),
        (Document, DocumentEvidence),
    ):
        records: Any = db.session.scalars(select(model).where(model.unit_id == ours.id))
        for record, piece in zip(records, pieces, strict=False):
            record.evidence.append(link(district_id=piece.district_id, evidence_id=piece.id))
            journal.write("edit", record, by=SYSTEM)


class Read(Opened):
    """A pack of the inspektorat, made as one person, opened; and what it must hold."""

    def __init__(self, who: str, crew: Demo, folder: Path) -> None:
        person = db.session.scalars(
            select(Person).join(Account, Account.id == Person.account_id)
            .where(Account.user_name == who)
        ).one()  # fmt: skip
        pack = operations.ask_for_pack(
            [crew.insp.id],
            [edition_by_key(key).id for key in EDITIONS],
            from_on=FROM,
            to_on=TO,
            language="en",
            include_restricted=True,
            by=person,
            in_background=False,
        )
        db.session.commit()
        about, path = about_pack(pack, person), folder / f"{who}.zip"
        make_pack(about, path, store=files.folder(), key=place.signing_key())
        db.session.rollback()
        super().__init__(path)
        self.person, self.sees_restricted, self.today = person, WHO[who], about.as_of
        self.expected = Expected(
            {crew.insp.id: "Inspektorat Daerah"},
            restricted=WHO[who], start=FROM, end=TO, as_of=about.as_of, elsewhere=not WHO[who],
        )  # fmt: skip


def test_the_pack_is_read_back_and_compared_as_two_people(
    inspektorat: Demo, tmp_path: Path
) -> None:
    """One test, because making the records and the packs takes most of its time."""
    read = {who: Read(who, inspektorat, tmp_path) for who in WHO}
    for one in read.values():
        for check in CHECKS:
            check(one)
    shown = {who: len(one.expected.rows("finding")) for who, one in read.items()}
    assert shown["endang"] < shown["yusuf"]
    units = {
        who: {row.unit_id for row in one.expected.rows("evidence")} for who, one in read.items()
    }
    assert units["yusuf"] == {inspektorat.insp.id} < units["endang"]


def yes(value: Any) -> str:
    return "Yes" if value else "No"


def same(cell: Any, value: Any, what: str) -> None:
    """One cell against one value. What is longer than Excel's cells is cut, with a mark."""
    value = None if value == "" else value
    if isinstance(value, str):
        value = value.replace("\r\n", "\n")
        if len(value) > 32_000:
            assert len(cell) <= 32_767 and cell[:32_000] == value[:32_000], what
            assert re.search(r"… \[\d+ more characters\]$", cell), what
            return
    assert cell == value, (what, cell, value)


def compare(rows: list[dict[str, Any]], wanted: list[dict[str, Any]], key: str) -> None:
    """Every cell of every row, and no row more or less."""
    assert Counter(row[key] for row in rows) == Counter(row[key] for row in wanted)
    by_key = {row[key]: row for row in wanted}
    for row in rows:
        expected = by_key[row[key]]
        assert set(row) >= set(expected), set(expected) - set(row)
        for title, value in expected.items():
            same(row[title], value, f"{row[key]}: {title}")


def check_the_findings_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    clauses = e.links("finding_clause", "finding_id", "clause_id")
    actions = {row.id: row.number for row in e.rows("action")}
    proofs = {row.id: (day(row.added_on), uid(row.uid), row.name) for row in e.rows("evidence")}
    of_actions = e.links("finding_action", "finding_id", "action_id")
    of_proofs = e.links("finding_evidence", "finding_id", "evidence_id")
    steps: dict[int, dict[int, dict[str, str]]] = {}
    for row in e.sql("SELECT finding_id, round, kind, text, on_day FROM finding_step"):
        if was_taken(row, read):
            steps.setdefault(row.finding_id, {}).setdefault(row.round, {})[row.kind] = (
                row.text or ""
            )
    wanted = []
    with speaking("en"):
        for row in e.rows("finding"):
            last = max(steps.get(row.id, {1: {}}))
            said = steps.get(row.id, {}).get(last, {})
            is_open = row.state not in ("closed", "cancelled")
            due, closed = day(row.due_on), day(row.closed_on)
            found = sorted(proofs[one] for one in of_proofs.get(row.id, []) if one in proofs)
            wanted.append({
                "Number": row.number,
                "Unit": e.names[row.unit_id],
                "Found on": day(row.found_on),
                "Grade": str(Grade(row.grade).label),
                "State": str(FindingState(row.state).label),
                "Open": yes(is_open),
                "Overdue": yes(is_open and due is not None and due < read.today),
                "Clauses": e.cited(clauses.get(row.id, [])),
                "Deviation": row.deviation,
                "Requirement": row.requirement,
                "What was seen": row.seen,
                "Source": str(Source(row.source).label),
                "Which audit, complaint or meeting": row.source_note,
                "Place or process": row.place,
                "Answer due": day(row.reply_due_on),
                "Due on": due,
                "Closed on": closed,
                "Round": last,
                "Immediate correction": said.get("correction"),
                "Cause": said.get("cause"),
                "Effectiveness": said.get("effectiveness"),
                "Actions": ", ".join(
                    sorted(actions[one] for one in of_actions.get(row.id, []) if one in actions)
                ),
                "Evidence": "; ".join(name for _, _, name in found),
                "Raised by": e.people.get(row.raised_by_id),
                "Restricted": yes(row.access == "restricted"),
                "External number": row.external_number,
                "Imported": yes(row.is_imported),
                "Identifier": uid(row.uid),
            })  # fmt: skip
    rows = read.sheet("Findings")
    assert rows and set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Identifier")
    order = [(row["Found on"], row["Number"].casefold(), row["Identifier"]) for row in rows]
    assert order == sorted(order)


def was_taken(step: Any, read: Read) -> bool:
    on = day(step.on_day)
    return on is None or on <= read.today


def row_of_step(e: Expected, numbers: dict[int, str], row: Any) -> dict[str, Any]:
    return {
        "Finding": numbers[row.finding_id],
        "Round": row.round,
        "Step": str(StepKind(row.kind).label),
        "What was said": row.text,
        "Result": str(StepResult(row.result).label),
        "Person": e.people.get(row.person_id),
        "Day": day(row.on_day),
    }


def check_the_responses_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    numbers = {row.id: row.number for row in e.rows("finding")}
    with speaking("en"):
        wanted = [
            row_of_step(e, numbers, row)
            for row in e.sql("SELECT * FROM finding_step")
            if row.finding_id in numbers and was_taken(row, read)
        ]
    for row in wanted:
        row["key"] = f"{row['Finding']} {row['Round']} {row['Step']}"
    rows = read.sheet("Responses")
    assert rows and set(rows[0]) == set(wanted[0]) - {"key"}
    for row in rows:
        row["key"] = f"{row['Finding']} {row['Round']} {row['Step']}"
    compare(rows, wanted, "key")


def check_the_actions_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    findings = {row.id: (row.number_key, row.number) for row in e.rows("finding")}
    proofs = {row.id: (day(row.added_on), uid(row.uid), row.name) for row in e.rows("evidence")}
    of_findings = e.links("finding_action", "action_id", "finding_id")
    of_proofs = e.links("action_evidence", "action_id", "evidence_id")
    wanted = []
    with speaking("en"):
        for row in e.rows("action"):
            found = sorted(proofs[one] for one in of_proofs.get(row.id, []) if one in proofs)
            cited = [findings[one] for one in of_findings.get(row.id, []) if one in findings]
            wanted.append({
                "Number": row.number,
                "Action": row.what,
                "Kind": str(ActionKind(row.kind).label),
                "Unit": e.names[row.unit_id],
                "Owner": e.owner(row),
                "Due on": None if row.due_missing else day(row.due_on),
                "State": str(ActionState(row.state).label),
                "Overdue": yes(
                    row.state == "open" and not row.due_missing and day(row.due_on) < read.today
                ),
                "Done on": day(row.done_on),
                "Done by": e.people.get(row.done_by_id),
                "What was done": row.done_note,
                "Verified on": day(row.verified_on),
                "Verified by": e.people.get(row.verified_by_id),
                "Verification note": row.verified_note,
                "Planned cost": row.cost_planned,
                "Spent": row.cost_spent,
                "Budget code": row.budget_code,
                "Findings": ", ".join(number for _, number in sorted(cited)),
                "Evidence": "; ".join(name for _, _, name in found),
                "Restricted": yes(row.access == "restricted"),
                "Imported": yes(row.is_imported),
                "Identifier": uid(row.uid),
            })  # fmt: skip
    rows = read.sheet("Actions")
    assert rows and set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Identifier")


REPORT_PARTS = {
    "summary": "Summary",
    "not_covered": "What was not covered",
    "sampling": "Sampling",
    "strengths": "Strengths",
    "comparison": "Comparison with the last audit",
    "conformity": "Conclusion on conformity",
    "effectiveness": "Conclusion on effectiveness",
    "disagreements": "Disagreements",
    "follow_up": "Follow-up",
}
STANCES = {"agrees": "Agrees", "disagrees": "Disagrees"}


GOOD, WEAK = {"conform", "strength"}, {"opportunity", "observation", "minor", "major"}
ASKED_AFTER = {"applies": GOOD | WEAK, "conforms": GOOD, "deviates": WEAK}


def counted(answers: list[str | None]) -> Counter[str]:
    with speaking("en"):
        return Counter(str(Answer(one).label) if one else "Open" for one in answers)


def told(results: Counter[str], between: str = ", ") -> str:
    """Conforms: 2, Open: 1; in the order of the answers."""
    with speaking("en"):
        order = [*(str(one.label) for one in Answer), "Open"]
    return between.join(f"{name}: {results[name]}" for name in order if results[name])


def overruled(member: Any, who: str) -> str:
    what = member.overruled
    with speaking("en"):
        return overruled_text(
            json.loads(what) if isinstance(what, str) else what, who, member.overrule_reason
        )


def audit_facts(e: Expected) -> dict[int, dict[str, Any]]:
    """What is recorded of each audit, by its id."""
    found: dict[int, dict[str, Any]] = {
        row.id: {"row": row, "team": [], "lines": [], "not_asked": [], "report": None, "signed": []}
        for row in e.rows("audit")
    }
    for row in e.sql("SELECT * FROM audit_member ORDER BY role"):
        if row.audit_id in found:
            found[row.audit_id]["team"].append(row)
    lines = e.sql("SELECT * FROM audit_line ORDER BY position, id")
    by_id = {row.id: row for row in lines}
    waiting = {
        row.line_id: by_id[row.after_id]
        for row in e.sql("SELECT * FROM audit_line_condition")
        if by_id[row.after_id].is_removed
        or by_id[row.after_id].answer not in ASKED_AFTER[row.asked_when]
    }
    for row in lines:
        if row.audit_id in found and not row.is_removed:
            is_asked = row.answer is not None or row.id not in waiting
            found[row.audit_id]["lines" if is_asked else "not_asked"].append(row)
    for row in e.sql("SELECT * FROM audit_report WHERE state <> 'draft' ORDER BY issue"):
        if row.audit_id in found:
            found[row.audit_id]["report"] = row
    signed = e.sql("SELECT * FROM audit_signature WHERE signed_on IS NOT NULL ORDER BY position")
    for one in found.values():
        one["signed"] = [
            ", ".join(word for word in (row.name, row.post) if word)
            for row in signed
            if one["report"] is not None and row.report_id == one["report"].id
        ]
    return found


def local_day(read: Read, at: Any) -> date:
    moment = datetime.fromisoformat(f"{at}")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return clock.day_of(moment, read.person.district.timezone)


def taken_on_the_spot(read: Read) -> dict[int, dict[str, list[list[Any]]]]:
    """What was taken down in the field of each audit: rows of the meetings and of what the auditee
    said, as the chapter tells them."""
    e = read.expected
    found: dict[int, dict[str, list[list[Any]]]] = {}
    with speaking("en"):
        for row in e.sql("SELECT * FROM audit_attendance WHERE NOT is_removed ORDER BY uid"):
            at = found.setdefault(row.audit_id, {"opening": [], "closing": [], "said": []})
            on = local_day(read, row.taken_at)
            at[row.meeting].append([dates.long_day(on), row.name, row.post])
        lines = {row.id: row for row in e.sql("SELECT * FROM audit_line")}
        clauses = e.links("audit_line_clause", "line_id", "clause_id")
        findings = {row.id: (row.number_key, row.number) for row in e.rows("finding")}
        of_findings = e.links("audit_line_finding", "line_id", "finding_id")
        for row in e.sql("SELECT * FROM auditee_stance WHERE line_id IS NOT NULL ORDER BY uid"):
            if row.audit_id in found and lines[row.line_id].answer in WEAK:
                beside = of_findings.get(row.line_id, [])
                cited = [findings[n] for n in beside if n in findings]
                if beside and not cited:
                    continue  # kept back with its findings
                found[row.audit_id]["said"].append([
                    ", ".join(number for _, number in sorted(cited)),
                    e.cited(clauses[row.line_id]),
                    lines[row.line_id].question,
                    STANCES[row.stance],
                    row.spoken_by,
                    row.note or "",
                ])  # fmt: skip
    return found


def met(rows: list[list[Any]], held: Any) -> str:
    """3 March 2026: Agus Wijaya (Kepala Dinas), Siti: what was agreed. `held`: the meeting's row,
    if one was recorded."""
    people = ", ".join(f"{name} ({post})" if post else name for _day, name, post in rows)
    on = dates.long_day(day(held.held_on)) if held else rows[0][0] if rows else ""
    return ": ".join(word for word in (on, people, held and held.agreed) if word)


def concluded(e: Expected, report: Any, name: str, title: str) -> list[str]:
    """What a part of a report says, and under each standard of an integrated audit."""
    under = [
        (e.codes[row.edition_id], getattr(row, name))
        for row in e.sql("SELECT * FROM audit_report_standard ORDER BY edition_id")
        if row.report_id == report.id and name in ("conformity", "effectiveness")
    ]
    said = getattr(report, name)
    return [said] * bool(said) + [f"{title}: {code}: {text}" for code, text in under if text]


def check_the_audits_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    spot = taken_on_the_spot(read)
    assert any(one["said"] for one in spot.values())
    held = {(row.audit_id, row.meeting): row for row in e.sql("SELECT * FROM audit_meeting")}
    findings = {row.id: (row.number_key, row.number) for row in e.rows("finding")}
    of_findings = e.links("audit_finding", "audit_id", "finding_id")
    of_editions = e.links("audit_edition", "audit_id", "edition_id")
    wanted = []
    for one in audit_facts(e).values():
        row, report, team = one["row"], one["report"], one["team"]
        cited = [findings[n] for n in of_findings.get(row.id, []) if n in findings]
        names = [(member.role == "1_lead", e.people[member.person_id]) for member in team]
        told_of = [
            f"{e.people[m.person_id]}: {overruled(m, e.people[m.overruled_by_id])}"
            for m in team
            if m.overrule_reason
        ]
        results = counted([line.answer for line in one["lines"]])
        field = spot.get(row.id, {"opening": [], "closing": [], "said": []})
        with speaking("en"):
            wanted.append({
                "Number": row.number,
                "Title": row.title,
                "Kind": str(AuditKind(row.kind).label),
                "Unit": e.names[row.unit_id],
                "Standards": ", ".join(e.codes[n] for n in sorted(of_editions[row.id])),
                "State": str(AuditState(row.state).label),
                "First day": day(row.planned_from),
                "Last day": day(row.planned_until),
                "Begun on": day(row.opened_on),
                "Closed on": day(row.closed_on),
                "Audit objectives": row.objectives,
                "Scope": row.scope,
                "Criteria": row.criteria,
                "Methods": row.methods,
                "Team leader": "; ".join(name for leads, name in names if leads),
                "Further team": "; ".join(sorted(name for leads, name in names if not leads)),
                "Overruled": "\n".join(told_of),
                "Opening meeting": met(field["opening"], held.get((row.id, "opening"))),
                "Closing meeting": met(field["closing"], held.get((row.id, "closing"))),
                "What the auditee says to the findings": "\n".join(
                    ": ".join(word for word in (on or clause, f"{stance} ({who})", note) if word)
                    for on, clause, _about, stance, who, note in field["said"]
                ),
                "Lines": len(one["lines"]),
                "Answered lines": sum(line.answer is not None for line in one["lines"]),
                "Results": told(results, "\n"),
                "Findings": ", ".join(number for _, number in sorted(cited)),
                "Issue of the report": report and report.issue,
                "Report signed": yes(report is not None and report.signed_on is not None),
                "Why there is a new issue": report and report.correction_reason,
                "Signatures": "\n".join(one["signed"]),
                **{title: report and "\n".join(concluded(e, report, name, title))
                   for name, title in REPORT_PARTS.items()},
                "Certification body": row.body,
                "Number given by the body": row.body_reference,
                "Planned or recorded by": e.people[row.planned_by_id],
                "Restricted": yes(row.access == "restricted"),
                "Identifier": uid(row.uid),
            })  # fmt: skip
    rows = read.sheet("Audits")
    assert rows and set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Identifier")
    order = [(row["First day"], row["Number"].casefold()) for row in rows]
    assert order == sorted(order)


def check_the_checklist_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    clauses = e.links("audit_line_clause", "line_id", "clause_id")
    findings = {row.id: (row.number_key, row.number) for row in e.rows("finding")}
    of_findings = e.links("audit_line_finding", "line_id", "finding_id")
    samples = {row.line_id: row for row in e.sql("SELECT * FROM audit_line_sample")}
    verdicts = {row.line_id: row for row in e.sql("SELECT * FROM audit_line_verdict")}
    wanted = []
    for one in audit_facts(e).values():
        waiting = {row.id for row in one["not_asked"]}
        lines = sorted(one["lines"] + one["not_asked"], key=lambda row: (row.position, row.id))
        for place_, row in enumerate(lines, start=1):
            sample, verdict = samples.get(row.id), verdicts.get(row.id)
            result = "Not asked" if row.id in waiting else "Open"
            cited = [findings[n] for n in of_findings.get(row.id, []) if n in findings]
            methods = row.methods if isinstance(row.methods, list) else json.loads(row.methods)
            at = row.answered_at and datetime.fromisoformat(f"{row.answered_at}")
            if at and at.tzinfo is None:
                at = at.replace(tzinfo=UTC)
            with speaking("en"):
                wanted.append({
                    "Audit": one["row"].number,
                    "No.": place_,
                    "Section": row.section,
                    "Clauses": e.cited(clauses.get(row.id, [])),
                    "Question": row.question,
                    "What to ask to see": row.hint,
                    "Method": ", ".join(str(Method(n).label) for n in methods),
                    "Result": str(Answer(row.answer).label) if row.answer else result,
                    "Another result under": verdict
                    and f"{e.codes[verdict.edition_id]}: {Answer(verdict.answer).label}"
                    f" ({verdict.reason})",
                    "Sampled from": sample and sample.drawn_from,
                    "There are": sample and sample.population,
                    "Looked at": sample and sample.size,
                    "Which": sample and sample.items,
                    "What was seen": row.seen,
                    "Reason": row.reason,
                    "Findings": ", ".join(number for _, number in sorted(cited)),
                    "Answered by": e.people.get(row.answered_by_id),
                    "Answered on": at and clock.day_of(at, read.person.district.timezone),
                    "Identifier": uid(row.uid),
                })  # fmt: skip
    rows = read.sheet("Checklist answers")
    assert rows and set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Identifier")


def check_the_chapter_tells_every_audit_and_what_none_looked_at(read: Read) -> None:
    e, parts = read.expected, read.chapters
    facts, clauses = audit_facts(e), e.links("audit_line_clause", "line_id", "clause_id")
    findings = {row.id: row.number for row in e.rows("finding")}
    of_findings, spot = e.links("audit_finding", "audit_id", "finding_id"), taken_on_the_spot(read)
    verdicts = {
        (row.line_id, row.edition_id): row.answer
        for row in e.sql("SELECT * FROM audit_line_verdict")
    }
    by_clause: dict[int, dict[str, list[Any]]] = {}
    for one in facts.values():
        for line in one["lines"]:
            for clause_id in clauses.get(line.id, []):
                at = by_clause.setdefault(clause_id, {}).setdefault(one["row"].number, [])
                verdict = verdicts.get((line.id, e.clauses[clause_id][0]))
                at.append(line.answer and (verdict or line.answer))
    assert [row[0] for row in rows_below(parts["Audits/Audits"])] == [
        row["Number"] for row in read.sheet("Audits")
    ]
    for one in facts.values():
        row = one["row"]
        title = " ".join(f"{row.number} {row.title}".split())
        part = next(p for name, p in parts.items() if " ".join(name.split()) == f"Audits/{title}")
        numbers = {findings[n] for n in of_findings.get(row.id, []) if n in findings}
        assert {found[0] for found in rows_below(part, "Findings of the audit")} == numbers
        shown = rows_below(part, "Results by clause")
        assert {(found[0], found[1], found[3]) for found in shown} == {
            (e.codes[e.clauses[n][0]], e.clauses[n][2], told(counted(by[row.number])))
            for n, by in by_clause.items()
            if row.number in by
        }
        field = spot.get(row.id, {"opening": [], "closing": [], "said": []})
        assert rows_below(part, "What the auditee says to the findings") == [
            [numbers, f"{clause}\n{about}", f"{stance}\n{who}", note]
            for numbers, clause, about, stance, who, note in field["said"]
        ]
        assert [found[2] for found in rows_below(part, "Meetings")] == [
            name for meeting in ("opening", "closing") for _day, name, _post in field[meeting]
        ]
        words = "\n".join(text for style, text in part if style)
        if one["report"] is not None:
            summary = re.sub(r"^- ", "", one["report"].summary, flags=re.MULTILINE)  # a list
            assert folded(summary) in folded(words)
    left_out = e.not_applicable
    for key in EDITIONS:
        code = edition_by_key(key).code
        part = parts[f"Audits/Coverage of {code}"]
        assert {row[0]: row[2] for row in rows_below(part)} == {
            clause.number: "\n".join(
                f"{number}: {told(counted(by_clause[clause.id][number]))}"
                for number in (row["Number"] for row in read.sheet("Audits"))
                if number in by_clause[clause.id]
            )
            for clause in sections()
            if clause.edition_key == key and clause.id in by_clause
        }
        looked_at = {
            clause.number
            for clause in sections()
            if clause.edition_key == key
            for answers in by_clause.get(clause.id, {}).values()
            if any(answer not in (None, "not_sampled", "not_applicable") for answer in answers)
        }
        numbers = {clause.number for clause in sections() if clause.edition_key == key}
        left = [
            clause.number
            for clause in sections()
            if clause.edition_key == key
            and clause.id not in left_out
            and not any(number.startswith(f"{clause.number}.") for number in numbers)
            and not any(clause.number == n or clause.number.startswith(f"{n}.") for n in looked_at)
        ]
        assert left and any(
            style and text.endswith(f": {', '.join(left)}.") for style, text in part
        )


def folded(text: str) -> str:
    return "".join(text.split())


def check_the_evidence_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    clauses = e.links("evidence_clause", "evidence_id", "clause_id")
    numbers = {
        table: {row.id: (getattr(row, key), row.number) for row in e.rows(table)}
        for table, key in (("document", "number_key"), ("finding", "number_key"),
                           ("action", "number"))
    }  # fmt: skip
    links = {table: e.links(f"{table}_evidence", "evidence_id", f"{table}_id") for table in numbers}
    versions: dict[int, Any] = {}
    for row in e.sql("SELECT * FROM evidence_version ORDER BY number"):
        versions[row.evidence_id] = row
    filed: Counter[int] = Counter()
    for row in e.sql("SELECT evidence_id, number FROM evidence_file"):
        if row.number == versions[row.evidence_id].number:
            filed[row.evidence_id] += 1

    def referring(table: str, evidence_id: int) -> str:
        known = numbers[table]
        found = sorted(known[one] for one in links[table].get(evidence_id, []) if one in known)
        return ", ".join(number for _, number in found)

    wanted = [
        {
            "Evidence": row.name,
            "Description": row.description,
            "Unit": e.names[row.unit_id],
            "Added on": day(row.added_on),
            "Proves from": day(row.proves_from),
            "Proves until": day(row.proves_until),
            "Valid until": day(row.valid_until),
            "Clauses": e.cited(clauses.get(row.id, [])),
            "Documents": referring("document", row.id),
            "Findings": referring("finding", row.id),
            "Actions": referring("action", row.id),
            "Files": filed[row.id],
            "Version": versions[row.id].number,
            "Version note": versions[row.id].note,
            "Added by": e.people.get(versions[row.id].added_by_id),
            "Restricted": yes(row.access == "restricted"),
            "Identifier": uid(row.uid),
        }
        for row in e.rows("evidence")
    ]
    rows = read.sheet("Evidence")
    assert rows and set(rows[0]) == {*wanted[0], "File"}
    compare(rows, wanted, "Identifier")


def check_the_documents_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    clauses = e.links("document_clause", "document_id", "clause_id")
    proofs = {row.id: (day(row.added_on), uid(row.uid), row.name) for row in e.rows("evidence")}
    of_proofs = e.links("document_evidence", "document_id", "evidence_id")
    revisions: dict[int, list[Any]] = {}
    for row in e.sql("SELECT * FROM revision ORDER BY number"):
        revisions.setdefault(row.document_id, []).append(row)
    filed = Counter(row.revision_id for row in e.sql("SELECT revision_id FROM revision_file"))
    signed = {
        (row.revision_id, row.role): ", ".join(word for word in (row.name, row.position) if word)
        for row in e.sql("SELECT * FROM signature WHERE signed_on IS NOT NULL OR person_id IS NULL")
    }
    wanted = []
    with speaking("en"):
        for row in e.rows("document"):
            current, phase = counting(revisions[row.id], day(row.withdrawn_on), read.today)
            found = sorted(proofs[one] for one in of_proofs.get(row.id, []) if one in proofs)
            in_force = is_in_force(current, read.today)
            wanted.append({
                "Number": row.number,
                "Title": row.title,
                "Type": str(DocumentType(row.type).label),
                "Unit": e.names[row.unit_id],
                "State": str(phase.label),
                "Revision": current.label or f"{current.number:02}",
                "In force from": day(current.effective_from),
                "Until": in_force_until(current),
                "Approved on": day(current.approved_on),
                "Prepared by": signed.get((current.id, "1_prepared")),
                "Checked by": signed.get((current.id, "2_checked")),
                "Approved by": signed.get((current.id, "3_approved")),
                "Owner": e.owner(row),
                "Clauses": e.cited(clauses.get(row.id, [])),
                "Change note": current.change_note,
                "Review on": day(row.review_on),
                "Withdrawn on": day(row.withdrawn_on),
                "Reason for withdrawal": row.withdrawn_reason,
                "Classification": str(Classification(row.classification).label),
                "Restricted": yes(row.access == "restricted"),
                "Language": row.language,
                "Evidence": "; ".join(name for _, _, name in found),
                "Files": filed[current.id] + bool(current.body) if in_force else 0,
                "External number": row.external_number,
                "Imported": yes(row.is_imported),
                "Identifier": uid(row.uid),
            })  # fmt: skip
    rows = read.sheet("Documents")
    assert rows and set(rows[0]) == {*wanted[0], "File"}
    compare(rows, wanted, "Identifier")


def in_force_until(revision: Any) -> date | None:
    """The day before the next one begins; none for one that was never in force."""
    until = day(revision.effective_until)
    if until is None or until == day(revision.effective_from):
        return None
    return until - timedelta(days=1)


def is_in_force(revision: Any, today: date) -> bool:
    until = day(revision.effective_until)
    return (
        revision.state == "approved"
        and day(revision.effective_from) <= today  # type: ignore[operator]
        and (until is None or until > today)
    )


def counting(revisions: list[Any], withdrawn: date | None, today: date) -> tuple[Any, Phase]:
    """The revision that counts and where the document stands."""
    in_force = [one for one in revisions if is_in_force(one, today)]
    current = in_force[0] if in_force else revisions[-1]
    if withdrawn is not None and withdrawn <= today:
        return current, Phase.WITHDRAWN
    if in_force:
        return current, Phase.EFFECTIVE
    states = {one.state for one in revisions}
    if any(one.state == "approved" and day(one.effective_from) > today for one in revisions):  # type: ignore[operator]
        return current, Phase.APPROVED
    for state in ("in_review", "draft"):
        if state in states:
            return current, Phase(state)
    return current, Phase.SUPERSEDED if "approved" in states else Phase.WITHDRAWN


def clause_facts(e: Expected) -> dict[str, dict[int, set[int]]]:
    """Record ids by clause id, for each kind."""
    findings = e.per_clause("finding_clause", "finding_id", e.ids("finding"))
    shown = e.ids("action")
    links = e.links("finding_action", "finding_id", "action_id")
    evidence = e.per_clause("evidence_clause", "evidence_id", e.ids("evidence"))
    proofs = e.links("finding_evidence", "finding_id", "evidence_id")
    for clause_id, ids in findings.items():
        beside = {proof for one in ids for proof in proofs.get(one, [])} & e.ids("evidence")
        evidence[clause_id] = evidence.get(clause_id, set()) | beside
    return {
        "documents": e.per_clause("document_clause", "document_id", e.ids_in_force),
        "evidence": evidence,
        "findings": findings,
        "actions": {
            clause_id: {action for one in ids for action in links.get(one, []) if action in shown}
            for clause_id, ids in findings.items()
        },
    }


def sections() -> list[Any]:
    """The clauses that have a section, in order."""
    return [
        clause
        for key in EDITIONS
        for clause in clauses_of(key)
        if 4 <= int(clause.number.split(".")[0]) <= 10
    ]


def check_the_certificates_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    services = e.named("SELECT id, name FROM service")
    of_services = e.links("certificate_service", "certificate_id", "service_id")
    events: dict[int, list[Any]] = {}
    for row in e.sql("SELECT * FROM certificate_event ORDER BY on_day, number"):
        if (day(row.on_day) or read.today) <= read.today:
            events.setdefault(row.certificate_id, []).append(row)
    units = e.links("certificate_unit", "certificate_id", "unit_id")
    months = figures(e)
    wanted, steps = [], set()
    with speaking("en"):
        for row in e.rows("certificate"):
            past = events.get(row.id, [])
            step, by = next_step(past, read.today, months)
            steps.add(step)
            wanted.append({
                "Unit": e.names[row.unit_id],
                "Standard": e.codes[row.edition_id],
                "Number": row.number,
                "Certification body": row.body,
                "Accreditation": row.accreditation,
                "State": str(certificate_state(past, read.today).label),
                "Valid until": last_day(past),
                "Next step": step,
                "By the day": by,
                "Further units": "; ".join(sorted(e.names[n] for n in units.get(row.id, []))),
                "Scope": row.scope,
                "Services": "; ".join(sorted(services[n] for n in of_services.get(row.id, []))),
                "What happened": "\n".join(
                    f"{dates.short_day(day(one.on_day))}: {EventKind(one.kind).label}"
                    + (f" ({one.note})" if one.note else "")
                    for one in past
                ),
                "Note": row.note,
                "Identifier": uid(row.uid),
            })  # fmt: skip
    rows = read.sheet("Certificates")
    assert steps == {*STORIES, "Recertification audit"}
    assert any(row["Further units"] for row in wanted)
    assert set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Identifier")


SHIPPED = {
    "first_surveillance_months": 12,
    "suspension_months": 6,
    "restore_months": 6,
    "recertification_lead_months": 4,
    "stage_gap_days": 180,
}


def figures(e: Expected) -> dict[str, int]:
    """The figures of the certification cycle: the shipped ones, and the district's over them."""
    own = {
        row.key.removeprefix("certificates."): int(row.value)
        for row in e.sql("SELECT key, value FROM setting WHERE from_on <= :d ORDER BY from_on")
        if row.key.startswith("certificates.")
    }
    assert own
    return SHIPPED | own


def next_step(
    events: list[Any], today: date, months: dict[str, int]
) -> tuple[str | None, date | None]:
    """What comes next for a certificate, and by when. Every issue here names its last day."""

    def later(start: date, figure: str) -> date:
        return start + relativedelta(months=months[f"{figure}_months"])

    days: dict[str, list[date]] = {}
    for one in events:
        days.setdefault(one.kind, []).append(day(one.on_day))  # type: ignore[arg-type]
    starts = sorted([*days.get("issued", []), *days.get("renewed", [])])
    state, last = certificate_state(events, today), last_day(events)
    if state is CertificateState.WITHDRAWN:
        return None, None
    if last is None:
        if "stage_1" not in days or "stage_2" in days:
            return "Certification decision", None
        return "Stage 2 audit", days["stage_1"][-1] + timedelta(days=months["stage_gap_days"])
    if state is CertificateState.SUSPENDED:
        return "Lift the suspension", later(days["suspended"][-1], "suspension")
    if state is CertificateState.EXPIRED:
        limit = later(last, "restore")
        if today <= limit:
            return "Complete the recertification", limit
        return "New certification, at least a stage 2 audit", None
    start = starts[-1]
    if any(one >= start for one in days.get("recertification_audit", [])):
        return "Renewal", last
    begins = last - relativedelta(months=months["recertification_lead_months"])
    held = sum(start <= one <= last for one in days.get("surveillance", []))
    years = range(start.year + 1, last.year)
    if today >= begins or held >= len(years):
        return "Recertification audit", begins
    due = date(years[held], 12, 31)
    if held == 0 and start in days.get("issued", []):
        due = min(due, later(start, "first_surveillance"))
    return "Surveillance audit", due


def check_the_gaps_sheet_holds_every_cell(read: Read) -> None:
    """Each kind in its order, and of each kind every row."""
    e, today = read.expected, read.today
    rows = read.sheet("Known gaps")
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_kind.setdefault(row["Gap"], []).append(row)
    majors = {
        row.number: (row.deviation, day(row.due_on))
        for row in e.rows("finding")
        if row.grade == "major" and row.state not in ("closed", "cancelled")
    }
    overdue = {
        row.number: (row.what, day(row.due_on))
        for row in e.rows("action")
        if row.state == "open" and not row.due_missing and day(row.due_on) < today  # type: ignore[operator]
    }
    for kind, wanted in (("Open major nonconformity", majors), ("Overdue action", overdue)):
        found = by_kind.pop(kind)
        assert len(found) == len(wanted) > 0
        for row in found:
            words, due = wanted[row["Number"]]
            assert is_beginning(row["What"], words), (kind, row["Number"])
            assert (row["Due on"], row["Standard"], row["Clause"]) == (due, None, None)
    wanted_rows: dict[str, list[tuple[str, str, str]]] = {
        "Required document missing": [],
        "Expected document missing": [],
        "Nothing recorded": [],
    }
    facts, left_out, needed = clause_facts(e), e.not_applicable, documents_asked_for(e)
    clauses = e.sql(
        "SELECT c.*, s.code FROM clause c JOIN standard_edition s ON s.id = c.edition_id"
    )
    known = {row.id: row for row in clauses}
    for section in sections():
        clause = known[section.id]
        if clause.id in left_out:
            continue
        here = [
            row.id
            for row in clauses
            if row.edition_id == clause.edition_id
            and f"{row.number}.".startswith(f"{clause.number}.")
        ]
        proven = e.per_clause("evidence_clause", "evidence_id", e.ids("evidence"))
        if not any(of.get(one) for of in (facts["documents"], proven) for one in here):
            for is_required, what in needed.get(clause.key, []):
                kind = f"{'Required' if is_required else 'Expected'} document missing"
                wanted_rows[kind].append((clause.code, clause.number, what))
        if clause.is_auditable and not any(by.get(one) for by in facts.values() for one in here):
            title = full_title(e, clause, known)
            wanted_rows["Nothing recorded"].append((clause.code, clause.number, title))
    for kind, wanted_of_kind in wanted_rows.items():
        found = by_kind.pop(kind, [])
        told_ = [(row["Standard"], row["Clause"], row["What"]) for row in found]
        assert Counter(told_) == Counter(wanted_of_kind), kind
        assert all(row["Number"] is None and row["Due on"] is None for row in found)
    assert wanted_rows["Nothing recorded"] and wanted_rows["Required document missing"]
    assert by_kind == {}
    assert read.figures["Known gaps"] == len(rows)


def full_title(e: Expected, clause: Any, known: dict[int, Any]) -> str:
    """The title, after those of the clauses above where others of the standard have the same."""

    def title(one: Any) -> str:
        return str(e.own_titles.get(one.id, one.title_en))

    shown = {one.id for one in sections()}
    same = [one for one in known.values() if one.edition_id == clause.edition_id]
    is_alone = sum(title(one) == title(clause) for one in same if one.id in shown) == 1
    if is_alone or clause.parent_id not in shown:
        return title(clause)
    return f"{full_title(e, known[clause.parent_id], known)}: {title(clause)}"


def is_beginning(shown: str, words: str) -> bool:
    """Whether a cell shows the words, or most of the first 500 characters of longer ones."""
    words = words.strip()
    if len(words) <= 500:
        return shown == words
    return shown.endswith(" …") and len(shown) > 450 and words.startswith(shown[:-2])


def documents_asked_for(e: Expected) -> dict[str, list[tuple[bool, str]]]:
    """By the key of the clause: whether the standard itself asks, and for what; as the shipped
    file says it, under the district's own words."""
    shipped = yaml.safe_load((DATA / "mandatory-documents.yaml").read_text())
    lines = [
        (standard["standard"], item, "required")
        for standard in shipped["standards"]
        for item in standard["items"]
    ] + [(item["standard"], item, "expected") for item in shipped["expected_not_explicit"]]
    own = {}
    found: dict[str, list[tuple[bool, str]]] = {}
    for row in e.sql(
        "SELECT o.shipped_key, o.what, o.is_needed, c.key FROM own_mandatory o"
        " JOIN clause c ON c.id = o.clause_id"
    ):
        if row.shipped_key:
            own[row.shipped_key] = row
        elif row.is_needed:
            found.setdefault(row.key, []).append((False, row.what))
    for edition, item, standing in lines:
        word = own.get(f"{edition}/{item['clause']}/{standing}")
        if word is None or word.is_needed:
            what = word.what if word else item["what_en"]
            key = f"{edition}:{item['clause']}"
            found.setdefault(key, []).append((standing == "required", what))
    assert found
    return found


def last_day(events: list[Any]) -> date | None:
    """The last day that issue or renewal named."""
    found = [day(one.valid_until) for one in events if one.kind in ("issued", "renewed")]
    return found[-1] if found else None


def certificate_state(events: list[Any], today: date) -> CertificateState:
    kinds = [one.kind for one in events]
    last = last_day(events)
    if "withdrawn" in kinds:
        return CertificateState.WITHDRAWN
    if last is None:
        return CertificateState.NOT_YET
    if last < today:
        return CertificateState.EXPIRED
    pauses = [kind for kind in kinds if kind in ("suspended", "restored", "renewed")]
    suspended = bool(pauses) and pauses[-1] == "suspended"
    return CertificateState.SUSPENDED if suspended else CertificateState.VALID


def check_the_scope_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    services = e.named("SELECT id, name FROM service")
    of_services = e.links("scope_service", "scope_id", "service_id")
    left_out: dict[int, list[tuple[str, str]]] = {}
    for row in e.sql(
        "SELECT x.scope_id, x.justification, c.sort, c.number FROM scope_exclusion x"
        " JOIN clause c ON c.id = x.clause_id"
    ):
        told = f"{row.number}: {row.justification}"
        left_out.setdefault(row.scope_id, []).append((row.sort, told))
    wanted = [
        {
            "Unit": e.names[row.unit_id],
            "Standard": e.codes[row.edition_id],
            "Since": day(row.from_on),
            "Scope": row.statement,
            "Services": "\n".join(sorted(services[n] for n in of_services.get(row.id, []))),
            "Clauses that do not apply, and why": "\n".join(
                told for _sort, told in sorted(left_out.get(row.id, []))
            ),
        }
        for row in e.rows("unit_scope")
    ]
    rows = read.sheet("Scope")
    assert len(wanted) == 2 and set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Standard")


def check_the_matrix_counts_and_leads_to_each_clause(read: Read) -> None:
    e, facts = read.expected, clause_facts(read.expected)
    opened = {row.id for row in e.rows("finding") if row.state not in ("closed", "cancelled")}
    rows, clauses, left_out = read.sheet("Clause matrix"), sections(), e.not_applicable
    assert len(left_out) > 8
    assert [(row["Standard"], row["Clause"]) for row in rows] == [
        (clause.edition_code, clause.number) for clause in clauses
    ]
    lines = read.book["By clause"]
    links = {
        cell.row: cell.hyperlink.location
        for cell in read.book["Clause matrix"]["B"]
        if cell.hyperlink
    }
    first = 5
    for place_, (row, clause) in enumerate(zip(rows, clauses, strict=True), start=5):
        here = {kind: facts[kind].get(clause.id, set()) for kind in facts}
        assert row["Title"] == e.own_titles.get(clause.id, clause.title_en)
        assert row["Documents in force"] == len(here["documents"]), clause.key
        assert row["Evidence"] == len(here["evidence"])
        assert row["Findings"] == len(here["findings"])
        assert row["Still open"] == len(here["findings"] & opened)
        assert row["Actions"] == len(here["actions"])
        count = sum(map(len, here.values()))
        recorded = "Recorded" if count else "Nothing recorded"
        assert row["State"] == ("Not applicable" if clause.id in left_out else recorded)
        assert row["Does not apply because"] == left_out.get(clause.id)
        if count:
            assert links[place_] == f"'By clause'!B{first}"
            assert (lines.cell(first, 1).value, lines.cell(first, 2).value) == (
                clause.edition_code, clause.number,
            )  # fmt: skip
        else:
            assert place_ not in links
        first += count
    assert lines.max_row == first - 1


def check_the_index_counts_by_formulas_with_the_right_values(read: Read) -> None:
    e, values, today = read.expected, read.figures, read.today
    rows = {row[0].value or row[1].value: row for row in read.book["Index"].iter_rows(min_row=7)}
    findings, actions = e.rows("finding"), e.rows("action")
    opened = [row for row in findings if row.state not in ("closed", "cancelled")]
    assert values["Documents"] == len(e.rows("document"))
    assert values["Evidence"] == len(e.rows("evidence"))
    assert values["Audits"] == len(e.rows("audit"))
    assert values["Findings"] == len(findings)
    assert values["Actions"] == len(actions)
    assert values["Documents in force"] == len(e.ids_in_force)
    assert values["Findings still open"] == len(opened)
    assert values["Major nonconformities still open"] == sum(row.grade == "major" for row in opened)
    assert values["Actions overdue"] == sum(
        row.state == "open" and not row.due_missing and day(row.due_on) < today  # type: ignore[operator]
        for row in actions
    )
    assert rows["Findings"][2].value == f"=COUNTA('Findings'!$A$5:$A${4 + len(findings)})"
    assert rows["Findings still open"][2].value.startswith("=COUNTIFS('Findings'!$F$5:")


def check_the_workbook_is_set_up_for_work_and_print(read: Read) -> None:
    for sheet in read.book:
        assert len(sheet.title) <= 31
        header = 7 if sheet.title == "Index" else 4
        is_register = sheet.title not in ("Index", "Clause matrix", "By clause", "Known gaps")
        assert sheet.freeze_panes == f"{'B' if is_register else 'A'}{header + 1}"
        assert sheet.print_title_rows == f"${header}:${header}"
        assert bool(sheet.auto_filter.ref) == (sheet.title != "Index")
        assert sheet.page_setup.fitToWidth and sheet.sheet_properties.pageSetUpPr.fitToPage
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert len(cell.value.encode("utf-16-le")) // 2 <= 32_767
                    is_formula = cell.data_type == "f"
                    assert not is_formula or sheet.title == "Index", cell.coordinate


def first_column(part: list[Block], caption: str) -> Counter[str]:
    """The first cells of a table, without the numbers of further files."""
    return Counter(re.sub(r"( \[\d+\])+$", "", row[0]) for row in rows_below(part, caption))


def check_the_report_has_a_section_for_every_clause(read: Read) -> None:
    e, facts, parts = read.expected, clause_facts(read.expected), read.chapters
    shown = {
        "documents": ("Documents in force", {row.id: row.number for row in e.rows("document")}),
        "evidence": ("Evidence", {row.id: row.name for row in e.rows("evidence")}),
        "findings": ("Findings", {row.id: row.number for row in e.rows("finding")}),
        "actions": ("Actions", {row.id: row.number for row in e.rows("action")}),
    }
    heads = {key.split("/")[0] for key in parts}
    empty = 0
    for clause in sections():
        head = next(one for one in heads if one.startswith(clause.edition_code))
        title = e.own_titles.get(clause.id, clause.title_en)
        part = parts[f"{head}/{clause.number} {title}"]
        words = " ".join(content for style, content in part if style)
        here = {kind: facts[kind].get(clause.id, set()) for kind in facts}
        for kind, (caption, names) in shown.items():
            wanted = Counter(names[one] for one in here[kind])
            assert first_column(part, caption) == wanted, (clause.key, kind)
        reason = e.not_applicable.get(clause.id)
        if reason:
            assert f"Not applicable because: {reason}" in words
        else:
            assert "Not applicable because" not in words
        is_empty = not any(here.values()) and not reason
        assert ("Nothing recorded" in words) == is_empty, clause.key
        empty += is_empty
    assert empty > 10


def check_the_registers_of_the_report_hold_every_row(read: Read) -> None:
    e, parts = read.expected, read.chapters
    clauses = e.links("finding_clause", "finding_id", "clause_id")
    with speaking("en"):
        wanted = {
            row.number: (
                dates.short_day(day(row.found_on)),
                f"{Grade(row.grade).label}\n{Source(row.source).label}",
                row.deviation,
                e.cited(clauses.get(row.id, [])),
            )
            for row in e.rows("finding")
        }
    found = rows_below(parts["Registers/Findings"])
    assert {row[0]: (row[1], row[2], row[3], row[5]) for row in found} == wanted
    assert {row[0]: (row[1], row[2]) for row in rows_below(parts["Registers/Actions"])} == {
        row.number: (row.what, e.owner(row)) for row in e.rows("action")
    }
    documents = {row.number: row.title for row in e.rows("document")}
    found = rows_below(parts["Registers/Documents"])
    assert {row[0].split(" [")[0]: row[1] for row in found} == documents
    found = rows_below(parts["Registers/Evidence"])
    assert Counter(re.sub(r"( \[\d+\])+$", "", row[0]) for row in found) == Counter(
        row.name for row in e.rows("evidence")
    )


def check_the_cover_says_what_the_pack_is_about(read: Read) -> None:
    with speaking("en"):
        period = f"{dates.long_day(FROM)} to {dates.long_day(TO)}"
    cover = "\n".join(
        cell for style, rows in read.chapters[""] if not style for row in rows for cell in row
    )
    assert "Inspektorat Daerah" in cover and period in cover
    tables = ("document", "evidence", "audit", "finding", "action")
    restricted = sum(
        row.access == "restricted" for one in tables for row in read.expected.rows(one)
    )
    if read.sees_restricted:
        assert f"{restricted} restricted records are in this pack." in cover
    else:
        assert "Ordinary records only." in cover and restricted == 0
    assert read.manifest["asked_by"]["name"] == read.person.name
    assert bool(read.manifest["restricted_units"]) == read.sees_restricted


def check_every_file_is_there_once_and_every_link_leads_to_one(read: Read) -> None:
    e, ids = read.expected, read.expected.ids("evidence")
    newest = "v.number = (SELECT MAX(w.number) FROM evidence_version w WHERE" \
             " w.evidence_id = v.evidence_id)"  # fmt: skip
    wanted = Counter(
        row.sha256
        for row in e.sql(
            "SELECT s.sha256, v.evidence_id FROM evidence_version v JOIN evidence_file f ON"
            " f.evidence_id = v.evidence_id AND f.number = v.number JOIN stored_file s ON"
            f" s.id = f.stored_file_id WHERE {newest}"
        )
        if row.evidence_id in ids
    )
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in read.parts.items()}
    assert Counter(hashes[name] for name in hashes if name.startswith("Evidence/")) == wanted
    paths = [name for name in read.parts if name.startswith(("Evidence/", "Documents/"))]
    assert len({path.casefold() for path in paths}) == len(paths) > 30
    for path in paths:
        assert len(path.encode("utf-16-le")) // 2 < 180
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]', path)
        for part in path.split("/"):
            assert part == part.strip(" .") and len(part.encode()) <= 255
    linked = {
        f"{row['Folder']}/{row['File']}": (row["Size in bytes"], row["SHA-256"])
        for row in read.sheet("Files")
    }
    assert linked == {path: (len(read.parts[path]), hashes[path]) for path in paths}
    targets = [
        cell.hyperlink.target
        for sheet in read.book
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink and cell.hyperlink.target
    ]
    for target in [*targets, *read.links_of_the_report]:
        assert target.startswith("https://") or unquote(target) in read.parts, target


def check_the_pack_verifies_and_what_is_done_to_it_is_named(read: Read) -> None:
    verdict = verify_pack(read.path)
    assert verdict.is_whole and verdict.files == len(read.parts) - 2
    if not read.sees_restricted:
        return  # once is enough
    alike = Counter(read.parts.values())
    path = next(
        name for name, part in read.parts.items() if "Evidence/" in name and alike[part] == 1
    )
    content = read.parts[path]
    others = {name: part for name, part in read.parts.items() if name != path}
    changed = bytes([content[0] ^ 1]) + content[1:]
    rehashed = read.parts["manifest.json"].replace(
        hashlib.sha256(content).hexdigest().encode(), hashlib.sha256(changed).hexdigest().encode()
    )
    assert rehashed != read.parts["manifest.json"]
    for done, named in (
        ({**others, path: changed}, ("changed", path)),
        ({**read.parts, "Evidence/lain.txt": b"lain"}, ("added", "Evidence/lain.txt")),
        (others, ("removed", path)),
        ({**others, "Evidence/lain.txt": content}, ("renamed", "Evidence/lain.txt")),
        ({**others, path: changed, "manifest.json": rehashed}, ("signature", "manifest.json")),
    ):
        tampered = read.path.with_name("tampered.zip")
        with ZipFile(tampered, "w", ZIP_STORED) as archive:
            for name, part in done.items():
                archive.writestr(name, part)
        faults = verify_pack(tampered).faults
        assert [(fault.kind, fault.path) for fault in faults] == [named]


CHECKS: tuple[Callable[[Read], None], ...] = (
    check_the_findings_sheet_holds_every_cell,
    check_the_responses_sheet_holds_every_cell,
    check_the_actions_sheet_holds_every_cell,
    check_the_audits_sheet_holds_every_cell,
    check_the_checklist_sheet_holds_every_cell,
    check_the_chapter_tells_every_audit_and_what_none_looked_at,
    check_the_evidence_sheet_holds_every_cell,
    check_the_documents_sheet_holds_every_cell,
    check_the_certificates_sheet_holds_every_cell,
    check_the_gaps_sheet_holds_every_cell,
    check_the_scope_sheet_holds_every_cell,
    check_the_matrix_counts_and_leads_to_each_clause,
    check_the_index_counts_by_formulas_with_the_right_values,
    check_the_workbook_is_set_up_for_work_and_print,
    check_the_report_has_a_section_for_every_clause,
    check_the_registers_of_the_report_hold_every_row,
    check_the_cover_says_what_the_pack_is_about,
    check_every_file_is_there_once_and_every_link_leads_to_one,
    check_the_pack_verifies_and_what_is_done_to_it_is_named,
)
