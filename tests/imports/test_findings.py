"""Findings from a log: words, days, grades, the story of what was done, corrections."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from qms.actions.models import Action, ActionState
from qms.actions.operations import cancel_action, finish_action
from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Refused
from qms.findings import operations as findings
from qms.findings.models import (
    FILED_STATES,
    NO_GRADE,
    Finding,
    FindingState,
    Grade,
    Source,
    StepKind,
)
from qms.imports.preview import Outcome, Preview
from qms.imports.values import member_for
from qms.imports.words import FINDING_STATES, GRADES, source_of
from tests.cast import Cast
from tests.documents.makers import PDF, received

Look, Bring = Callable[..., Preview], Callable[..., Any]
CELLS = {
    "No. LKS": "LKS-07",
    "Sumber": "AMI 2025",
    "Tanggal Temuan": "Senin, 15 Desember 2025",
    "Lokasi": "Loket 2",
    "Kategori": "Minor",
    "Klausul": "7.5.3",
    "Standar": "ISO 9001:2015",
    "Persyaratan": "Arsip lengkap",
    "Bukti objektif": "3 dari 10 map",
    "Uraian": "Map tanpa lembar kendali",
    "Koreksi": "Lembar dilengkapi",
    "Akar penyebab": "Tidak ada petugas",
    "Tindakan korektif": "Tunjuk petugas arsip",
    "PIC": "Kasubbag Umum",
    "Tenggat": "31/1/2026",
    "Status": "Dalam perbaikan",
    "Verifikasi keefektifan": "",
    "Tgl selesai": "",
    "Auditor": "Bu Sari",
}
H = list(CELLS)


def row(**new: str) -> list[str]:
    """The row with other cells, by heading with _ for what is no letter."""
    return [
        new.get(name.replace(". ", "_").replace(" ", "_"), cell) for name, cell in CELLS.items()
    ]


def only() -> Finding:
    found = db.session.scalars(select(Finding)).all()
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        ("Mayor", Grade.MAJOR),
        ("KTS Minor", Grade.MINOR),
        ("Minor (m)", Grade.MINOR),
        ("OFI", Grade.OPPORTUNITY),
        ("Observasi", Grade.OBSERVATION),
        ("O", Grade.OBSERVATION),
        ("OFI/Saran", Grade.OPPORTUNITY),
        ("Temuan positif", Grade.STRENGTH),
    ],
)
def test_grade_words(word: str, grade: Grade) -> None:
    assert member_for(word, GRADES) is grade


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Internal audit 2026-Q1", Source.INTERNAL_AUDIT),
        ("AMI", Source.INTERNAL_AUDIT),
        ("Audit Mutu Internal II", Source.INTERNAL_AUDIT),
        ("External audit 2025", Source.EXTERNAL_AUDIT),
        ("Survailen 1", Source.EXTERNAL_AUDIT),
        ("Pengaduan SP4N", Source.COMPLAINT),
        ("Customer complaint", Source.COMPLAINT),
        ("Management review 2026-Q1", Source.REVIEW),
        ("RTM 2025", Source.REVIEW),
        ("Incident INC-2026-004", Source.INCIDENT),
        ("WBS", Source.OTHER),
    ],
)
def test_source_words(text: str, source: Source) -> None:
    assert source_of(text) is source


def test_every_state_and_grade_has_words() -> None:
    assert set(FINDING_STATES.values()) == set(FILED_STATES)
    assert set(GRADES.values()) == set(Grade)


def test_a_finding_comes_in_with_its_story(bring: Bring, cast: Cast, catalogue: Any) -> None:
    assert bring("findings", [H, row()])["imported"]
    found = only()
    assert found.number == "NC-2025-DISNAKER-001"  # the year is the record's own
    assert found.external_number == "LKS-07" and found.is_imported
    assert (found.source, found.source_note) == (Source.INTERNAL_AUDIT, "AMI 2025")
    assert (found.found_on, found.due_on) == (date(2025, 12, 15), date(2026, 1, 31))
    assert (found.place, found.requirement, found.seen) == (
        "Loket 2",
        "Arsip lengkap",
        "3 dari 10 map",
    )
    assert found.deviation == "Map tanpa lembar kendali"
    assert found.state is FindingState.ANSWERED and found.raised_by_id is None
    clause = catalogue("iso9001-2015", "7.5.3")
    assert [link.clause_id for link in found.clauses] == [clause.id]
    texts = {step.kind: (step.text, step.person_id) for step in found.steps}
    assert texts == {
        StepKind.CORRECTION: ("Lembar dilengkapi", None),
        StepKind.CAUSE: ("Tidak ada petugas", None),
    }
    action = found.actions[0].action
    assert (action.what, action.owner_name) == ("Tunjuk petugas arsip", "Kasubbag Umum")
    assert action.number == "TK-2025-DISNAKER-001" and action.due_on == date(2026, 1, 31)
    assert action.state is ActionState.OPEN and action.is_imported
    assert found.imported_extra == {"Auditor": "Bu Sari"}
    assert bring("findings", [H, row()])["counts"]["same"] == 1


def test_fields_that_the_file_leaves_empty_stay_empty(bring: Bring) -> None:
    bring("findings", [["No. LKS", "Tanggal", "Uraian"], ["1", "2026-02-03", "Arsip"]])
    found = only()
    assert (found.requirement, found.seen, found.due_on, found.place) == (None,) * 4
    assert found.state is FindingState.RAISED and not found.actions and not found.steps
    assert len(found.missing) == 7


def test_a_missing_grade_is_chosen_and_noted(bring: Bring) -> None:
    rows = [H, row(Kategori="")]
    told = bring("findings", rows, "--grade", "observation")
    assert told["rows"][0]["warnings"][0]["column"] == "Kategori"
    assert only().grade is Grade.OBSERVATION
    assert (only().imported_extra or {})[NO_GRADE] == "observation"
    assert "Grade" in map(str, only().missing)
    assert bring("findings", rows)["counts"]["same"] == 1
    bring("findings", [H, row(Kategori="Mayor")])
    assert only().grade is Grade.MAJOR and only().imported_extra == {"Auditor": "Bu Sari"}
    assert [change.after for change in only().grade_changes] == [Grade.MAJOR]
    assert bring("findings", [H, row(Kategori="Mayor")])["counts"]["same"] == 1


def test_a_missing_grade_is_told_in_the_language_of_who_reads(
    bring: Bring, browse: Any, cast: Cast
) -> None:
    bring("findings", [H, row(Kategori="")], "--grade", "observation")
    cast.administrator.language = "id"
    finding = only()
    extra = dict(finding.imported_extra or {})
    finding.imported_extra = {**extra, NO_GRADE: "tidak ada di berkas / not in the file: minor"}
    journal.write("update_imported", finding, by=cast.officer)
    db.session.commit()
    assert (
        browse(cast.officer)
        .get(f"/findings/{finding.uid}")
        .has("Grade in the file none, so taken as: Minor")
    )
    told = browse(cast.administrator).get("/journal")
    assert told.has("Kategori dalam berkas: tidak ada, jadi dianggap: Observasi")
    assert told.has("Kategori dalam berkas: tidak ada, jadi dianggap: Ketidaksesuaian minor")
    assert not told.has("not in the file") and not told.has("Kategori / grade")


def test_a_source_that_the_file_does_not_say_is_flagged_and_a_step_without_day_ends_well(
    bring: Bring, browse: Any, cast: Cast
) -> None:
    heads = ["Nomor Temuan", "Tanggal", "Uraian", "Kategori", "Akar Penyebab"]
    bring("findings", [heads, ["T-1", "3/2/2026", "Map hilang", "Minor", "Tidak ada lemari"]])
    page = browse(cast.officer).get(f"/findings/{only().uid}")
    assert page.has("Imported; its record does not say: Source, Requirement, Evidence seen")
    hints = [one.get_text(" ", strip=True) for one in page.soup.select(".story .hint")]
    assert "imported" in hints and "imported ·" not in hints


@pytest.mark.parametrize(("letter", "grade"), [("M", Grade.MAJOR), ("m", Grade.MINOR)])
def test_a_big_and_a_small_m(bring: Bring, letter: str, grade: Grade) -> None:
    bring("findings", [H, row(Kategori=letter)])
    assert only().grade is grade


def test_a_corrected_file_corrects_the_same_finding(bring: Bring) -> None:
    bring("findings", [H, row()])
    told = bring(
        "findings",
        [
            H,
            row(
                Uraian="Map tanpa kendali",
                Koreksi="Semua dilengkapi",
                PIC="Kasi Arsip",
                Tenggat="28/2/2026",
                Status="Tertutup",
                Tgl_selesai="20 Februari 2026",
                Verifikasi_keefektifan="Diperiksa ulang, tidak terulang",
                Klausul="7.5.2",
            ),
        ],
    )
    assert {one["field"] for one in told["rows"][0]["changes"]} == {
        "deviation", "correction", "owner", "due_on", "status", "closed_on", "effectiveness",
        "clauses",
    }  # fmt: skip
    found = only()
    assert found.deviation == "Map tanpa kendali" and found.due_on == date(2026, 2, 28)
    assert found.state is FindingState.CLOSED and not found.is_open
    assert found.closed_on == date(2026, 2, 20)
    steps = {step.kind: step.text for step in found.steps}
    assert steps[StepKind.CORRECTION] == "Semua dilengkapi"
    assert steps[StepKind.EFFECTIVENESS] == "Diperiksa ulang, tidak terulang"
    assert found.clauses[0].clause.number == "7.5.2"
    (action,) = db.session.scalars(select(Action)).all()
    assert action.owner_name == "Kasi Arsip" and action.state is ActionState.VERIFIED
    assert action.due_on == date(2026, 2, 28)


def test_an_action_that_comes_later_is_added(bring: Bring) -> None:
    told = bring("findings", [H, row(Tindakan_korektif="")])
    assert told["rows"][0]["warnings"][0]["column"] == "PIC"
    assert not only().actions and (only().imported_extra or {})["PIC"] == "Kasubbag Umum"
    bring("findings", [H, row()])
    assert only().actions[0].action.owner_name == "Kasubbag Umum"
    assert only().imported_extra == {"Auditor": "Bu Sari"}
    assert bring("findings", [H, row()])["counts"]["same"] == 1


@pytest.mark.parametrize(
    ("new", "column"),
    [
        ({"Tanggal_Temuan": "Continuous"}, "Tanggal Temuan"),
        ({"Tanggal_Temuan": ""}, "Tanggal Temuan"),
        ({"Tanggal_Temuan": "1/7/2026", "Tenggat": ""}, "Tanggal Temuan"),
        ({"Tenggat": "1/1/2025"}, "Tenggat"),
        ({"Tenggat": "31/1/2126"}, "Tenggat"),
        ({"Tanggal_Temuan": "1/1/1926", "Tenggat": ""}, "Tanggal Temuan"),
        ({"Status": "Tertutup"}, "Tgl selesai"),
        ({"Status": "Tertutup", "Tgl_selesai": "1/1/2025"}, "Tgl selesai"),
        ({"Status": "Tertutup", "Tgl_selesai": "1/1/2027"}, "Tgl selesai"),
        ({"Status": "Entah"}, "Status"),
        ({"Kategori": "Sedang"}, "Kategori"),
        ({"Uraian": "-"}, "Uraian"),
    ],
)
def test_refused(look: Look, new: dict[str, str], column: str) -> None:
    (plan,) = look("findings", [H, row(**new)]).of(Outcome.REFUSED)
    assert [one.column for one in plan.refusals] == [column]


def test_a_due_date_in_words_is_kept(bring: Bring) -> None:
    told = bring("findings", [H, row(Tenggat="Continuous")])
    assert told["rows"][0]["warnings"][0]["value"] == "Continuous"
    assert only().due_on is None and (only().imported_extra or {})["Tenggat"] == "Continuous"
    assert only().actions[0].action.due_missing


def test_the_day_found_stays(bring: Bring) -> None:
    bring("findings", [H, row()])
    told = bring("findings", [H, row(Tanggal_Temuan="16 Desember 2025")])
    assert told["counts"]["same"] == 1 and told["rows"][0]["warnings"]
    assert only().found_on == date(2025, 12, 15)


def test_once_people_went_on_here_the_file_changes_the_response_no_more(
    look: Look, bring: Bring, cast: Cast
) -> None:
    bring("findings", [H, row(Status="Terbuka")])
    findings.write_response(only(), correction="Kami lengkapi", cause="Lupa", by=cast.owner)
    db.session.commit()
    assert look("findings", [H, row(Status="Terbuka")]).of(Outcome.SAME)
    (plan,) = look("findings", [H, row()]).of(Outcome.REFUSED)
    assert plan.refusals[0].column == "Status"
    assert look("findings", [H, row(Status="Terbuka", Lokasi="Loket 3")]).of(Outcome.CHANGE)


def test_a_move_made_here_is_not_undone_by_the_same_file(
    look: Look, bring: Bring, cast: Cast
) -> None:
    bring("findings", [H, row(Status="Terbuka")])
    findings.cancel_finding(only(), reason="bukan temuan", by=cast.auditor)
    db.session.commit()
    assert look("findings", [H, row(Status="Terbuka")]).of(Outcome.SAME)
    closed = row(Status="Tertutup", Tgl_selesai="1/2/2026")
    assert look("findings", [H, closed]).of(Outcome.REFUSED)


def test_findings_raised_here_are_known_by_their_own_number(
    look: Look, bring: Bring, cast: Cast
) -> None:
    raised = findings.raise_finding(
        cast.disnaker.id,
        source=Source.PROCESS,
        found_on=date(2026, 5, 1),
        grade=Grade.OBSERVATION,
        deviation="Rak penuh",
        by=cast.officer,
    )
    db.session.commit()
    heads = ["No. LKS", "Tanggal", "Uraian"]
    same = look("findings", [heads, [raised.number.lower(), "1/5/2026", "Rak penuh"]])
    assert same.of(Outcome.SAME)
    other = look("findings", [heads, [raised.number, "1/5/2026", "Rak kosong"]])
    assert other.of(Outcome.REFUSED)


def test_who_may(look: Look, cast: Cast) -> None:
    for name in Cast.ROLES:
        if name in ("officer", "consultant", "coordinator"):
            assert look("findings", [H, row()], by=getattr(cast, name)).rows
        elif name != "outsider":
            with pytest.raises(Refused):
                look("findings", [H, row()], by=getattr(cast, name))


def test_the_preview_shows_the_numbers_that_the_findings_will_get(
    look: Look, bring: Bring, cast: Cast
) -> None:
    bring("findings", [H, row()])
    rows = [
        H,
        row(Lokasi="Loket 3"),
        row(No_LKS="B"),
        row(No_LKS="C", Tanggal_Temuan="2/3/2026", Tenggat=""),
        row(No_LKS="D"),
    ]
    shown = {plan.key: plan.number for plan in look("findings", rows).rows}
    assert shown == {
        "LKS-07": "NC-2025-DISNAKER-001",
        "B": "NC-2025-DISNAKER-002",
        "C": "NC-2026-DISNAKER-001",
        "D": "NC-2025-DISNAKER-003",
    }
    bring("findings", rows)
    given = db.session.scalars(select(Finding))
    assert {one.external_number: one.number for one in given} == shown


def test_an_action_that_was_done_here_is_not_moved_by_a_file(
    look: Look, bring: Bring, cast: Cast
) -> None:
    """The import would refuse it, so the preview does."""
    bring("findings", [H, row()])
    action = only().actions[0].action
    action.owner_person_id, action.owner_position_id = cast.staff.id, None
    journal.write("edit_action", action, by=cast.officer)
    proof = [received("sk.pdf", PDF)]
    finish_action(action, note="Petugas ditunjuk", evidence=[], files=proof, by=cast.staff)
    db.session.commit()
    assert look("findings", [H, row()]).of(Outcome.SAME)
    closed = [H, row(Status="Tertutup", Tgl_selesai="1/2/2026")]
    (plan,) = look("findings", closed).of(Outcome.REFUSED)
    assert plan.refusals[0].column == "Status" and "goes on in this system" in str(plan.refusals)
    told = bring("findings", closed, code=1)
    assert told["counts"]["refused"] == 1 and "error" not in told
    assert look("findings", [H, row(Lokasi="Loket 3")]).of(Outcome.CHANGE)


def test_a_finding_that_was_answered_here_and_sent_back_goes_on_here(
    look: Look, bring: Bring, cast: Cast
) -> None:
    bring("findings", [H, row(Status="Terbuka")])
    findings.write_response(
        only(),
        correction="Lembar dilengkapi",
        cause="Tidak ada petugas",
        criterion="Sebulan lengkap",
        by=cast.owner,
    )
    findings.answer_finding(only(), by=cast.owner)
    findings.approve_plan(only(), by=cast.auditor)
    findings.send_back_finding(only(), reason="belum lengkap", by=cast.auditor)
    db.session.commit()
    assert only().state is FindingState.RAISED
    (plan,) = look("findings", [H, row()]).of(Outcome.REFUSED)
    assert plan.refusals[0].column == "Status"


def test_an_action_that_was_cancelled_here_stays_cancelled(
    look: Look, bring: Bring, cast: Cast
) -> None:
    bring("findings", [H, row()])
    cancel_action(only().actions[0].action, reason="tidak perlu", by=cast.officer)
    db.session.commit()
    assert look("findings", [H, row(Tenggat="1/3/2026")]).of(Outcome.REFUSED)


def test_an_action_that_one_may_not_see_is_not_shown(look: Look, bring: Bring, cast: Cast) -> None:
    bring("findings", [H, row()])
    action = only().actions[0].action
    action.what, action.access = "Rahasia", AccessClass.RESTRICTED
    journal.write("restrict_action", action, by=cast.officer)
    db.session.commit()
    new = [H, row(Tindakan_korektif="Tebakan", PIC="Orang lain")]
    (plan,) = look("findings", new, by=cast.consultant).rows
    assert plan.outcome is Outcome.REFUSED and "Rahasia" not in str(plan)
    assert "Kasubbag" not in str([vars(one) for one in plan.changes])
    same = look("findings", [H, row()], by=cast.consultant)
    assert same.of(Outcome.SAME) and "Rahasia" not in str(same.as_json())
    assert look("findings", new).of(Outcome.CHANGE)
