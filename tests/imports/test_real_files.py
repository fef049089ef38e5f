"""Real lists of other people: what comes in, what a second time changes, what a correction does."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.actions.models import Action, ActionState
from qms.core.db import db
from qms.core.journal.models import JournalEntry
from qms.documents.models import (
    Classification,
    Document,
    DocumentType,
    Phase,
    SignatureRole,
)
from qms.findings.models import Finding, FindingState, Grade, Source, StepKind
from qms.people.models import Position
from qms.units.models import Unit, UnitType
from qms.units.tree import tree_of
from tests.cast import Cast
from tests.imports.conftest import SAMPLES

UNITS = SAMPLES / "units-denpasar.csv"
DOCUMENTS = SAMPLES / "document-control-register.csv"
FINDINGS = SAMPLES / "capa-register.csv"
COLUMNS = ("--columns", "code=A,name=B,short_name=C")
Qms = Callable[..., Any]


def counted(told: Any) -> tuple[int, int, int, int]:
    counts = told["counts"]
    return counts["create"], counts["change"], counts["same"], counts["refused"]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def entries() -> int | None:
    return db.session.scalar(select(func.count(JournalEntry.id)))


@pytest.fixture
def corrected(tmp_path: Path) -> Callable[..., Path]:
    """corrected(file, old=new, ...) -> a copy with words replaced, each of which must be there."""

    def copy(path: Path, *words: tuple[str, str]) -> Path:
        text = path.read_text(encoding="utf-8")
        for old, new in words:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        target = tmp_path / f"corrected-{path.name}"
        target.write_text(text, encoding="utf-8")
        return target

    return copy


def test_102_units(qms: Qms, corrected: Any, cast: Cast) -> None:
    refused = qms("units", UNITS, by="administrator", code=1)
    assert "Code, Name" in refused["error"]  # no headings: the columns must be named
    before = db.session.scalar(select(func.count(Unit.id)))
    told = qms("units", UNITS, *COLUMNS, by="administrator")
    assert counted(told) == (102, 0, 0, 0) and told["imported"]
    assert db.session.scalar(select(func.count(Unit.id))) == before + 102
    nodes = {node.code: node for node in tree_of(cast.district)}
    for code, name, short_name in rows_of(UNITS):
        node = nodes[code]
        assert (node.name, node.short_name) == (name.strip(), short_name.strip() or None)
        assert node.parent_id == cast.root.id
    assert sum(1 for _code, name, _short in rows_of(UNITS) if name != name.strip()) == 9
    types = {code: nodes[code].type for code in ("030201", "03070101", "170001", "200001")}
    assert types == {
        "030201": UnitType.DINAS,
        "03070101": UnitType.UPTD,
        "170001": UnitType.KECAMATAN,
        "200001": UnitType.KELURAHAN,
    }
    written = entries()
    assert counted(qms("units", UNITS, *COLUMNS, by="administrator")) == (0, 0, 102, 0)
    assert entries() == written
    copy = corrected(UNITS, ("Dinas Kesehatan ", "Dinas Kesehatan Kota"), (",dishub", ",Dishub"))
    told = qms("units", copy, *COLUMNS, by="administrator")
    assert counted(told) == (0, 2, 100, 0)
    nodes = {node.code: node for node in tree_of(cast.district)}
    assert nodes["030201"].name == "Dinas Kesehatan Kota" and nodes["030701"].label == "Dishub"
    assert db.session.scalar(select(func.count(Unit.id))) == before + 102


def document(number: str) -> Document:
    found = db.session.scalar(select(Document).where(Document.external_number == number))
    assert found is not None
    return found


def test_26_documents(qms: Qms, corrected: Any, cast: Cast) -> None:
    given = ("--unit", "DISNAKER")
    told = qms("documents", DOCUMENTS, *given)
    assert counted(told) == (26, 0, 0, 0) and told["unknown_columns"] == [
        "Last Review", "Distribution",
    ]  # fmt: skip
    assert [(w["column"], w["value"]) for row in told["rows"] for w in row["warnings"]] == [
        ("Next Review", "Continuous")
    ]
    assert db.session.scalar(select(func.count(Document.id))) == 26
    types = [document(row[0]).type for row in rows_of(DOCUMENTS)[1:]]
    assert [types.count(one) for one in (DocumentType.POLICY, DocumentType.PROCEDURE)] == [21, 3]
    assert types.count(DocumentType.RECORD) == 2
    assert all(
        document(row[0]).phase(cast.district.today) is Phase.EFFECTIVE
        for row in rows_of(DOCUMENTS)[1:]
    )
    first, live = document("POL-006"), document("REC-002")
    assert (first.title, first.owner_name) == ("HR Security Policy", "HR Lead")
    assert first.number.startswith("KB-DISNAKER-")
    assert first.last.shown_number == "1.5" and first.last.effective_from == date(2025, 11, 1)
    assert first.review_on == date(2026, 11, 1)
    approved = first.last.signature(SignatureRole.APPROVED)
    assert approved is not None and approved.name == "CEO" and approved.person_id is None
    assert first.imported_extra == {
        "Last Review": "2025-11-01",
        "Distribution": "HR + All employees",
    }
    assert live.last.shown_number == "Live" and live.review_on is None
    assert live.classification is Classification.CONFIDENTIAL
    assert (live.imported_extra or {})["Next Review"] == "Continuous"
    owners = set(db.session.scalars(select(Position.title)))
    assert owners == {row[3] for row in rows_of(DOCUMENTS)[1:]}
    written = entries()
    assert counted(qms("documents", DOCUMENTS, *given)) == (0, 0, 26, 0)
    assert entries() == written
    copy = corrected(
        DOCUMENTS,
        ("HR Security Policy,Policy,HR Lead", "HR Policy,Policy,Legal"),
        ("Supplier Security Policy,Policy,Procurement Lead,ISO,1.3,2025-11-20",
         "Supplier Security Policy,Policy,Procurement Lead,ISO,2.0,2026-05-20"),
    )  # fmt: skip
    assert counted(qms("documents", copy, *given)) == (0, 2, 24, 0)
    assert document("POL-006").title == "HR Policy"
    assert document("POL-006").owner_name == "Legal"
    assert [one.shown_number for one in document("POL-010").revisions] == ["1.3", "2.0"]
    assert db.session.scalar(select(func.count(Document.id))) == 26
    assert counted(qms("documents", copy, *given)) == (0, 0, 26, 0)


def finding(number: str) -> Finding:
    found = db.session.scalar(select(Finding).where(Finding.external_number == number))
    assert found is not None
    return found


def test_5_findings(qms: Qms, corrected: Any, cast: Cast) -> None:
    given = ("--unit", "DISNAKER")
    told = qms("findings", FINDINGS, *given)
    assert counted(told) == (5, 0, 0, 0) and told["unknown_columns"] == []
    rows = rows_of(FINDINGS)
    for row in rows[1:]:
        found, cells = finding(row[0]), dict(zip(rows[0], row, strict=True))
        assert found.source_note == cells["Source"]
        assert found.found_on.isoformat() == cells["Date Raised"]
        assert found.deviation == cells["Finding / Nonconformity"]
        texts = {step.kind: step.text for step in found.steps}
        assert texts[StepKind.CAUSE] == cells["Root Cause"]
        assert texts[StepKind.CORRECTION] == cells["Correction (Immediate)"]
        assert texts.get(StepKind.EFFECTIVENESS, "") == cells["Effectiveness Check"]
        (link,) = found.actions
        assert link.action.what == cells["Corrective Action"]
        assert link.action.owner_name == cells["Owner"]
        assert link.action.due_on.isoformat() == cells["Due Date"]
        assert found.grade is Grade.MINOR and found.requirement is None
        assert found.number.startswith(f"NC-{cells['Date Raised'][:4]}-DISNAKER-")
    assert [finding(row[0]).source for row in rows[1:]] == [
        Source.INTERNAL_AUDIT, Source.EXTERNAL_AUDIT, Source.INCIDENT, Source.REVIEW,
        Source.COMPLAINT,
    ]  # fmt: skip
    under_way, closed, raised = FindingState.ANSWERED, FindingState.CLOSED, FindingState.RAISED
    assert [finding(row[0]).state for row in rows[1:]] == [
        under_way, closed, under_way, raised, under_way,
    ]  # fmt: skip
    assert finding("CAPA-2026-002").closed_on == date(2026, 3, 20)
    assert finding("CAPA-2026-002").number == "NC-2025-DISNAKER-001"
    written = entries()
    assert counted(qms("findings", FINDINGS, *given)) == (0, 0, 5, 0)
    assert entries() == written
    copy = corrected(
        FINDINGS,
        ("2026-05-15,In progress,Audit sample 2026-Q3,", "2026-05-15,Closed,Sampled,2026-05-20"),
        ("Applied patches", "Applied all patches"),
    )
    assert counted(qms("findings", copy, *given)) == (0, 2, 3, 0)
    first = finding("CAPA-2026-001")
    assert first.state is closed and first.closed_on == date(2026, 5, 20)
    assert first.actions[0].action.state is ActionState.VERIFIED
    assert db.session.scalar(select(func.count(Finding.id))) == 5
    assert db.session.scalar(select(func.count(Action.id))) == 5
    assert counted(qms("findings", copy, *given)) == (0, 0, 5, 0)


@pytest.mark.parametrize(
    ("path", "kind", "who", "columns", "count", "model"),
    [
        (UNITS, "units", "administrator", {"in_code": "A", "in_name": "B"}, 102, Unit),
        (DOCUMENTS, "documents", "officer", {}, 26, Document),
        (FINDINGS, "findings", "officer", {}, 5, Finding),
    ],
)
def test_the_same_on_the_page(
    browse: Any, cast: Cast, path: Path, kind: str, who: str, columns: Any, count: int, model: Any
) -> None:
    before = db.session.scalar(select(func.count(model.id)))
    browser = browse(getattr(cast, who))
    for created in (count, 0):
        form = browser.get("/imports/new")
        chosen = form.submit(kind=kind, files=(BytesIO(path.read_bytes()), path.name))
        preview = chosen.submit(**columns)
        assert preview.has(f"Will be created {created} Same {count - created}")
        if created:
            assert preview.submit().has(f"{count} created")
        else:
            assert preview.has("There is nothing to import")
        assert db.session.scalar(select(func.count(model.id))) == before + count
