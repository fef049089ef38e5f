"""Documents from a master list: words, dates, revisions, corrections, what goes on here."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Refused
from qms.documents import operations
from qms.documents.models import Classification, Document, DocumentType, Phase
from qms.imports.preview import Outcome, Preview
from qms.imports.words import DOCUMENT_TYPES, STANDINGS, Standing, document_type
from qms.people import operations as people
from qms.people.models import Position
from tests.cast import Cast
from tests.documents.makers import make_draft

Look, Bring = Callable[..., Preview], Callable[..., Any]
H = [
    "No. Dokumen", "Judul", "Jenis", "Pemilik", "No. Revisi", "Tanggal Berlaku",
    "Tinjauan berikutnya", "Status", "Klasifikasi", "Klausul", "Lokasi Simpan",
]  # fmt: skip
ROW = [
    "SOP-01", "Pelatihan", "SOP", "Kasi Pelatihan", "01", "12 Januari 2026", "12/1/2027", "Berlaku",
    "Internal", "9001: 7.2, 8.5.1", "Lemari A",
]  # fmt: skip


def row(**new: str) -> list[str]:
    """The row with other cells, by heading without blanks."""
    return [new.get(heading.replace(". ", "_").replace(" ", "_"), cell)
            for heading, cell in zip(H, ROW, strict=True)]  # fmt: skip


def only() -> Document:
    found = db.session.scalars(select(Document)).all()
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("word", "type"),
    [
        ("Policy", DocumentType.POLICY),
        ("Kebijakan", DocumentType.POLICY),
        ("Prosedur (SOP)", DocumentType.PROCEDURE),
        ("Prosedur Mutu", DocumentType.PROCEDURE),
        ("IK", DocumentType.INSTRUCTION),
        ("Instruksi Kerja", DocumentType.INSTRUCTION),
        ("Formulir", DocumentType.FORM),
        ("Record", DocumentType.RECORD),
        ("Surat Keputusan", DocumentType.DECREE),
        ("PM", DocumentType.MANUAL),
        ("Dokumen eksternal", DocumentType.EXTERNAL),
    ],
)
def test_type_words(word: str, type: DocumentType) -> None:
    assert document_type(word) is type


def test_every_type_and_standing_has_words() -> None:
    assert set(DOCUMENT_TYPES.values()) == set(DocumentType)
    assert set(STANDINGS.values()) == set(Standing)


def test_a_document_comes_in_whole(bring: Bring, cast: Cast, catalogue: Any) -> None:
    assert bring("documents", [H, ROW])["imported"]
    found = only()
    assert (found.external_number, found.title) == ("SOP-01", "Pelatihan")
    assert found.number.startswith("SOP-DISNAKER-") and found.is_imported
    assert found.type is DocumentType.PROCEDURE
    assert found.owner_name == "Kasi Pelatihan" and found.owner_position is not None
    assert found.owner_position.unit_id == cast.disnaker.id
    assert found.last.label == "01" and found.last.effective_from == date(2026, 1, 12)
    assert found.review_on == date(2027, 1, 12)
    assert found.phase(cast.district.today) is Phase.EFFECTIVE
    assert {link.clause_id for link in found.clauses} == {
        catalogue("iso9001-2015", "7.2").id,
        catalogue("iso9001-2015", "8.5.1").id,
    }
    assert found.imported_extra == {"Lokasi Simpan": "Lemari A"}
    assert {told.by for told in journal.history(found)} == {"Officer"}


def test_the_owner_may_be_a_person(bring: Bring, cast: Cast) -> None:
    bring("documents", [H, row(Pemilik="staff")])
    assert only().owner_person_id == cast.staff.id and only().owner_position_id is None
    assert bring("documents", [H, row(Pemilik="Staff")])["counts"]["same"] == 1


def test_a_position_is_found_whatever_its_case(bring: Bring, cast: Cast) -> None:
    position = people.add_position(cast.disnaker, "Kasi Pelatihan", by=cast.administrator)
    db.session.commit()
    bring("documents", [H, row(Pemilik="KASI PELATIHAN"), row(No_Dokumen="SOP-02")])
    owners = set(db.session.scalars(select(Document.owner_position_id)))
    assert owners == {position.id}
    assert len(db.session.scalars(select(Position)).all()) == 1


def test_words_for_what_is_no_date_are_kept(bring: Bring) -> None:
    first = row(Tinjauan_berikutnya="Continuous")
    told = bring("documents", [H, first])
    (warning,) = told["rows"][0]["warnings"]
    assert (warning["column"], warning["value"]) == ("Tinjauan berikutnya", "Continuous")
    assert only().review_on is None
    extra = only().imported_extra
    assert extra == {"Tinjauan berikutnya": "Continuous", "Lokasi Simpan": "Lemari A"}
    assert bring("documents", [H, first])["counts"]["same"] == 1
    bring("documents", [H, ROW])  # the file says a date now: the text goes
    assert only().review_on == date(2027, 1, 12)
    assert only().imported_extra == {"Lokasi Simpan": "Lemari A"}
    assert bring("documents", [H, ROW])["counts"]["same"] == 1


def test_a_list_with_one_date_means_in_force_from_it(bring: Bring) -> None:
    bring("documents", [["No Dokumen", "Judul", "Tgl Terbit"], ["IK-1", "A", "3 Maret 2025"]])
    assert only().last.effective_from == only().last.approved_on == date(2025, 3, 3)
    assert only().type is DocumentType.INSTRUCTION


def test_without_status_and_date_it_is_a_draft(bring: Bring, cast: Cast) -> None:
    told = bring("documents", [["No Dokumen", "Judul"], ["X-1", "A"]])
    assert told["rows"][0]["warnings"][0]["column"] == "Status"
    assert only().phase(cast.district.today) is Phase.DRAFT
    assert only().classification is Classification.INTERNAL


def test_what_the_list_does_not_say_is_told_before_and_flagged_after(
    look: Look, bring: Bring, browse: Any, cast: Cast, catalogue: Any
) -> None:
    rows = [["Nomor Dokumen", "Judul", "Tanggal Berlaku"], ["D-01", "Tata naskah", "12/1/2026"]]
    (told,) = look("documents", rows).rows
    assert {one.column: one.reason for one in told.warnings} == {
        "Status": "No status: taken as “In force”.",
        "Type": "No type: taken as “Other document”.",
        "Classification": "No classification: taken as “Internal”.",
    }
    bring("documents", rows)
    page = browse(cast.officer).get(f"/documents/{only().uid}")
    assert page.has(
        "Imported; its record does not say: Type, Owner, Clauses, Next review, Approved by, "
        "Approved on."
    )
    page.follow("Edit facts").submit(
        owner=f"person:{cast.owner.uid}",
        clause_ids=[str(catalogue("iso9001-2015", "7.5").id)],
        review_on="2027-01-12",
    )
    page = browse(cast.officer).get(f"/documents/{only().uid}")
    assert page.has("Imported; its record does not say: Type, Approved by, Approved on.")


def test_withdrawn_documents_come_in_withdrawn(bring: Bring, cast: Cast) -> None:
    rows = [H, row(Status="Dicabut")]
    bring("documents", rows)
    assert only().phase(cast.district.today) is Phase.WITHDRAWN
    assert bring("documents", rows)["counts"]["same"] == 1


def test_clauses_that_are_not_clear_are_kept(bring: Bring, catalogue: Any) -> None:
    told = bring("documents", [H, row(Klausul="7.5; 37001 8.9; 99.9")])
    assert "7.5, 99.9" in told["rows"][0]["warnings"][0]["reason"]
    assert [link.clause_id for link in only().clauses] == [catalogue("iso37001-2016", "8.9").id]
    assert (only().imported_extra or {})["Klausul"] == "7.5; 37001 8.9; 99.9"


@pytest.mark.parametrize(
    ("new", "column"),
    [
        ({"Status": "Hampir"}, "Status"),
        ({"Klasifikasi": "Rahasia sekali"}, "Klasifikasi"),
        ({"Tanggal_Berlaku": ""}, "Tanggal Berlaku"),
        ({"Judul": ""}, "Judul"),
        ({"No_Dokumen": ""}, "No. Dokumen"),
        ({"Judul": "#REF!"}, "Judul"),
    ],
)
def test_refused(look: Look, bring: Bring, new: dict[str, str], column: str) -> None:
    rows = [H, ROW, row(**{"No_Dokumen": "SOP-02", **new})]
    found = look("documents", rows)
    (plan,) = found.of(Outcome.REFUSED)
    assert plan.row == 3 and plan.refusals[0].column == column
    told = bring("documents", rows, code=1)  # all or nothing
    assert not told["imported"] and db.session.scalar(select(Document.id)) is None


def test_an_unknown_word_is_told_the_known_ones(look: Look) -> None:
    (plan,) = look("documents", [H, row(Status="Hampir")]).rows
    assert "berlaku, published" in plan.refusals[0].reason


def test_rows_below_the_table_are_left_out(look: Look) -> None:
    below = [[], [""] * 10 + ["Disahkan di Salak"], ["", "Salak, 12 Januari 2026"]]
    found = look("documents", [H, ROW, *below])
    assert len(found.rows) == 1 and any("rows 4, 5." in note for note in found.notes)
    refused = look("documents", [H, ["", "Judul tanpa nomor"], ROW]).of(Outcome.REFUSED)
    assert [plan.row for plan in refused] == [2]


def test_a_new_revision_follows_the_one_before(bring: Bring, cast: Cast) -> None:
    bring("documents", [H, ROW])
    told = bring("documents", [H, row(No_Revisi="02", Tanggal_Berlaku="1 Mei 2026")])
    assert {one["field"] for one in told["rows"][0]["changes"]} == {"revision", "effective_from"}
    found = only()
    assert [one.shown_number for one in found.revisions] == ["01", "02"]
    assert found.revisions[0].effective_until == date(2026, 5, 1)
    in_force = found.in_force(cast.district.today)
    assert in_force is not None and in_force.label == "02"


def test_a_revision_that_begins_before_the_last_is_refused(look: Look, bring: Bring) -> None:
    bring("documents", [H, ROW])
    found = look("documents", [H, row(No_Revisi="02", Tanggal_Berlaku="1/1/2026")])
    assert found.of(Outcome.REFUSED)
    found = look("documents", [H, row(No_Revisi="02", Tanggal_Berlaku="")])
    assert found.of(Outcome.REFUSED)


def test_a_revision_that_is_moved_before_the_last_is_refused(look: Look, bring: Bring) -> None:
    bring("documents", [H, row()])
    later = row(No_Revisi="02", Tanggal_Berlaku="1 Maret 2026")
    bring("documents", [H, later])
    moved = row(No_Revisi="02", Tanggal_Berlaku="1 Desember 2025")
    found = look("documents", [H, moved])
    assert [one.reason for one in found.rows[0].refusals] == [
        "This revision begins before the one that is recorded already."
    ]
    bring("documents", [H, row(No_Revisi="02", Tanggal_Berlaku="1 April 2026")])
    assert [one.effective_until for one in only().revisions] == [date(2026, 4, 1), None]


def test_a_draft_comes_into_force_by_a_corrected_file(bring: Bring, cast: Cast) -> None:
    bring("documents", [H, row(Status="Draf", Tanggal_Berlaku="")])
    assert only().phase(cast.district.today) is Phase.DRAFT
    bring("documents", [H, ROW])
    assert only().phase(cast.district.today) is Phase.EFFECTIVE
    assert len(only().revisions) == 1
    assert bring("documents", [H, row(Status="Draf")], code=1)["counts"]["refused"] == 1


def test_what_goes_on_here_is_not_changed_by_a_file(look: Look, bring: Bring, cast: Cast) -> None:
    bring("documents", [H, ROW])
    operations.withdraw_document(only(), reason="diganti", by=cast.officer)
    db.session.commit()
    assert look("documents", [H, ROW]).of(Outcome.SAME)
    assert look("documents", [H, row(Judul="Lain")]).of(Outcome.REFUSED)


def test_what_people_changed_here_stays_unless_the_file_says_something_new(
    look: Look, bring: Bring, cast: Cast
) -> None:
    bring("documents", [H, ROW])
    only().title = "Pelatihan kerja"
    journal.write("edit", only(), by=cast.officer)
    db.session.commit()
    assert bring("documents", [H, ROW])["counts"]["same"] == 1
    assert only().title == "Pelatihan kerja"
    (plan,) = look("documents", [H, row(Judul="Pelatihan dasar")]).rows
    assert [(one.before, one.after) for one in plan.changes] == [
        ("Pelatihan kerja", "Pelatihan dasar")
    ]
    assert "changed here" in plan.warnings[0].reason


def test_empty_cells_change_nothing(look: Look, bring: Bring) -> None:
    bring("documents", [H, ROW])
    emptied = [H, [ROW[0], ROW[1], *[""] * 9]]
    assert look("documents", emptied).of(Outcome.SAME)


def test_the_same_number_in_another_unit_is_another_document(
    qms: Callable[..., Any], sheet: Callable[..., Any], cast: Cast
) -> None:
    file = sheet([H, ROW])
    for unit, by in (("DISNAKER", "officer"), ("DINKES", "other_officer"), ("BLK", "officer")):
        assert qms("documents", file, "--unit", unit, by=by)["counts"]["create"] == 1
    assert len(db.session.scalars(select(Document)).all()) == 3


def test_restricted_documents_stay_hidden(look: Look, bring: Bring, cast: Cast) -> None:
    bring("documents", [H, ROW])
    only().access = AccessClass.RESTRICTED
    journal.write("restrict", only(), by=cast.officer)
    db.session.commit()
    found = look("documents", [H, row(Judul="Tebakan")], by=cast.consultant)
    (plan,) = found.rows
    assert plan.outcome is Outcome.REFUSED and not plan.changes
    assert "Pelatihan" not in str(found.as_json()).replace("Kasi Pelatihan", "")


def test_who_may(look: Look, cast: Cast) -> None:
    for person in (cast.officer, cast.consultant, cast.coordinator):
        assert look("documents", [H, ROW], by=person).rows
    for name in Cast.ROLES:
        if name not in ("officer", "consultant", "coordinator", "outsider"):
            with pytest.raises(Refused):
                look("documents", [H, ROW], by=getattr(cast, name))


def test_the_preview_shows_the_numbers_that_the_documents_will_get(
    look: Look, bring: Bring, cast: Cast
) -> None:
    make_draft(cast, number="SOP-DISNAKER-002")  # given out by hand: it is passed over
    operations.set_pattern(cast.disnaker.id, DocumentType.FORM, "F{seq3}/{year}", by=cast.officer)
    db.session.commit()
    rows = [
        H,
        ROW,
        row(No_Dokumen="SOP-02"),
        row(No_Dokumen="F-1", Jenis="Formulir", Tanggal_Berlaku="3/3/2024"),
        row(No_Dokumen="F-2", Jenis="Formulir"),
    ]
    shown = {plan.key: plan.number for plan in look("documents", rows).rows}
    assert shown == {
        "SOP-01": "SOP-DISNAKER-001",
        "SOP-02": "SOP-DISNAKER-003",
        "F-1": "F001/2024",
        "F-2": "F001/2026",
    }
    told = bring("documents", rows)
    assert {one["key"]: one["number"] for one in told["rows"]} == shown
    given = db.session.scalars(select(Document).where(Document.is_imported))
    assert {one.external_number: one.number for one in given} == shown
    again = look("documents", [H, row(Judul="Lain"), *rows[2:], row(No_Dokumen="SOP-03")])
    assert {plan.key: plan.number for plan in again.rows} == {
        **shown,
        "SOP-03": "SOP-DISNAKER-004",
    }


def test_a_number_that_the_pattern_makes_too_long_is_refused(look: Look, cast: Cast) -> None:
    operations.set_pattern(cast.disnaker.id, None, "{unit}" * 12 + "{seq}", by=cast.officer)
    db.session.commit()
    (plan,) = look("documents", [H, ROW]).of(Outcome.REFUSED)
    assert "Shorten the pattern" in plan.refusals[0].reason
