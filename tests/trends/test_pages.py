"""Looking back: each figure leads to a register that holds just so many, for whoever looks."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from qms.core import clock
from qms.core.charts import HIGH, Bar, Bars, Figure, Line, Lines, Series
from qms.core.db import AccessClass, db
from qms.core.periods import Days, read_days
from qms.core.uids import new_uid
from qms.findings import operations as findings
from qms.findings.causes import read_outline
from qms.findings.models import Finding, FindingClause, Grade
from qms.people.rights import sight_of
from qms.trends.jobs import keep_all_figures
from qms.trends.queries import Closing, days_to_close
from tests.cast import Cast
from tests.client import Page
from tests.counting import queries_of
from tests.factories import finish, make_action, make_finding, today, verify_all

DAY = timedelta(days=1)


@pytest.fixture
def past(cast: Cast, catalogue: Any, travel: Any) -> Cast:
    """Findings and actions of more than a year, found again, closed in time and late."""
    clauses = [catalogue("iso9001-2015", number).id for number in ("8.5.1", "7.5.3", "9.1.2")]
    ago = today(cast)
    grades = (Grade.MINOR, Grade.MINOR, Grade.OBSERVATION, Grade.MAJOR, Grade.OPPORTUNITY)
    for n in range(14):
        by = cast.anti_bribery if n % 5 == 4 else cast.auditor
        finding = make_finding(
            cast,
            f"Temuan {n}",
            unit=cast.blk if n % 3 == 0 else cast.disnaker,
            found_on=ago - 35 * n * DAY - DAY,
            grade=grades[n % 5],
            place=("Loket 2", "loket 2", "Gudang")[n % 3],
            clause_ids=clauses[: 1 + n % 3],
            by=by,
            access=AccessClass.RESTRICTED if n % 5 == 4 else AccessClass.ORDINARY,
        )
        if n % 4 == 1:
            findings.write_response(
                finding,
                correction="Sudah",
                cause="Sebab",
                whys=read_outline("Metode: Tidak ada cara" if n % 2 else "Manusia: Belum tahu"),
                by=cast.officer,
            )
        if n % 7 == 6:
            findings.cancel_finding(finding, reason="Bukan temuan", by=by)
    for n, days in enumerate((-80, -20, -3, 0, 12)):
        action = make_action(cast, f"Tindakan {n}", due_on=ago + DAY)
        action.due_on = ago + days * DAY
        if n % 2:
            finish(cast, action)
    verified = verify_all(cast, make_finding(cast, "Selesai", clause_ids=clauses[:1]))
    findings.prove_effective(verified, text="Tidak berulang", early="Cukup", by=cast.auditor)
    db.session.commit()
    return cast


def numbers_and_links(page: Page) -> list[tuple[int, str]]:
    """Every figure of the page that leads somewhere."""
    told = [(one.get_text(), one["href"]) for one in page.soup.select(".chart-bars .num a")]
    told += [(one.b.get_text(), one["href"]) for one in page.soup.select("a.figure")]
    return [(int(text), url) for text, url in told]


@pytest.mark.parametrize("name", ["officer", "anti_bribery", "secretariat", "guest"])
def test_every_figure_leads_to_just_so_many(browse: Any, past: Cast, name: str) -> None:
    browser = browse(getattr(past, name))
    page = browser.get("/looking-back")
    told = numbers_and_links(page)
    assert len(told) > 15
    for number, url in told:
        rows = browser.get(url).soup.select("table.register tbody tr")
        assert len(rows) == number, url


def test_a_unit_with_others_under_it_stands_beside_them(browse: Any, past: Cast) -> None:
    """What lies in the unit itself has a row of its own; under the district it counts all."""
    browser = browse(past.officer)
    under_district = by_unit(browser.get("/looking-back"))
    assert len(under_district) == 1
    browser.get(f"/units/choose?choose={past.disnaker.uid}")
    here = by_unit(browser.get("/looking-back"))
    assert len(here) == 2
    assert [sum(row) for row in zip(*here, strict=True)] == list(under_district[0])
    for number, url in numbers_and_links(browser.get("/looking-back")):
        assert len(browser.get(url).soup.select("table.register tbody tr")) == number, url


def by_unit(page: Page) -> list[tuple[int, ...]]:
    """The numbers of the rows of units: found, again, open."""
    table = next(
        one for one in page.soup.select(".chart-bars") if "by unit" in one.caption.get_text()
    )
    return [
        tuple(int(cell.get_text()) for cell in row.select("td.num"))
        for row in table.select("tbody tr")
    ]


def test_what_one_may_not_see_is_not_counted(browse: Any, past: Cast) -> None:
    def found(name: str) -> int:
        page = browse(getattr(past, name)).get("/looking-back")
        tile = next(one for one in page.soup.select("a.figure") if "Open now" in one.get_text())
        return int(tile.b.get_text())

    assert found("anti_bribery") > found("guest") == found("secretariat")
    assert browse(past.other_officer).get("/looking-back").soup.select(".chart-bars a") == []


def test_the_curve_says_since_when_there_are_figures(browse: Any, past: Cast, travel: Any) -> None:
    browser = browse(past.officer)
    assert browser.get("/looking-back").has("No figures were kept for these days")
    travel(clock.now() + 3 * DAY)
    keep_all_figures()
    page = browse(past.officer).get("/looking-back")
    assert page.has("Figures are kept since")
    assert page.soup.select("polyline")


def test_days_to_close_are_never_negative(past: Cast) -> None:
    day = today(past)
    took = days_to_close(sight_of(past.officer), Days(day - 5 * DAY, day))
    assert took == Closing((1, 0, 0, 0, 0, 0), 0, 0, 0)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-05-01&to=2026-01-01", "ends before it begins"),
        ("from=2001-05-01&to=2026-01-01", "five years"),
        ("from=0026-05-01&to=2026-01-01", "The year looks wrong"),
        ("from=besok&to=2026-01-01", "31"),
    ],
)
def test_a_period_that_cannot_be_is_refused_in_words(
    browse: Any, cast: Cast, query: str, said: str
) -> None:
    page = browse(cast.officer).get(f"/looking-back?{query}", status=422)
    assert page.has(said)
    assert browse(cast.officer).get(f"/looking-back/figures.xlsx?{query}", status=422).has(said)


def test_the_workbook_holds_the_same_figures(browse: Any, past: Cast) -> None:
    response = browse(past.officer).request("GET", "/looking-back/figures.xlsx")
    book = load_workbook(BytesIO(response.data))
    assert len(book.sheetnames) == 10
    page = browse(past.officer).get("/looking-back")
    shown = page.soup.select_one(".chart-bars")
    wanted = [int(one.get_text()) for one in shown.select("td.num")]
    told = [
        cell
        for row in book.worksheets[0].iter_rows(min_row=6, values_only=True)
        for cell in row[1:]
        if isinstance(cell, int)
    ]
    assert told == wanted


def test_more_findings_ask_no_more(browse: Any, past: Cast) -> None:
    browser = browse(past.officer)
    few = queries_of(browser, "/looking-back")
    multiply(300)
    assert queries_of(browser, "/looking-back") == few


def multiply(number: int) -> None:
    """So many copies more of a finding, with its clause, past the journal."""
    table, links = Finding.__table__, FindingClause.__table__
    row = dict(db.session.execute(table.select().limit(1)).mappings().one())
    link = dict(
        db.session.execute(links.select().where(links.c.finding_id == row.pop("id")).limit(1))
        .mappings()
        .one()
    )
    for n in range(number):
        copy = {**row, "uid": new_uid(), "number": f"x{n}", "number_key": f"x{n}"}
        made = db.session.execute(insert(table).values(**copy).returning(table.c.id)).scalar_one()
        db.session.execute(insert(links).values(**{**link, "finding_id": made}))
    db.session.commit()


def test_bars_are_as_long_as_their_numbers() -> None:
    series = (Series("All", "info"), Series("Late", "bad"))
    bars = (Bar("a", (Figure(4), Figure(1))), Bar("b", (Figure(8), Figure(8))))
    part = Bars("Age", series, bars, is_part=True).drawn
    assert [(x, width, tone) for x, width, tone, _ in part[0][1]] == [
        (0, 125, "bad"),
        (125, 375, "info"),
    ]
    assert [(x, width) for x, width, *_ in part[1][1]] == [(0, 1000)]
    behind = Bars("Age", series, bars).drawn
    assert [width for _, width, *_ in behind[1][1]] == [500, 500]


def test_a_line_is_broken_where_nothing_is_known() -> None:
    line = Line(Series("Open", "info"), (0, 4, None, 2, None))
    chart = Lines(("1", "2", "3", "4", "5"), (line,))
    assert chart.scale == (4, 2, 0)
    ((_, pieces),) = chart.drawn
    assert pieces == [f"0.0,{HIGH:.1f} 250.0,0.0", "750.0,120.0 754.0,120.0"]


def test_days_of_an_address() -> None:
    assert read_days("2026-01-01..") == Days(date(2026, 1, 1))
    assert str(Days(None, date(2026, 1, 1))) == "..2026-01-01"
    for wrong in ("", "..", "2026-01-01", "a..b", None, "2026-02-30..", "1..2..3"):
        assert read_days(wrong) is None
