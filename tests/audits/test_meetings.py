"""Opening and closing meetings at a desk: recorded, told in report and minutes, pointed out."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from qms.audits import operations
from qms.audits.models import Answer, Audit, AuditAttendance, AuditMeeting, Meeting
from qms.audits.operations import Present
from qms.audits.operations.fieldwork import Change, ChangeKind, take_changes
from qms.audits.queries.fieldwork import MOST_PRESENT, attendance_of
from qms.core import clock
from qms.core.dates import day_of_minutes
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn, Refused, Stale
from qms.core.i18n import speaking
from qms.core.numerals import in_words
from qms.core.uids import new_uid
from qms.people import operations as people
from tests.audits.makers import TEXTS, signed, submitted, under_way
from tests.cast import SINCE, Cast
from tests.factories import make_finding, today


def present(audit: Audit) -> list[tuple[str, str | None]]:
    return [(one.name, one.post) for one in attendance_of(audit)]


def record(cast: Cast, audit: Audit, **given: Any) -> AuditMeeting:
    said = {"held_on": today(cast), "by": cast.lead_auditor, **given}
    return operations.record_meeting(audit, Meeting.CLOSING, **said)


def test_a_meeting_is_recorded_and_changed(cast: Cast) -> None:
    audit = under_way(cast)
    siti = Present("Siti Aminah, S.E.", "Kepala Seksi")
    first = record(cast, audit, begins="14:00", ends="15:00", place="Aula", present=[siti, siti])
    db.session.commit()
    again = record(cast, audit, agreed="Sampai 1 Juni", present=[siti, Present("Agus")], version=1)
    db.session.commit()
    assert again.id == first.id and (again.begins, again.agreed) == (None, "Sampai 1 Juni")
    assert present(audit) == [("Siti Aminah, S.E.", "Kepala Seksi"), ("Agus", None)]
    with pytest.raises(Stale):
        record(cast, audit, version=0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"begins": "15:00", "ends": "14:00"}, "end after it has begun"),
        ({"ends": "14:00"}, "when it began"),
        ({"begins": "25:00"}, "such as 08:30"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, given: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        record(cast, under_way(cast), **given)


def test_no_meeting_of_tomorrow_nor_by_others_nor_under_the_pen(cast: Cast) -> None:
    audit = under_way(cast)
    with pytest.raises(Invalid, match="still to come"):
        record(cast, audit, held_on=today(cast) + timedelta(days=1))
    with pytest.raises(Refused):
        record(cast, audit, by=cast.coordinator)
    signing = submitted(cast, title="Berikut").audit
    with pytest.raises(OutOfTurn, match="being signed"):
        record(cast, signing)


def test_a_list_of_attendance_has_an_end(cast: Cast) -> None:
    audit = under_way(cast)
    most = [Present(f"Peserta {n}") for n in range(MOST_PRESENT)]
    record(cast, audit, present=most)
    with pytest.raises(Invalid, match=f"at most {MOST_PRESENT} people"):
        record(cast, audit, present=[Present("Satu lagi")])
    value = {"meeting": "closing", "name": "Satu lagi", "post": None, "is_removed": False}
    change = Change(new_uid(), ChangeKind.ATTENDANCE, str(new_uid()), 0, {}, value, at=clock.now())
    with speaking("en"):
        (taken,) = take_changes(audit, [change], by=cast.auditor)
    assert taken.outcome == "refused" and f"at most {MOST_PRESENT} people" in taken.message
    gone = attendance_of(audit)[0]
    operations.take_off_list(gone, by=cast.auditor)
    assert take_changes(audit, [change], by=cast.auditor)[0].outcome == "taken"


def test_the_page_records_the_team_the_unit_and_others(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    db.session.commit()
    path, lead = f"/audits/{audit.uid}/meetings", browse(cast.lead_auditor)
    page = lead.get(path).well_made()
    assert page.has("Nobody is on the list yet.")
    page = lead.get(f"{path}/closing").well_made()
    names = [page.choice("known", one.name) for one in (cast.auditor, cast.head)]
    page = page.submit(
        begins="14.00",
        ends="15:00",
        place="Aula",
        known=names,
        present="Siti Aminah, S.E.; Kepala Seksi\nAgus\tStaf",
        agreed="Tindakan sampai 1 Juni",
    )
    assert page.url == path
    for said in ("14:00–15:00", "Aula", "Tindakan sampai 1 Juni", cast.auditor.name):
        assert page.has(said), said
    assert present(audit)[2:] == [("Siti Aminah, S.E.", "Kepala Seksi"), ("Agus", "Staf")]
    page = lead.get(f"{path}/closing").press("Take off Agus")
    assert page.has("Agus is off the list.")
    assert "Agus" not in [name for name, _post in present(audit)]
    page = page.submit(present="; tanpa nama", status=422)
    assert page.has("A line begins with the name") and page.has("; tanpa nama")
    lead.get(f"{path}/closed", status=404)
    browse(cast.officer).get(f"{path}/closing", status=403)
    assert not browse(cast.officer).get(path).has("Record it")


def test_two_who_record_a_meeting_see_both(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    db.session.commit()
    path = f"/audits/{audit.uid}/meetings/closing"
    first = browse(cast.lead_auditor).get(path)
    browse(cast.auditor).get(path).submit(place="Aula")
    page = first.submit(place="Loket", present="Agus", status=409)
    assert all(said in str(page.soup) for said in ("Aula", "Loket", "Agus"))
    page.submit()
    held = db.session.scalars(select(AuditMeeting)).one()
    assert held.place == "Loket"
    assert [one.name for one in db.session.scalars(select(AuditAttendance))] == ["Agus"]


def paper(browser: Any, audit: Audit, which: str) -> str:
    answer = browser.request("GET", f"/audits/{audit.uid}/papers/{which}.docx")
    assert answer.status_code == 200, answer.status
    document = Document(BytesIO(answer.data))
    lines = [one.text for one in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_the_minutes_in_word(browse: Any, cast: Cast) -> None:
    audit = under_way(cast, "9.1.2", objectives="Menilai kesesuaian")
    (line,) = audit.asked
    operations.answer_line(line, Answer.MINOR, seen="Survei 2023", by=cast.auditor)
    told = make_finding(cast, "Survei tertunda")
    silent = make_finding(cast, "Belum dijawab")
    operations.link_finding(audit, told, line=line, by=cast.auditor)
    operations.link_finding(audit, silent, by=cast.auditor)
    value = {"stance": "disagrees", "spoken_by": "Dewi", "note": "Ada di buku"}
    change = Change(new_uid(), ChangeKind.STANCE, f"line:{line.uid}", 0, {}, value, at=clock.now())
    assert take_changes(audit, [change], by=cast.auditor)[0].outcome == "taken"
    position = people.add_position(
        cast.disnaker, "Kepala Dinas", is_head=True, by=cast.administrator
    )
    people.appoint(cast.head, position, from_on=SINCE, by=cast.administrator)
    lead = browse(cast.lead_auditor)
    db.session.commit()
    empty = paper(lead, audit, "closing-minutes")
    assert "On ......" in empty and "signed the attached list" in empty
    record(
        cast, audit, begins="14:00", ends="15:00", place="Aula", present=[Present("Siti", "Kasi")]
    )
    people.choose_looks(cast.lead_auditor, language="id", theme="auto")
    db.session.commit()
    said = paper(lead, audit, "closing-minutes")
    with speaking("id"):
        day = day_of_minutes(today(cast))
    assert f"{told.number} (ISO 9001:2015 9.1.2): Tidak setuju (Dewi)" in said
    for words in (
        *("Berita acara rapat penutupan", f"Pada hari ini, {day}, pukul 14.00–15.00", "di Aula"),
        *("Siti", "Kasi", "1 orang hadir", told.number, silent.number, "Survei tertunda"),
        *("Ada di buku", "Kepala Dinas", "Demikian berita acara ini dibuat"),
    ):
        assert words in said, words
    assert "Menilai kesesuaian" in paper(lead, audit, "opening-minutes")
    assert (
        browse(cast.officer)
        .request("GET", f"/audits/{audit.uid}/papers/closing-minutes.docx")
        .status_code
        == 403
    )


def test_minutes_are_printed_of_an_audit_that_is_over_and_never_had_a_plan(
    browse: Any, cast: Cast
) -> None:
    audit = signed(cast).audit
    db.session.commit()
    lead = browse(cast.lead_auditor)
    page = lead.get(f"/audits/{audit.uid}/meetings")
    url = next(str(one["href"]) for one in page.soup.select("main a") if "Minutes" in one.text)
    assert lead.request("GET", url).status_code == 200
    assert lead.request("GET", f"/audits/{audit.uid}/papers/plan.docx").status_code == 403


NONE_RECORDED = "No closing meeting is recorded yet"
TELLS_NONE = "This report tells of no closing meeting."


def test_a_report_without_a_closing_meeting_is_pointed_out(browse: Any, cast: Cast) -> None:
    audit = under_way(cast, "9.1.2")
    (line,) = audit.asked
    operations.answer_line(line, Answer.CONFORM, seen="Survei", by=cast.auditor)
    report = operations.write_report(audit, TEXTS, by=cast.lead_auditor)
    db.session.commit()
    path, lead = f"/audits/{audit.uid}/report/1", browse(cast.lead_auditor)
    page = lead.get(path).well_made()
    assert page.has(NONE_RECORDED)
    assert page.follow("Record the closing meeting").has("Closing meeting")
    operations.submit_report(report, by=cast.lead_auditor)
    db.session.commit()
    signer = browse(cast.auditor)
    assert signer.get(path).has(TELLS_NONE)
    assert not lead.get(path).has(TELLS_NONE), "it is not their turn"
    operations.send_back_report(report, reason="Rapat belum dicatat", by=cast.auditor)
    record(cast, audit, place="Aula", agreed="Selesai 1 Juni", present=[Present("Siti")])
    operations.submit_report(report, by=cast.lead_auditor)
    db.session.commit()
    page = signer.get(path).well_made()
    assert not page.has(TELLS_NONE) and page.has("Aula") and page.has("Selesai 1 Juni")
    assert signer.get(path).submit(action="/sign").has("Signed.")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (1000, "seribu"),
        (2026, "dua ribu dua puluh enam"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert in_words(number) == words


def test_a_day_as_minutes_write_it() -> None:
    with speaking("id"):
        assert day_of_minutes(date(2026, 8, 21)) == (
            "Jumat, tanggal dua puluh satu bulan Agustus tahun dua ribu dua puluh enam (21-08-2026)"
        )
    with speaking("en"):
        assert day_of_minutes(date(2026, 8, 21)) == "Friday, 21 August 2026"
