"""Did it happen elsewhere? The extent in the answer, questions to other units, what they raise."""

from datetime import timedelta
from typing import Any

import pytest

from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.findings import operations
from qms.findings.about import KINDS
from qms.findings.models import CheckResult, Extent, Finding, StepKind, UnitCheck
from qms.overview.finding_page import ORIGINS
from qms.overview.queries.work import Kind, findings_waiting
from tests.cast import Cast
from tests.factories import answer, make_finding, today


def ask(cast: Cast, finding: Finding, **given: Any) -> UnitCheck:
    values = {"question": "Apakah nomor antrean dipakai?", "due_on": today(cast), **given}
    (found,) = operations.ask_units(finding, [cast.dinkes.id], by=cast.officer, **values)
    db.session.commit()
    return found


def test_the_answer_says_whether_it_happened_elsewhere(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    page = browse(cast.owner).get(f"/findings/{finding.uid}/answer")
    page.submit(extent="elsewhere", extent_text="Juga di loket 3 dan 4")
    db.session.expire_all()
    said = finding.step(StepKind.CAUSE)
    assert said is not None and said.extent is Extent.ELSEWHERE
    assert cast.owner.id in (finding.answered_by_ids or ())
    page = browse(cast.officer).get(f"/findings/{finding.uid}")
    assert "Elsewhere, too." in page.text and "loket 3 dan 4" in page.text
    answer(cast, finding)
    assert said.extent_text == "Juga di loket 3 dan 4", "not said: it stays"


def test_a_unit_is_asked_answers_and_raises_its_own(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/findings/{finding.uid}").follow("Ask other units")
    page.submit(question="x", status=422)
    page.submit(units=[str(cast.dinkes.uid)], question="Apakah nomor antrean dipakai?")
    check = db.session.query(UnitCheck).one()
    waiting = findings_waiting(cast.other_officer).waiting
    assert [(one.kind, one.uid) for one in waiting] == [(Kind.LOOK, check.uid)]
    assert not [one for one in findings_waiting(cast.owner).waiting if one.kind is Kind.LOOK]
    other = browse(cast.other_officer)
    page = other.get("/").follow("Look and answer")
    assert finding.number not in page.text and finding.deviation not in page.text
    page.submit(result="found_here", answer=" ", status=422)
    page = page.submit(result="found_here", answer="Dua loket tanpa nomor")
    page = page.follow("Raise a finding")
    assert page.soup.select_one("[name=seen]").text.strip() == "Dua loket tanpa nomor"
    page.submit(requirement="A", deviation="Di sini juga")
    own = db.session.query(Finding).filter_by(unit_id=cast.dinkes.id).one()
    assert (own.raised_about, own.raised_about_uid) == ("unit_check", check.uid)
    assert own.number in other.get(f"/findings/checks/{check.uid}").text
    assert "Question from another unit" in other.get(f"/findings/{own.uid}").text
    page = browse(cast.officer).get(f"/findings/{finding.uid}")
    assert "Found here too" in page.text and "Dua loket tanpa nomor" in page.text
    page = browse(cast.officer).get(f"/findings/checks/{check.uid}")
    assert finding.number in page.text and own.number not in page.text
    assert not findings_waiting(cast.other_officer).more


def test_other_units_read_the_question_only(browse: Any, cast: Cast) -> None:
    secret = make_finding(cast, "Rahasia", by=cast.lead_auditor, access=AccessClass.RESTRICTED)
    check = ask(cast, secret)
    with pytest.raises(Invalid, match="restricted"):
        operations.ask_units(
            secret, [cast.blk.id], question="x", due_on=today(cast), is_quoted=True, by=cast.officer
        )
    page = browse(cast.other_officer).get(f"/findings/checks/{check.uid}")
    assert "Rahasia" not in page.text and secret.number not in page.text
    browse(cast.staff).get(f"/findings/checks/{check.uid}", status=404)
    plain = make_finding(cast)
    told = ask(cast, plain, is_quoted=True)
    assert plain.deviation in browse(cast.other_officer).get(f"/findings/checks/{told.uid}").text
    browse(cast.staff).get(f"/findings/checks/{told.uid}")


def test_who_asks_whom_and_when(cast: Cast) -> None:
    finding = make_finding(cast)
    given: dict[str, Any] = {"question": "x", "due_on": today(cast)}
    for name in ("owner", "head", "guest", "other_officer"):
        with pytest.raises(Refused):
            operations.ask_units(finding, [cast.blk.id], by=getattr(cast, name), **given)
    for wrong in (
        {"unit_ids": []},
        {"unit_ids": [cast.disnaker.id]},
        {"question": " "},
        {"due_on": today(cast) - timedelta(days=1)},
    ):
        with pytest.raises(Invalid):
            operations.ask_units(
                finding, **{"unit_ids": [cast.blk.id], **given, **wrong}, by=cast.officer
            )
    check = ask(cast, finding)
    assert operations.ask_units(finding, [cast.dinkes.id], by=cast.officer, **given) == []
    with pytest.raises(Refused):
        operations.answer_check(check, result=CheckResult.NOT_HERE, answer="x", by=cast.officer)
    operations.withdraw_check(check, by=cast.officer)
    with pytest.raises(OutOfTurn):
        operations.answer_check(
            check, result=CheckResult.NOT_HERE, answer="x", by=cast.other_officer
        )
    assert len(operations.ask_units(finding, [cast.dinkes.id], by=cast.officer, **given)) == 1


def test_the_kinds_have_their_ways_back() -> None:
    assert set(ORIGINS) | {"unit"} == KINDS
    assert all(kind == one.model.__tablename__ for kind, one in ORIGINS.items())
