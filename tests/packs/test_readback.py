"""A pack is read back and compared, cell by cell, with what plain SQL says, as two people."""

import hashlib
import json
import re
from collections import Counter
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from qms.actions.models import ActionKind, ActionState
from qms.core import dates
from qms.core.i18n import speaking
from qms.documents.models import Classification, DocumentType, Phase
from qms.findings.models import FindingState, Grade, Source, StepKind, StepResult
from qms.packs.verifying import verify_pack
from qms.standards.queries import clauses_of
from tests.cast import Cast
from tests.packs.conftest import Packs
from tests.packs.expected import Expected, day, moment, uid
from tests.packs.generated import EDITIONS

WHO = {"officer": True, "consultant": False}
"""Who asks, and whether they need to know restricted records."""


def test_a_pack_is_read_back_and_compared_as_two_people(
    many: Cast, packs: Packs, today: date
) -> None:
    """One test, because making the records and the packs takes most of its time."""
    for who in WHO:
        read = Read(who, many, packs, today)
        for check in CHECKS:
            check(read)


class Read:
    """A pack of Disnaker, made as one person, opened."""

    def __init__(self, who: str, cast: Cast, packs: Packs, today: date) -> None:
        self.path = packs.make(packs.about(getattr(cast, who), include_restricted=WHO[who]))
        self.expected = Expected(cast, restricted=WHO[who], as_of=today)
        self.who, self.today = who, today
        with ZipFile(self.path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.manifest = json.loads(self.parts["manifest.json"])
        self.book = load_workbook(BytesIO(self.parts["Workbook.xlsx"]))
        self.cached = load_workbook(BytesIO(self.parts["Workbook.xlsx"]), data_only=True)
        self.report = docx.Document(BytesIO(self.parts["Evidence-report.docx"]))

    def sheet(self, name: str) -> list[dict[str, Any]]:
        """The rows of a sheet by its headings, in row 4."""
        rows = list(self.cached[name].iter_rows(min_row=4, values_only=True))
        titles = [str(title) for title in rows[0]]
        return [dict(zip(titles, map(plain, row), strict=True)) for row in rows[1:]]


def plain(value: Any) -> Any:
    return unescape(value) if isinstance(value, str) else moment(value)


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
        if day(row.on_day) <= read.today:
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
    assert len(rows) > 150 and set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Identifier")
    order = [(row["Found on"], row["Number"].casefold(), row["Identifier"]) for row in rows]
    assert order == sorted(order)


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
            if row.finding_id in numbers and day(row.on_day) <= read.today
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
                "Owner": e.people.get(row.owner_person_id),
                "Due on": day(row.due_on),
                "State": str(ActionState(row.state).label),
                "Overdue": yes(row.state == "open" and day(row.due_on) < read.today),
                "Done on": day(row.done_on),
                "Done by": e.people.get(row.done_by_id),
                "What was done": row.done_note,
                "Verified on": day(row.verified_on),
                "Verified by": e.people.get(row.verified_by_id),
                "Verification note": row.verified_note,
                "Findings": ", ".join(number for _, number in sorted(cited)),
                "Evidence": "; ".join(name for _, _, name in found),
                "Restricted": yes(row.access == "restricted"),
                "Imported": yes(row.is_imported),
                "Identifier": uid(row.uid),
            })  # fmt: skip
    rows = read.sheet("Actions")
    assert len(rows) > 150 and set(rows[0]) == set(wanted[0])
    compare(rows, wanted, "Identifier")


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
    files: Counter[int] = Counter()
    for row in e.sql("SELECT evidence_id, number FROM evidence_file"):
        if row.number == versions[row.evidence_id].number:
            files[row.evidence_id] += 1

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
            "Files": files[row.id],
            "Version": versions[row.id].number,
            "Version note": versions[row.id].note,
            "Added by": e.people.get(versions[row.id].added_by_id),
            "Restricted": yes(row.access == "restricted"),
            "Identifier": uid(row.uid),
        }
        for row in e.rows("evidence")
    ]
    rows = read.sheet("Evidence")
    assert len(rows) > 100 and set(rows[0]) == {*wanted[0], "File"}
    compare(rows, wanted, "Identifier")


def check_the_documents_sheet_holds_every_cell(read: Read) -> None:
    e = read.expected
    clauses = e.links("document_clause", "document_id", "clause_id")
    proofs = {row.id: (day(row.added_on), uid(row.uid), row.name) for row in e.rows("evidence")}
    of_proofs = e.links("document_evidence", "document_id", "evidence_id")
    revisions: dict[int, list[Any]] = {}
    for row in e.sql("SELECT * FROM revision ORDER BY number"):
        revisions.setdefault(row.document_id, []).append(row)
    files = Counter(row.revision_id for row in e.sql("SELECT revision_id FROM revision_file"))
    signed = {
        (row.revision_id, row.role): f"{row.name}, {row.position}"
        for row in e.sql("SELECT * FROM signature WHERE signed_on IS NOT NULL")
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
                "Revision": f"{current.number:02}",
                "In force from": day(current.effective_from),
                "Until": day(current.effective_until),
                "Approved on": day(current.approved_on),
                "Prepared by": signed.get((current.id, "1_prepared")),
                "Checked by": signed.get((current.id, "2_checked")),
                "Approved by": signed.get((current.id, "3_approved")),
                "Owner": e.people.get(row.owner_person_id),
                "Clauses": e.cited(clauses.get(row.id, [])),
                "Change note": current.change_note,
                "Review on": day(row.review_on),
                "Withdrawn on": day(row.withdrawn_on),
                "Reason for withdrawal": row.withdrawn_reason,
                "Classification": str(Classification(row.classification).label),
                "Restricted": yes(row.access == "restricted"),
                "Language": row.language,
                "Evidence": "; ".join(name for _, _, name in found),
                "Files": files[current.id] + bool(current.body) if in_force else 0,
                "External number": row.external_number,
                "Imported": yes(row.is_imported),
                "Identifier": uid(row.uid),
            })  # fmt: skip
    rows = read.sheet("Documents")
    assert len(rows) > 100 and set(rows[0]) == {*wanted[0], "File"}
    compare(rows, wanted, "Identifier")


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
    findings = e.per_clause("finding_clause", "finding_id", e.finding_where, "finding")
    shown = e.ids(e.action_where, "action")
    links = e.links("finding_action", "finding_id", "action_id")
    return {
        "documents": e.per_clause("document_clause", "document_id", e.in_force_where, "document"),
        "evidence": e.per_clause("evidence_clause", "evidence_id", e.evidence_where, "evidence"),
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


def check_the_matrix_counts_and_leads_to_each_clause(read: Read) -> None:
    e, facts = read.expected, clause_facts(read.expected)
    opened = {row.id for row in e.rows("finding") if row.state not in ("closed", "cancelled")}
    rows, clauses = read.sheet("Clause matrix"), sections()
    assert [(row["Standard"], row["Clause"]) for row in rows] == [
        (clause.edition_code, clause.number) for clause in clauses
    ]
    lines = read.cached["By clause"]
    links = {
        cell.row: cell.hyperlink.location
        for cell in read.book["Clause matrix"]["B"]
        if cell.hyperlink
    }
    excluded = {"8.3", "8.3.1", "8.3.2", "8.3.3", "8.3.4", "8.3.5", "8.3.6"}
    first = 5
    for place, (row, clause) in enumerate(zip(rows, clauses, strict=True), start=5):
        here = {kind: facts[kind].get(clause.id, set()) for kind in facts}
        assert row["Documents in force"] == len(here["documents"]), clause.key
        assert row["Evidence"] == len(here["evidence"])
        assert row["Findings"] == len(here["findings"])
        assert row["Still open"] == len(here["findings"] & opened)
        assert row["Actions"] == len(here["actions"])
        count = sum(map(len, here.values()))
        if clause.edition_key == EDITIONS[0] and clause.number in excluded:
            assert row["State"] == "Not applicable"
            assert row["Does not apply because"].endswith("layanan ditetapkan peraturan.")
        else:
            assert row["State"] == ("Recorded" if count else "Nothing recorded")
            assert row["Does not apply because"] is None
        if count:
            assert links[place] == f"'By clause'!B{first}"
            assert (lines.cell(first, 1).value, lines.cell(first, 2).value) == (
                clause.edition_code, clause.number,
            )  # fmt: skip
        else:
            assert place not in links
        first += count
    assert lines.max_row == first - 1


def check_the_index_counts_by_formulas_with_the_right_values(read: Read) -> None:
    e = read.expected
    rows = {row[0].value or row[1].value: row for row in read.book["Index"].iter_rows(min_row=7)}
    values = {row[0] or row[1]: row[2] for row in
              read.cached["Index"].iter_rows(min_row=7, values_only=True)}  # fmt: skip
    today = read.today
    findings, actions = e.rows("finding"), e.rows("action")
    opened = [row for row in findings if row.state not in ("closed", "cancelled")]
    assert values["Documents"] == len(e.rows("document"))
    assert values["Evidence"] == len(e.rows("evidence"))
    assert values["Findings"] == len(findings)
    assert values["Actions"] == len(actions)
    assert values["Documents in force"] == len(e.ids(e.in_force_where, "document"))
    assert values["Findings still open"] == len(opened)
    assert values["Major nonconformities still open"] == sum(row.grade == "major" for row in opened)
    assert values["Actions overdue"] == sum(
        row.state == "open" and day(row.due_on) < today for row in actions
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


def blocks(document: Any) -> Any:
    """Paragraphs and tables of the body in order."""
    for element in document.element.body.iterchildren():
        if element.tag.endswith("}p"):
            yield Paragraph(element, document)
        elif element.tag.endswith("}tbl"):
            yield Table(element, document)


def chapters(document: Any) -> dict[str, list[Any]]:
    """What follows each heading, by its text; of the registers by "Registers" and theirs."""
    found: dict[str, list[Any]] = {}
    part, current = "", found.setdefault("", [])
    for block in blocks(document):
        style = block.style.name if isinstance(block, Paragraph) and block.style else ""
        if style.startswith("Heading"):
            if style == "Heading 1":
                part = block.text
            current = found.setdefault(f"{part}/{block.text}", [])
        else:
            current.append(block)
    return found


def rows_of(part: list[Any], caption: str | None = None) -> list[list[str]]:
    """The rows of the table below a caption (or of the only table), without the header."""
    seen = caption is None
    for block in part:
        if isinstance(block, Paragraph):
            seen = seen or (block.style.name == "Caption" and block.text == caption)
        elif seen:
            return [[cell.text for cell in row.cells] for row in block.rows[1:]]
    return []


def check_the_report_has_a_section_for_every_clause(read: Read) -> None:
    e, facts, parts = read.expected, clause_facts(read.expected), chapters(read.report)
    numbers = {
        table: {row.id: row.number for row in e.rows(table)}
        for table in ("finding", "action", "document")
    }
    names = {row.id: row.name for row in e.rows("evidence")}
    heads = {key.split("/")[0] for key in parts}
    empty = 0
    for clause in sections():
        head = next(one for one in heads if one.startswith(clause.edition_code))
        own = clause.key == "iso9001-2015:4.1"
        title = "Isu kita sendiri" if own else clause.title_en
        part = parts[f"{head}/{clause.number} {title}"]
        words = " ".join(block.text for block in part if isinstance(block, Paragraph))
        here = {kind: facts[kind].get(clause.id, set()) for kind in facts}
        found = [row[0].split(" [")[0] for row in rows_of(part, "Documents in force")]
        assert Counter(found) == Counter(numbers["document"][one] for one in here["documents"])
        found = [row[0] for row in rows_of(part, "Findings")]
        assert Counter(found) == Counter(numbers["finding"][one] for one in here["findings"])
        found = [row[0] for row in rows_of(part, "Actions")]
        assert Counter(found) == Counter(numbers["action"][one] for one in here["actions"])
        found = [re.sub(r"( \[\d+\])+$", "", row[0]) for row in rows_of(part, "Evidence")]
        assert Counter(found) == Counter(names[one] for one in here["evidence"]), clause.key
        is_excluded = clause.edition_key == EDITIONS[0] and clause.number.startswith("8.3")
        assert ("Not applicable at Dinas Tenaga Kerja because:" in words) == is_excluded
        if not any(here.values()) and not is_excluded:
            empty += 1
            assert "Nothing recorded" in words, clause.key
        else:
            assert "Nothing recorded" not in words, clause.key
        if own:
            assert "Kami menetapkan isu setiap Januari." in words
            assert "Pertanyaan kami sendiri?" in words
    assert empty > 10


def check_the_registers_of_the_report_hold_every_row(read: Read) -> None:
    e, parts = read.expected, chapters(read.report)
    clauses = e.links("finding_clause", "finding_id", "clause_id")
    with speaking("en"):
        wanted = {
            row.number: (
                e.names[row.unit_id],
                dates.short_day(day(row.found_on)),
                f"{Grade(row.grade).label}\n{Source(row.source).label}",
                row.deviation,
                e.cited(clauses.get(row.id, [])),
            )
            for row in e.rows("finding")
        }
    found = {
        row[0]: (row[1], row[2], row[3], row[4], row[6])
        for row in rows_of(parts["Registers/Findings"])
    }
    assert found == wanted
    actions = {row.number: (row.what, e.people.get(row.owner_person_id, "")) for row in
               e.rows("action")}  # fmt: skip
    assert {row[0]: (row[2], row[3]) for row in rows_of(parts["Registers/Actions"])} == actions
    documents = {row.number: row.title for row in e.rows("document")}
    assert {
        row[0].split(" [")[0]: row[1] for row in rows_of(parts["Registers/Documents"])
    } == documents
    assert Counter(
        re.sub(r"( \[\d+\])+$", "", row[0]) for row in rows_of(parts["Registers/Evidence"])
    ) == Counter(row.name for row in e.rows("evidence"))


def check_the_cover_says_what_the_pack_is_about(read: Read) -> None:
    words = "\n".join(
        cell.text for table in read.report.tables[:1] for row in table.rows for cell in row.cells
    )
    assert "Dinas Tenaga Kerja" in words and "1 January 2026 to 31 December 2026" in words
    if read.who == "officer":
        assert "restricted records are in this pack." in words
    else:
        assert "Ordinary records only." in words
    assert read.manifest["asked_by"]["name"] == read.who.title()
    assert bool(read.manifest["restricted_units"]) == WHO[read.who]


def check_every_file_is_there_once_and_every_link_leads_to_one(read: Read) -> None:
    e = read.expected
    newest = "v.number = (SELECT MAX(w.number) FROM evidence_version w WHERE" \
             " w.evidence_id = v.evidence_id)"  # fmt: skip
    wanted = Counter(
        row.sha256
        for row in e.sql(
            "SELECT s.sha256, v.evidence_id FROM evidence_version v JOIN evidence_file f ON"
            " f.evidence_id = v.evidence_id AND f.number = v.number JOIN stored_file s ON"
            f" s.id = f.stored_file_id WHERE {newest}"
        )
        if row.evidence_id in e.ids_of_evidence()
    )
    found = Counter(
        hashlib.sha256(content).hexdigest()
        for name, content in read.parts.items()
        if name.startswith("Evidence/")
    )
    assert found == wanted
    paths = [name for name in read.parts if name.startswith(("Evidence/", "Documents/"))]
    assert len({path.casefold() for path in paths}) == len(paths) > 100
    for path in paths:
        assert len(path.encode("utf-16-le")) // 2 < 180
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]', path)
        for part in path.split("/"):
            assert part == part.strip(" .") and len(part.encode()) <= 255
    linked = {
        f"{row['Folder']}/{row['File']}": (row["Size in bytes"], row["SHA-256"])
        for row in read.sheet("Files")
    }
    assert linked == {
        path: (len(read.parts[path]), hashlib.sha256(read.parts[path]).hexdigest())
        for path in paths
    }
    for sheet in read.book:
        for row in sheet.iter_rows():
            for cell in row:
                target = cell.hyperlink.target if cell.hyperlink else None
                if target and not target.startswith("https://"):
                    assert unquote(target) in read.parts, (sheet.title, cell.coordinate)
    for relation in read.report.part.rels.values():
        if relation.is_external and not relation.target_ref.startswith("https://"):
            assert unquote(relation.target_ref) in read.parts


def check_the_pack_verifies(read: Read) -> None:
    verdict = verify_pack(read.path)
    assert verdict.is_whole and verdict.files == len(read.parts) - 2


CHECKS = (
    check_the_findings_sheet_holds_every_cell,
    check_the_responses_sheet_holds_every_cell,
    check_the_actions_sheet_holds_every_cell,
    check_the_evidence_sheet_holds_every_cell,
    check_the_documents_sheet_holds_every_cell,
    check_the_matrix_counts_and_leads_to_each_clause,
    check_the_index_counts_by_formulas_with_the_right_values,
    check_the_workbook_is_set_up_for_work_and_print,
    check_the_report_has_a_section_for_every_clause,
    check_the_registers_of_the_report_hold_every_row,
    check_the_cover_says_what_the_pack_is_about,
    check_every_file_is_there_once_and_every_link_leads_to_one,
    check_the_pack_verifies,
)
