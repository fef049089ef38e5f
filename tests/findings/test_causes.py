"""Why it happened: outlines, the tree that they draw, and what cannot be one."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy.exc import IntegrityError

from qms.core.db import db
from qms.core.errors import Invalid
from qms.findings import operations
from qms.findings.causes import (
    DEEPEST,
    MOST_CAUSES,
    Why,
    chains_of,
    read_outline,
    tree_of,
    written_outline,
)
from qms.findings.models import Branch, Finding, FindingCause
from tests.cast import Cast
from tests.factories import answer, make_finding, verify_all

OUTLINE = """Metode: SOP antrean tidak dipakai
- Petugas tidak tahu SOP
-- Sosialisasi tidak dijadwalkan
- SOP lama masih tertempel
Persons: Petugas baru tidak dilatih"""


def test_an_outline_is_read_and_drawn(cast: Cast) -> None:
    finding = make_finding(cast)
    whys = read_outline(OUTLINE)
    operations.write_response(finding, correction="x", cause="y", whys=whys, by=cast.owner)
    db.session.commit()
    db.session.expire_all()
    causes = finding.causes_of()
    assert [(one.number, one.parent, one.branch) for one in causes] == [
        (1, None, Branch.METHOD),
        (2, 1, None),
        (3, 2, None),
        (4, 1, None),
        (5, None, Branch.PERSONS),
    ]
    assert read_outline(written_outline(causes)) == whys
    method, persons = tree_of(causes)
    assert [one.text for one in method.behind] == [
        "Petugas tidak tahu SOP",
        "SOP lama masih tertempel",
    ]
    assert not persons.behind
    assert [chain[-1] for _branch, chain in chains_of(causes)] == [
        "Sosialisasi tidak dijadwalkan",
        "SOP lama masih tertempel",
        "Petugas baru tidak dilatih",
    ]


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        ("Satu\n-- Tiga", "Line 2 has too many dashes"),
        ("- Dua", "Begin the first line without a dash"),
        ("\n".join(["x"] * (MOST_CAUSES + 1)), "at most"),
        ("x" * 501, "at most"),
        ("\n".join("-" * n + " x" for n in range(DEEPEST + 2)), "at most"),
    ],
)
def test_what_is_no_outline_is_told_where(outline: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as told:
        read_outline(outline)
    assert "whys" in told.value.fields


def test_how_people_write_levels(cast: Cast) -> None:
    assert read_outline("-5 °C di lemari\n- > 3 hari\n-- -2 °C")[0] == Why(0, "-5 °C di lemari")
    assert [one.text for one in read_outline("Suhu\n- > 3 hari\n-- -2 °C")] == [
        "Suhu",
        "> 3 hari",
        "-2 °C",
    ]
    assert read_outline("Satu\n– Dua\n• • Tiga\n\n   \n* Dua lagi\nCatatan: bukan cabang") == [
        Why(0, "Satu"),
        Why(1, "Dua"),
        Why(2, "Tiga"),
        Why(1, "Dua lagi"),
        Why(0, "Catatan: bukan cabang"),
    ]
    assert read_outline(None) == read_outline(" \n") == []


def test_a_shorter_tree_takes_its_place_and_each_round_has_its_own(cast: Cast) -> None:
    finding = make_finding(cast)
    given: dict[str, Any] = {"correction": "x", "cause": "y"}
    operations.write_response(finding, whys=read_outline(OUTLINE), by=cast.owner, **given)
    operations.write_response(finding, whys=read_outline("Satu\n- Dua"), by=cast.staff, **given)
    assert [one.text for one in finding.causes_of()] == ["Satu", "Dua"]
    assert {cast.owner.id, cast.staff.id} <= set(finding.answered_by_ids or ())
    operations.write_response(finding, by=cast.officer, **given)
    assert len(finding.causes_of()) == 2, "not said: it stays"
    verify_all(cast, finding)
    operations.find_not_effective(finding, reason="Kambuh", by=cast.auditor)
    db.session.commit()
    assert finding.causes_of() == [] and len(finding.causes_of(1)) == 2


def test_the_database_knows_no_loops(cast: Cast) -> None:
    finding = make_finding(cast)
    operations.write_response(
        finding, correction="x", cause="y", whys=read_outline(OUTLINE), by=cast.owner
    )
    db.session.flush()
    finding.causes[0].parent, finding.causes[0].branch = 2, None
    with pytest.raises(IntegrityError, match="no_loop"):
        db.session.flush()
    db.session.rollback()


def test_it_is_written_in_the_browser_and_drawn_on_page_and_paper(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    owner = browse(cast.owner)
    page = owner.get(f"/findings/{finding.uid}/answer")
    page = page.submit(correction="x", cause="y", whys="Satu\n-- Tiga", status=422)
    assert page.has("Line 2 has too many dashes")
    assert page.soup.select_one("textarea[name=whys]").text.strip() == "Satu\n-- Tiga"
    page = page.submit(whys=OUTLINE + "\n- <b>tebal</b>")
    roots = [one.text for one in page.soup.select(".why.root")]
    assert len(roots) == 3 and roots[-1].startswith("<b>tebal</b>")
    form = owner.get(f"/findings/{finding.uid}/answer").soup.select_one("textarea[name=whys]")
    assert form.text.strip().startswith("Method: SOP antrean tidak dipakai")
    response = owner.request("GET", f"/findings/{finding.uid}/form.docx")
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(BytesIO(response.data)).tables
    ]
    (whys,) = [table for table in tables if table[0][:2] == ["Branch", "Why 1"]]
    assert whys[1] == [
        "Method",
        "SOP antrean tidak dipakai",
        "Petugas tidak tahu SOP",
        "Sosialisasi tidak dijadwalkan",
    ]


def test_who_is_late_sees_both_outlines(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    owner = browse(cast.owner)
    pages = [owner.get(f"/findings/{finding.uid}/answer") for _ in range(2)]
    pages[0].submit(correction="x", cause="y", whys="Satu\n- Dua")
    page = pages[1].submit(correction="x", cause="y", whys="Satu\n- Tiga", status=409)
    assert page.has("- Dua") and page.has("- Tiga")
    same = pages[1].submit(correction="z", cause="y", whys="Satu\n- Dua", status=409)
    assert not same.has("Tiga") and not same.has("5-Why")


def test_it_is_kept_whole_when_the_answer_is_sent(cast: Cast) -> None:
    finding = make_finding(cast)
    operations.write_response(
        finding, correction="x", cause="y", whys=read_outline("Satu"), by=cast.officer
    )
    answer(cast, finding)
    db.session.commit()
    assert db.session.query(FindingCause).count() == 1
    assert db.session.query(Finding).one().causes_of()[0].text == "Satu"
