"""Making a pack: the same bytes each time, for the past as for now, with nothing half-written."""

import os
import resource
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from openxml_audit import OpenXmlValidator
from sqlalchemy import event, select

from qms.audits import operations as audits
from qms.audits.models import Answer, TeamRole
from qms.audits.operations import Seat
from qms.audits.operations.fieldwork import Change, ChangeKind, Outcome, take_changes
from qms.audits.operations.reporting import Conclusions
from qms.certificates.settings import RECERTIFICATION_LEAD
from qms.core import clock, journal
from qms.core.db import AccessClass, db
from qms.core.errors import OutOfTurn
from qms.core.files import StoredFile
from qms.documents.models import Document
from qms.documents.operations import approve_revision, check_revision, submit_revision
from qms.evidence import operations as evidences
from qms.evidence.models import Evidence
from qms.findings import operations as findings
from qms.findings.models import Finding, FindingClause, FindingState, Grade, Source
from qms.packs import making
from qms.packs.about import About, about_pack
from qms.packs.making import Waiting, hash_of
from qms.packs.models import Pack
from qms.packs.past import as_known_at
from qms.standards.queries import clause_by_key, edition_by_key
from qms.standards.settings import change_figure
from tests.audits.makers import ANTI_BRIBERY, QUALITY, TEXTS, integrated, make_audit
from tests.cast import SINCE, SYSTEM, Cast
from tests.documents.makers import make_draft
from tests.factories import make_evidence, make_file, make_finding
from tests.packs.conftest import Packs, Sample
from tests.packs.generated import FROM, Generator, Numbers
from tests.packs.opened import Opened, rows_below


def test_the_same_pack_is_the_same_bytes(few: Cast, packs: Packs, travel: Any) -> None:
    about = packs.about(few.officer)
    first = packs.made(about, "first.zip")
    travel(clock.now() + timedelta(days=40))
    second = packs.made(about, "second.zip")
    assert first == second
    assert hash_of(packs.folder / "first.zip") == first.sha256


def test_however_few_lines_are_held_at_once_the_pack_is_the_same(sample: Sample) -> None:
    assert sample.again == sample.made


def test_plain_sha256sum_checks_the_unpacked_files(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    with ZipFile(sample.path) as archive:
        archive.extractall(folder)
    command = ["sha256sum", "-c", "--quiet", "--strict", "SHA256SUMS.txt"]
    assert subprocess.run(command, cwd=folder, check=False).returncode == 0
    (folder / "README.txt").write_text("lain")
    result = subprocess.run(command, cwd=folder, check=False, capture_output=True)
    assert result.returncode == 1 and b"README.txt" in result.stdout


def test_a_pack_shows_what_was_known_then(few: Cast, packs: Packs, travel: Any) -> None:
    """After a figure alone was changed, and after everything was, the pack of before is still the
    same, rebuilt from the journal."""
    about = packs.about(few.officer)
    before = packs.made(about, "before.zip")
    travel(clock.now() + timedelta(minutes=5))
    change_figure(
        RECERTIFICATION_LEAD, 24, from_on=FROM, source="Keputusan bupati", by=few.coordinator
    )
    db.session.commit()
    assert packs.made(about, "again.zip") == before
    change_everything(few)
    assert packs.made(about_pack(pack_of(about), few.officer), "again.zip") == before
    now = packs.about(few.officer)
    assert packs.made(now, "now.zip").sha256 != before.sha256
    assert now.district_name == "Kabupaten Baru"
    old, new = (Opened(packs.folder / name) for name in ("before.zip", "now.zip"))
    for sheet, title, text in (
        ("Findings", "Deviation", "Lain sama sekali"),
        ("Evidence", "Evidence", "Bukti yang baru"),
    ):
        assert text in new.column(sheet, title) and text not in old.column(sheet, title)
    by = [opened.column("Certificates", "By the day") for opened in (old, new)]
    assert by[0] and by[0] != by[1]


def test_what_is_restricted_now_is_restricted_in_the_past_too(
    few: Cast, packs: Packs, travel: Any
) -> None:
    """Else whoever may export would read it by asking what was known yesterday."""
    finding = make_finding(few, "Uang pelicin di loket 3.")
    evidence = make_evidence(few, "Rekaman loket 3")
    db.session.commit()
    before = {"known_at": clock.now()}
    travel(clock.now() + timedelta(days=1))
    asked = packs.about(few.consultant, **before)
    packs.made(asked, "open.zip")
    finding.access = AccessClass.RESTRICTED
    journal.write("restrict", finding, by=few.officer)
    evidences.restrict_evidence(evidence, by=few.officer)
    db.session.commit()
    travel(clock.now() + timedelta(days=1))
    again = packs.about(few.consultant, **before)
    packs.made(again, "closed.zip")
    told = [
        ("Uang pelicin di loket 3." in opened.column("Findings", "Deviation"),
         "Rekaman loket 3" in opened.column("Evidence", "Evidence"))
        for opened in (Opened(packs.folder / name) for name in ("open.zip", "closed.zip"))
    ]  # fmt: skip
    assert told == [(True, True), (False, False)]


def pack_of(about: About) -> Pack:
    return db.session.scalars(select(Pack).where(Pack.uid == about.uid)).one()


def change_everything(cast: Cast) -> None:
    """Edit, close, re-cite, add, rename, the district and who asked too: records, parts and
    removed parts."""
    found = db.session.scalars(select(Finding).order_by(Finding.id)).all()
    for finding in found:
        finding.deviation = "Lain sama sekali"
        finding.access = AccessClass.ORDINARY
        finding.clauses.clear()
        if finding.state is FindingState.RAISED:
            finding.state, finding.is_open = FindingState.CLOSED, False
            finding.closed_on = cast.district.today
    journal.write("edit", found[0], by=SYSTEM)
    for document in db.session.scalars(select(Document)):
        document.title = "Judul lain"
        journal.write("edit", document, by=SYSTEM)
    piece = db.session.scalars(select(Evidence).where(Evidence.withdrawn_on.is_(None))).first()
    assert piece is not None
    evidences.add_version(piece, [make_file("baru.txt", b"baru\n")], note=None, by=cast.officer)
    make_evidence(cast, "Bukti yang baru")
    cast.disnaker.names[0].name = "Dinas Lain"
    journal.write("rename", cast.disnaker, by=SYSTEM)
    cast.owner.name, cast.officer.name = "Orang Lain", "Nama Baru"
    cast.district.name = "Kabupaten Baru"
    for changed in (cast.owner, cast.officer, cast.district):
        journal.write("edit", changed, by=SYSTEM)
    db.session.commit()
    assert not db.session.scalars(select(FindingClause)).all()


def test_rows_rebuilt_from_the_journal_equal_those_of_the_database(
    few: Cast, tmp_path: Path, travel: Any
) -> None:
    moment = clock.now()
    tables = [table for table in db.metadata.sorted_tables if "district_id" in table.c
              and table.name not in ("counter", "job", "account_session")]  # fmt: skip
    live = {table.name: rows_in(db.session, table) for table in tables}
    db.session.rollback()
    travel(moment + timedelta(minutes=1))
    few.owner.name = "Orang Lain"
    journal.write("edit", few.owner, by=SYSTEM)
    db.session.commit()
    with as_known_at(moment, few.district.id, tmp_path) as (_now, known):
        past = {table.name: rows_in(known, table) for table in tables}
    for name, rows in live.items():
        mine = [row for row in rows if row["district_id"] == few.district.id]
        assert past[name] == mine, name
    assert sum(map(len, live.values())) > 100


def rows_in(session: Any, table: Any) -> list[dict[str, Any]]:
    rows = [dict(row._mapping) for row in session.execute(select(table))]
    return sorted(rows, key=lambda row: [str(row[column.key]) for column in table.primary_key])


def test_as_of_an_earlier_day_later_closings_have_not_happened(
    few: Cast, packs: Packs, today: Any
) -> None:
    finding = findings.raise_finding(
        few.disnaker.id,
        source=Source.PROCESS,
        found_on=today - timedelta(days=20),
        grade=Grade.STRENGTH,
        deviation="Loket ramah",
        requirement="Pelayanan ramah",
        seen="Survei",
        by=few.auditor,
    )
    findings.acknowledge_finding(finding, by=few.officer)
    db.session.commit()
    number = finding.number

    def told(**given: Any) -> tuple[str, Any]:
        path = packs.make(packs.about(few.officer, **given))
        rows = {row["Number"]: row for row in Opened(path).sheet("Findings")}
        return rows[number]["State"], rows[number]["Closed on"]

    state, closed = told()
    assert (state, closed) == ("Closed", today)
    assert told(as_of=today - timedelta(days=1)) == ("Raised", None)


def test_restricted_records_are_in_only_if_asked_for(
    cast: Cast, packs: Packs, today: Any, only_sqlite: None
) -> None:
    """The pack says how many its maker left out; of what they may not see it says nothing."""
    make_evidence(cast, "Biasa")
    for name in ("Rahasia satu", "Rahasia dua"):
        make_evidence(cast, name, access=AccessClass.RESTRICTED)
    make_finding(cast, "Rahasia tiga", access=AccessClass.RESTRICTED, by=cast.officer)
    db.session.commit()

    def pack(by: Any, **given: Any) -> tuple[Any, str, list[str], list[str]]:
        opened = Opened(packs.make(packs.about(by, **given), f"{by.name}-{len(given)}.zip"))
        names, gaps = opened.column("Evidence", "Evidence"), opened.column("Known gaps", "What")
        return opened.manifest["restricted_left_out"], opened.words, names, gaps

    counts, report, names, gaps = pack(cast.officer)
    assert counts == {"evidence": 2, "finding": 1} and names == ["Biasa"]
    assert "3 restricted records are not in this pack." in report and "Rahasia" not in report
    assert "Left out of this pack" in report and "Officer, who made this pack" in report
    assert gaps[:2] == ["Evidence: 2", "Findings: 1"]
    counts, report, names, gaps = pack(cast.officer, include_restricted=True)
    assert counts == {} and len(names) == 3 and "Rahasia tiga" in report
    assert "3 restricted records are in this pack." in report and "Left out" not in report
    for given in ({}, {"include_restricted": True}):
        counts, report, names, gaps = pack(cast.consultant, **given)
        assert counts == {} and names == ["Biasa"]
        assert "Ordinary records only." in report and "Left out" not in report
        assert not any(gap.startswith("Evidence:") for gap in gaps)


def test_as_of_an_earlier_day_later_drafts_and_approvals_have_not_happened(
    cast: Cast, packs: Packs, travel: Any, only_sqlite: None
) -> None:
    begun = clock.now() + timedelta(hours=1)
    travel(begun)
    document = make_draft(cast, "Lama")
    db.session.commit()
    travel(begun + timedelta(days=3))
    submit_revision(document.last, by=cast.owner)
    check_revision(document.last, by=cast.officer)
    approve_revision(document.last, by=cast.head)
    make_draft(cast, "Baru")
    db.session.commit()

    def told(day: date) -> dict[str, Any]:
        path = packs.make(
            packs.about(cast.officer, as_of=day, from_on=day - timedelta(days=9), to_on=day)
        )
        titles = ("State", "Approved on", "In force from", "Checked by")
        rows = Opened(path).sheet("Documents")
        return {row["Title"]: tuple(row[title] for title in titles) for row in rows}

    first, later = (clock.day_of(begun + timedelta(days=n), "Asia/Jakarta") for n in (1, 3))
    assert told(first) == {"Lama": ("Draft", None, None, None)}
    state, approved_on, in_force_from, checked = told(later)["Lama"]
    assert (state, approved_on, in_force_from) == ("In force", later, later)
    assert checked and told(later)["Baru"] == ("Draft", None, None, None)


def test_evidence_of_a_finding_stands_at_its_clauses_and_fills_no_gap(
    cast: Cast, packs: Packs, only_sqlite: None
) -> None:
    at = clause_by_key("iso9001-2015:7.2").id
    make_finding(cast, evidence=[make_evidence(cast, "Foto loket")], clause_ids=[at])
    db.session.commit()
    opened = Opened(packs.make(packs.about(cast.coordinator)))
    here = [row for row in opened.sheet("By clause") if row["Clause"] == "7.2"]
    assert any({"Evidence", "Foto loket"} <= set(row.values()) for row in here)
    part = next(part for name, part in opened.chapters.items() if "/7.2 " in name)
    assert [row[0] for row in rows_below(part, "Evidence")] == ["Foto loket"]
    missing = {row["Clause"] for row in opened.sheet("Known gaps") if "document" in row["Gap"]}
    assert "7.2" in missing, "what shows a fault proves nothing of what is asked for"


def test_gaps_call_clauses_so_that_they_can_be_told_apart(sample: Sample) -> None:
    rows = [row for row in Opened(sample.path).sheet("Known gaps") if row["Clause"]]
    empty = [(row["Standard"], row["What"]) for row in rows if row["Gap"] == "Nothing recorded"]
    assert empty and len(set(empty)) == len(empty)
    part = Opened(sample.path).chapters["Known gaps/Clauses with nothing recorded"]
    assert sorted((row[0], row[2]) for row in rows_below(part)) == sorted(empty)
    assert "General" not in {what for _standard, what in empty}


def test_a_pack_says_what_was_overruled(cast: Cast, packs: Packs, only_sqlite: None) -> None:
    audits.record_competence(
        cast.auditor,
        standard="iso9001",
        training="Pelatihan auditor",
        achieved_on=SINCE,
        valid_until=SINCE,
        by=cast.lead_auditor,
    )
    audits.set_team(
        make_audit(cast), [Seat(cast.auditor, TeamRole.LEAD, "Satu-satunya")], by=cast.coordinator
    )
    db.session.commit()
    opened = Opened(packs.make(packs.about(cast.coordinator)))
    told = (
        "Overruled by Coordinator, who wrote: Satu-satunya. What was overruled: "
        "their competence for ISO 9001 ends before."
    )
    assert opened.column("Audits", "Overruled") == [f"Auditor: {told}"]
    assert told in opened.words and "Independence" not in opened.words


def test_a_pack_tells_a_report_as_far_as_it_is_about_its_standards(
    cast: Cast, packs: Packs, only_sqlite: None
) -> None:
    audit, both, one = integrated(cast)
    audits.answer_line(both, Answer.CONFORM, by=cast.auditor)
    audits.answer_line(one, Answer.MINOR, seen="Survei tertunda", by=cast.auditor)
    secret = make_finding(cast, "Rahasia", by=cast.officer, access=AccessClass.RESTRICTED)
    audits.link_finding(audit, secret, line=one, by=cast.lead_auditor)
    said = {"stance": "disagrees", "spoken_by": "Agus", "note": "Rekap sudah ada"}
    change = Change(uuid4(), ChangeKind.STANCE, f"line:{one.uid}", 0, {}, said, clock.now())
    assert take_changes(audit, [change], by=cast.auditor)[0].outcome is Outcome.TAKEN
    texts = {**TEXTS, "summary": "- ISO 9001:2015: satu minor\n- ISO 37001:2016: tertib"}
    apart = {edition_by_key(ANTI_BRIBERY).id: Conclusions(conformity="SMAP memenuhi.")}
    report = audits.write_report(audit, texts, apart=apart, by=cast.lead_auditor)
    audits.submit_report(report, by=cast.lead_auditor)
    db.session.commit()
    whole = Opened(packs.make(packs.about(cast.coordinator, editions=[QUALITY, ANTI_BRIBERY])))
    for words in ("Conclusion on conformity: ISO 37001:2016", "SMAP memenuhi.", "satu minor"):
        assert words in whole.words, words
    (told,) = whole.column("Audits", "Conclusion on conformity")
    assert told.endswith("Conclusion on conformity: ISO 37001:2016: SMAP memenuhi.")
    # What was said to a finding that is left out is left out with it.
    assert "Rekap sudah ada" not in whole.words
    quality = Opened(packs.make(packs.about(cast.coordinator, editions=[QUALITY])))
    assert "satu minor" in quality.words
    assert "SMAP memenuhi." not in quality.words and "tertib" not in quality.words


def test_several_units_and_one_standard(few: Cast, packs: Packs) -> None:
    opened = Opened(
        packs.make(
            packs.about(few.coordinator, units=[few.disnaker.id, few.insp.id],
                        editions=["iso37001-2016"])
        )
    )  # fmt: skip
    manifest = opened.manifest
    assert [unit["code"] for unit in manifest["units"]] == ["DISNAKER", "INSP"]
    assert [one["key"] for one in manifest["editions"]] == ["iso37001-2016"]
    folders = {name.split("/")[1] for name in opened.parts if name.startswith("Evidence/")}
    assert folders and not any(folder.startswith("ISO") for folder in folders)
    assert set(opened.column("Clause matrix", "Standard")) == {"ISO 37001:2016"}


def test_an_empty_unit_has_a_whole_pack_too(
    cast: Cast, packs: Packs, today: Any, tmp_path: Path
) -> None:
    path = packs.make(packs.about(cast.coordinator, units=[cast.insp.id], language="id"))
    with ZipFile(path) as archive:
        assert len(archive.namelist()) == 6  # report, workbook, README, sums, manifest, signature
    check_validity(path, tmp_path)


def test_word_and_excel_are_valid(sample: Sample, tmp_path: Path) -> None:
    check_validity(sample.path, tmp_path)


def check_validity(path: Path, folder: Path) -> None:
    """Word and Excel by the rules of their format. Warnings are advice: streamed sheets hold
    their text in the cells, as Excel allows."""
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".docx", ".xlsx"))]
        ours = [name for name in names if "/" not in name]
        for name in ours:
            archive.extract(name, folder)
    assert len(ours) == 2
    for name in ours:
        errors = OpenXmlValidator().validate(folder / name).errors
        assert [str(one) for one in errors if "WARN" not in str(one.severity).upper()] == []


def test_a_file_that_serves_several_clauses_lies_once_under_the_first(
    cast: Cast, packs: Packs, today: Any
) -> None:
    make_evidence(
        cast,
        "Notulen",
        clause_ids=[
            clause_by_key("iso37001-2016:9.2.1").id,
            clause_by_key("iso9001-2015:9.3.2").id,
        ],
    )
    db.session.commit()
    opened = Opened(packs.make(packs.about(cast.officer)))
    found = [name for name in opened.parts if name.startswith("Evidence/")]
    assert found == ["Evidence/ISO 9001-2015/9.3.2 Management review inputs/001 Notulen.txt"]
    assert opened.column("By clause", "Clause") == ["9.3.2", "9.2.1"]
    links = opened.column("By clause", "File")
    assert links == ["001 Notulen.txt"] * 2


def test_a_lost_file_is_a_known_gap_and_a_damaged_one_stops_the_pack(
    cast: Cast, packs: Packs, today: Any
) -> None:
    make_evidence(cast, "Hilang")
    make_evidence(cast, "Rusak")
    db.session.commit()
    paths = {one.sha256: one.path for one in db.session.scalars(select(StoredFile))}
    names = {
        path.read_bytes(): path for path in paths.values()
    }  # fmt: skip
    names[b"Isi Hilang\n"].unlink()
    about = packs.about(cast.officer)
    opened = Opened(packs.make(about))
    assert "foto.txt" in opened.column("Known gaps", "What")
    assert [name for name in opened.parts if "Hilang" in name] == []
    names[b"Isi Rusak\n"].write_bytes(b"Isi rusak\n")
    with pytest.raises(OutOfTurn, match=r"foto\.txt"):
        packs.make(about, "damaged.zip")
    assert not (packs.folder / "damaged.zip").exists()
    assert list(packs.folder.glob("making-*")) == []


def test_a_full_disk_ends_the_pack_in_words_and_leaves_no_half(
    cast: Cast, packs: Packs, only_sqlite: None
) -> None:
    about = packs.about(cast.officer)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))
    try:
        with pytest.raises(OutOfTurn, match="no room left"):
            packs.made(about)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (packs.folder / "pack.zip").exists()
    assert list(packs.folder.glob("making-*")) == []


def test_compressed_files_are_stored_and_others_deflated(sample: Sample) -> None:
    with ZipFile(sample.path) as archive:
        kinds = {info.filename: info.compress_type for info in archive.infolist()}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert kinds["Workbook.xlsx"] == kinds["Evidence-report.docx"] == ZIP_STORED
    assert {kind for name, kind in kinds.items() if name.endswith((".txt", ".md"))} == {
        ZIP_DEFLATED
    }


def test_lines_are_read_by_the_page_and_not_one_by_one(
    few: Cast, packs: Packs, many_more: Any, only_sqlite: None
) -> None:
    """240 more records with their links take some pages more, far from a query each."""
    counted = queries_of(packs, few)
    many_more()
    assert queries_of(packs, few) <= counted + 60


@pytest.fixture
def many_more(few: Cast, today: Any) -> Any:
    def fill() -> None:
        generator = Generator(few, today, seed=2)
        generator.fill(few.blk, Numbers(60, 60, 60, 60))
        db.session.commit()

    return fill


def queries_of(packs: Packs, cast: Cast) -> int:
    statements: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    about = packs.about(cast.officer)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        packs.make(about)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_progress_rises_and_says_what_is_done(sample: Sample) -> None:
    percents = [percent for percent, _ in sample.told]
    assert percents == sorted(percents) and percents[-1] == 99 and len(sample.told) <= 110
    assert len({step for _, step in sample.told}) == 7


def test_a_stretch_of_nothing_is_no_fault() -> None:
    told: list[int] = []
    waiting = Waiting(lambda percent, step: told.append(percent))
    waiting.begin(10, 20, 0, "x")
    waiting.tick(5)
    waiting.tick(5)
    assert told == [10, 20]


def test_what_a_killed_worker_left_is_cleared_away(tmp_path: Path) -> None:
    old, fresh = tmp_path / "making-old", tmp_path / "making-fresh"
    old.mkdir()
    fresh.mkdir()
    os.utime(old, (0, 0))
    making.clear_away(tmp_path)
    assert not old.exists() and fresh.exists()
