"""Documents that existed before: as the file says, nothing invented, guards from the next move."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.documents import operations, queries
from qms.documents.models import (
    Classification,
    Document,
    DocumentType,
    Phase,
    RevisionState,
    SignatureRole,
)
from qms.documents.operations import Content, ImportedDocument, Signatories
from qms.people import operations as people
from qms.people.models import Position
from tests.cast import Cast
from tests.documents.makers import again

SAMPLE = Path(__file__).parent.parent / "samples" / "document-control-register.csv"
ROW = ImportedDocument(
    title="Information Security Policy",
    type=DocumentType.POLICY,
    external_number="POL-001",
    classification=Classification.INTERNAL,
    revision_label="2.1",
    is_approved=True,
    effective_from=date(2026, 1, 15),
    review_on=date(2027, 1, 15),
    approved_by="CEO",
    extra={"Distribution": "All employees"},
)


def test_a_row_becomes_a_document_as_the_file_has_it(cast: Cast) -> None:
    owner = people.name_position(cast.disnaker.id, "ISO", by=cast.consultant)
    row = replace(ROW, owner=owner)
    document = operations.record_imported(cast.disnaker.id, row, by=cast.consultant)
    db.session.commit()
    document = again(document)
    revision = document.last
    assert (document.number, document.external_number) == ("KB-DISNAKER-001", "POL-001")
    assert document.is_imported and document.imported_extra == {"Distribution": "All employees"}
    assert document.owner_position is not None and document.owner_position.title == "ISO"
    assert (revision.shown_number, revision.number) == ("2.1", 2)
    assert revision.author_id is None and revision.approved_on is None
    assert [(one.role, one.name, one.person_id) for one in revision.signatures] == [
        (SignatureRole.APPROVED, "CEO", None)
    ]
    assert revision.signatures[0].signed_at is None
    assert document.phase(date(2026, 1, 14)) is Phase.APPROVED
    assert document.phase(date(2026, 1, 15)) is Phase.EFFECTIVE
    assert operations.imported_as(document) == replace(row, language="id")
    assert operations.differences(document, row) == {}


def test_the_register_of_26_comes_in_and_again_changes_nothing(cast: Cast) -> None:
    rows = [
        _read(row, cast)
        for row in csv.DictReader(SAMPLE.read_text(encoding="utf-8-sig").splitlines())
    ]
    assert len(rows) == 26
    for row in rows:
        operations.record_imported(cast.disnaker.id, row, by=cast.consultant)
    db.session.commit()
    for row in rows:
        assert row.external_number is not None
        found = queries.imported_document(cast.consultant, cast.disnaker.id, row.external_number)
        assert found is not None
        assert operations.correct_imported(found, row, by=cast.consultant) == {}
    assert db.session.scalar(select(func.count()).select_from(Document)) == 26
    owners = {
        row["Owner"] for row in csv.DictReader(SAMPLE.read_text(encoding="utf-8-sig").splitlines())
    }
    assert set(db.session.scalars(select(Position.title))) == owners
    day = date(2026, 12, 31)
    assert len(queries.documents_in_force(cast.officer, [cast.disnaker.id], day)) == 26


def _read(row: dict[str, str], cast: Cast) -> ImportedDocument:
    types = {"Policy": DocumentType.POLICY, "Procedure": DocumentType.PROCEDURE}
    return ImportedDocument(
        title=row["Title"],
        type=types.get(row["Type"], DocumentType.RECORD),
        external_number=row["Doc ID"],
        owner=people.name_position(cast.disnaker.id, row["Owner"], by=cast.officer),
        classification=Classification(row["Classification"].lower()),
        revision_label=row["Version"],
        is_approved=row["Status"] in ("Published", "Live"),
        effective_from=date.fromisoformat(row["Effective Date"]),
        approved_by=row["Approver"],
        extra={"Distribution": row["Distribution"]},
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"effective_from": None}, "effective_from"),
        ({"link": "file:///etc/passwd"}, "link"),
    ],
)
def test_what_cannot_be_is_refused_by_field(cast: Cast, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.record_imported(cast.disnaker.id, replace(ROW, **change), by=cast.officer)
    assert field in refused.value.fields


def test_a_files_number_comes_once_to_a_unit(cast: Cast) -> None:
    operations.record_imported(cast.disnaker.id, ROW, by=cast.officer)
    with pytest.raises(Invalid) as refused:
        operations.record_imported(cast.disnaker.id, ROW, by=cast.officer)
    assert "external_number" in refused.value.fields
    other = operations.record_imported(cast.dinkes.id, ROW, by=cast.other_officer)
    assert other.number == "KB-DINKES-001"


@pytest.mark.parametrize("name", ["owner", "head", "guest", "auditor", "other_officer", "outsider"])
def test_only_keepers_import(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        operations.record_imported(cast.disnaker.id, ROW, by=getattr(cast, name))


def test_a_corrected_file_corrects_and_another_label_is_another_revision(
    cast: Cast, catalogue: Any
) -> None:
    document = operations.record_imported(cast.disnaker.id, ROW, by=cast.consultant)
    db.session.commit()
    iso = people.name_position(cast.disnaker.id, "iso", by=cast.consultant)
    clause = catalogue("iso9001-2015", "7.5")
    better = replace(ROW, title="Kebijakan keamanan informasi", owner=iso, clause_ids=[clause.id])
    found = operations.correct_imported(document, better, by=cast.consultant)
    assert set(found) == {"title", "owner", "clause_ids"}
    db.session.commit()
    document = again(document)
    assert document.owner_name == "iso" and document.clause_ids == [clause.id]
    assert operations.correct_imported(document, better, by=cast.consultant) == {}
    newer = replace(better, revision_label="3.0", effective_from=date(2026, 6, 1))
    operations.correct_imported(document, newer, by=cast.consultant)
    db.session.commit()
    document = again(document)
    assert document.title == "Kebijakan keamanan informasi"
    assert [(one.number, one.shown_number) for one in document.revisions] == [
        (2, "2.1"),
        (3, "3.0"),
    ]
    assert document.revisions[0].effective_until == date(2026, 6, 1)
    earlier = replace(newer, revision_label="3.1", effective_from=date(2026, 5, 1))
    with pytest.raises(Invalid):
        operations.correct_imported(document, earlier, by=cast.consultant)


def test_a_draft_of_the_file_is_published_by_the_corrected_file(cast: Cast) -> None:
    draft = replace(ROW, is_approved=False, effective_from=None)
    document = operations.record_imported(cast.disnaker.id, draft, by=cast.officer)
    assert document.last.state is RevisionState.DRAFT
    operations.correct_imported(document, ROW, by=cast.officer)
    db.session.commit()
    assert again(document).last.state is RevisionState.APPROVED
    with pytest.raises(Invalid):
        operations.correct_imported(document, replace(ROW, is_approved=False), by=cast.officer)


def test_where_one_revision_begins_the_one_before_ends(cast: Cast) -> None:
    """However often a corrected file moves that day: never two in force, never none."""
    document = operations.record_imported(cast.disnaker.id, ROW, by=cast.consultant)
    draft = replace(ROW, revision_label="3.0", effective_from=None, is_approved=False)
    operations.correct_imported(document, draft, by=cast.consultant)
    db.session.commit()
    newer = replace(ROW, revision_label="3.0", effective_from=date(2026, 6, 1))
    for day in (date(2026, 6, 1), date(2026, 5, 1), date(2026, 8, 17)):
        moved = replace(newer, effective_from=day)
        operations.correct_imported(again(document), moved, by=cast.consultant)
        db.session.commit()
        first, second = again(document).revisions
        assert first.effective_until == second.effective_from == day
        assert again(document).in_force(day) is second
    too_early = replace(newer, effective_from=date(2026, 1, 14))
    with pytest.raises(Invalid, match="begins before"):
        operations.correct_imported(again(document), too_early, by=cast.consultant)


def test_guards_begin_with_the_next_move(cast: Cast) -> None:
    document = operations.record_imported(
        cast.disnaker.id, replace(ROW, is_approved=False), by=cast.officer
    )
    with pytest.raises(OutOfTurn, match="It is empty"):
        operations.submit_revision(document.last, by=cast.officer)
    operations.edit_revision(
        document.last,
        change_note="Dilengkapi",
        content=Content(body="Isi"),
        signatories=Signatories(approved=cast.head),
        by=cast.officer,
    )
    operations.submit_revision(document.last, by=cast.officer)
    operations.approve_revision(document.last, by=cast.head)
    with pytest.raises(OutOfTurn, match="goes on in this system"):
        operations.correct_imported(document, replace(ROW, title="Lain"), by=cast.officer)


def test_ours_count_on_from_the_files_number(cast: Cast) -> None:
    document = operations.record_imported(cast.disnaker.id, ROW, by=cast.officer)
    revision = operations.new_revision(document, change_note="Ditinjau", by=cast.owner)
    assert revision.shown_number == "03"


def test_the_page_says_that_it_was_imported(browse: Any, cast: Cast) -> None:
    document = operations.record_imported(cast.disnaker.id, ROW, by=cast.officer)
    db.session.commit()
    page = browse(cast.guest).get(f"/documents/{document.uid}")
    assert page.has("Imported") and page.has("POL-001") and page.has("All employees")
    assert page.has("CEO") and page.has("imported the document")
    assert browse(cast.guest).get("/documents/?q=POL-001").has("Information Security Policy")
    assert browse(cast.guest).get("/documents/").has("Policy · Dinas Tenaga Kerja · POL-001")


def test_what_came_in_approved_does_not_look_unsigned(browse: Any, cast: Cast) -> None:
    row = replace(ROW, prepared_by="Bu Sari")
    document = operations.record_imported(cast.disnaker.id, row, by=cast.officer)
    db.session.commit()
    for path in (f"/documents/{document.uid}", f"/documents/{document.uid}/revisions/2"):
        page = browse(cast.officer).get(path)
        block = " ".join(page.soup.select_one(".signature-block").get_text(" ").split())
        assert block == (
            "Prepared by Bu Sari as in the imported file Approved by CEO as in the imported file"
        )
        assert page.has("Signatures from before are not recorded here.")
        assert not page.has("not signed yet") and not page.has("Not named yet")
    assert browse(cast.officer).get(f"/documents/{document.uid}").has("Prepared by Bu Sari")


def test_a_place_that_the_file_leaves_empty_is_not_asked_for(browse: Any, cast: Cast) -> None:
    document = operations.record_imported(cast.disnaker.id, ROW, by=cast.officer)
    db.session.commit()
    page = browse(cast.officer).get(f"/documents/{document.uid}")
    assert page.has("Prepared by not in the imported file") and not page.has("Not named yet")


def test_an_imported_draft_is_signed_here(browse: Any, cast: Cast) -> None:
    draft = replace(ROW, is_approved=False, effective_from=None)
    document = operations.record_imported(cast.disnaker.id, draft, by=cast.officer)
    db.session.commit()
    page = browse(cast.officer).get(f"/documents/{document.uid}")
    assert page.has("Not named yet") and page.has("CEO not signed yet")
    assert not page.has("Signatures from before")


@pytest.mark.parametrize("name", Cast.ROLES)
def test_who_keeps_a_units_system_may_name_its_positions(cast: Cast, name: str) -> None:
    """An owner may be a position: an officer who imports needs no administrator for it. It is a
    name alone; who holds it, and what that person may do, stays with administrators."""
    person = getattr(cast, name)
    if name in {"administrator", "officer", "consultant", "coordinator"}:
        position = people.name_position(cast.disnaker.id, "Kasi Arsip", by=person)
        assert people.name_position(cast.disnaker.id, "KASI ARSIP", by=person) is position
        db.session.commit()
        assert [(told.verb, told.by) for told in journal.history(position)] == [
            ("import_position", person.name)
        ]
    else:
        with pytest.raises(Refused):
            people.name_position(cast.disnaker.id, "Kasi Arsip", by=person)
    if name != "administrator":
        with pytest.raises(Refused):
            people.add_position(cast.disnaker, "Kasi Lain", by=person)
