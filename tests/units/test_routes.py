"""The pages of units: who sees and keeps what, and what they cost."""

from datetime import date, timedelta
from typing import Any

import pytest

from qms.core import dates, journal
from qms.core.db import db
from qms.office.blocks import Letterhead
from qms.people import operations as people
from qms.people.roles import Role
from qms.units import operations as units
from qms.units.letterheads import letterhead_of
from qms.units.models import SuccessionKind, Unit, UnitType
from qms.units.tree import tree_of
from tests.cast import SINCE, SYSTEM, Cast
from tests.counting import queries_of


def open_many(cast: Cast, count: int, parent: Unit, prefix: str = "U") -> None:
    for number in range(count):
        units.open_unit(
            cast.district,
            code=f"{prefix}-{number:04}",
            name=f"Bidang {prefix} {number}",
            type=UnitType.SECTION,
            parent=parent,
            by=SYSTEM,
        )
    db.session.commit()


def test_the_tree_shows_what_one_sees(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/units")
    assert page.has("Dinas Tenaga Kerja")
    assert page.has("UPTD Balai Latihan Kerja")
    for hidden in ("Dinas Kesehatan", "Inspektorat", "New unit"):
        assert hidden not in page.soup.find("main").text
    page = browse(cast.administrator).get("/units")
    assert page.has("Dinas Kesehatan") and page.has("New unit")
    assert browse(cast.bystander).get("/units").has("No unit is open to you")
    assert "Kabupaten Uji" not in browse(cast.outsider).get("/units").text


def test_the_tree_is_searched_by_words_of_code_and_name(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    page = browser.get("/units?q=balai+KERJA")
    assert page.has("UPTD Balai Latihan Kerja")
    assert "Inspektorat" not in page.soup.find("main").text
    assert browser.get("/units?q=insp").has("Inspektorat")
    assert browser.get("/units?q=nirwana").has("No unit has these words")


def test_closed_units_are_folded_away(browse: Any, cast: Cast) -> None:
    units.close_unit(cast.insp, on=date(2026, 1, 1), by=cast.administrator)
    db.session.commit()
    page = browse(cast.administrator).get("/units")
    folded = page.soup.select_one("details.folded")
    assert folded is not None and not folded.has_attr("open")
    assert "Inspektorat" in folded.text and "closed since 1 January 2026" in folded.text
    assert "Inspektorat" not in page.soup.select_one("ul.tree").text


def test_a_large_tree_is_cut_where_it_gets_deep(browse: Any, cast: Cast) -> None:
    open_many(cast, 120, cast.dinkes, "K")
    open_many(cast, 500, cast.blk, "B")
    browser = browse(cast.administrator)
    page = browser.get("/units")
    assert len(page.soup.select("ul.tree li")) <= 600
    assert page.has("Bidang K 7")
    assert "Bidang B 7" not in page.text
    link = page.soup.select_one("ul.tree p a")
    assert "500 units" in link.text
    assert browser.get(link["href"]).has("Bidang B 7")


def test_the_switcher_narrows_the_tree(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    browser.get(f"/units/choose?choose={cast.disnaker.uid}&next=/units")
    page = browser.get("/units")
    assert page.has("UPTD Balai Latihan Kerja")
    assert "Inspektorat" not in page.soup.find("main").text
    assert browser.get("/units?under=all").has("Inspektorat")


def test_a_units_page_tells_its_story(browse: Any, cast: Cast) -> None:
    by = cast.administrator
    units.rename_unit(
        cast.disnaker,
        code="DISNAKER",
        name="Dinas Tenaga Kerja dan Sosial",
        short_name=None,
        from_on=date(2025, 3, 1),
        by=by,
    )
    units.close_unit(
        cast.insp,
        on=date(2026, 1, 1),
        successors=[cast.disnaker],
        kind=SuccessionKind.MERGED,
        by=by,
    )
    units.offer_service(cast.disnaker, "Kartu AK I", by=by)
    position = people.add_position(cast.disnaker, "Kepala Dinas", is_head=True, by=by)
    people.appoint(cast.head, position, from_on=SINCE, nip="1970 0101 1995 0310 01", by=by)
    db.session.commit()
    page = browse(by).get(f"/units/{cast.disnaker.uid}")
    for words in (
        "Dinas Tenaga Kerja dan Sosial",
        "from 1 March 2025",
        "from the beginning",
        "Inspektorat",
        "predecessor until 1 January 2026",
        "Kartu AK I",
        "Kepala Dinas",
        "NIP 197001011995031001",
        "Quality officer",
        "UPTD Balai Latihan Kerja",
        "renamed the unit from 1 March 2025",
        "added the service “Kartu AK I”",
        "added the position “Kepala Dinas”",
    ):
        assert page.has(words), words
    page = browse(by).get(f"/units/{cast.insp.uid}")
    assert page.has("closed since 1 January 2026") and page.has("merged into on 1 January 2026")


def test_who_does_not_keep_a_unit_sees_no_buttons_and_no_links_elsewhere(
    browse: Any, cast: Cast
) -> None:
    units.close_unit(
        cast.insp, on=date(2026, 1, 1), successors=[cast.disnaker], by=cast.administrator
    )
    db.session.commit()
    main = browse(cast.officer).get(f"/units/{cast.disnaker.uid}").soup.find("main")
    links = [link["href"] for link in main.find_all("a")]
    assert not [link for link in links if "/people" in link or "/new" in link or "/close" in link]
    assert f"/units/{cast.insp.uid}" not in links
    assert "Inspektorat" in main.text


FORMS = ("rename", "move", "close", "services/new", "positions/new")


def test_who_does_not_see_a_unit_finds_nothing(browse: Any, cast: Cast) -> None:
    uid = cast.disnaker.uid
    for person in (cast.other_officer, cast.other_head, cast.bystander, cast.outsider):
        browser = browse(person)
        browser.get(f"/units/{uid}", status=404)
        for page in FORMS:
            browser.get(f"/units/{uid}/{page}", status=404)
        browser.post(f"/units/{uid}/reopen", {"reason": "x"}, status=404)


def test_who_sees_a_unit_but_keeps_none_is_refused(browse: Any, cast: Cast) -> None:
    for who in Cast.ROLES:
        if who in ("administrator", "bystander", "outsider"):
            continue
        unit = cast.dinkes if who.startswith("other_") else cast.disnaker
        browser = browse(getattr(cast, who))
        browser.get(f"/units/{unit.uid}")
        browser.get("/units/new", status=403)
        token = browser.token()
        for page in FORMS:
            browser.get(f"/units/{unit.uid}/{page}", status=403)
        for page in (*FORMS, "reopen"):
            response = browser.request(
                "POST", f"/units/{unit.uid}/{page}", data={"csrf_token": token}
            )
            assert response.status_code == 403, (who, page)


def test_an_administrator_of_one_unit_keeps_it_and_what_is_under_it(
    browse: Any, cast: Cast
) -> None:
    people.grant_role(cast.owner, Role.ADMINISTRATOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    db.session.commit()
    browser = browse(cast.owner)
    page = browser.get("/units/new")
    offered = [one.text.strip() for one in page.form().select("select[name=parent] option")]
    assert offered == ["Dinas Tenaga Kerja (DISNAKER)", "UPTD Balai Latihan Kerja (BLK)"]
    page.submit(name="Bidang", code="BID", parent=str(cast.dinkes.uid), status=422)
    page = page.submit(name="Bidang", code="BID", parent=str(cast.blk.uid))
    assert page.has("The unit is open.") and page.has("Bidang")
    browser.get(f"/units/{cast.dinkes.uid}", status=404)
    browser.get(f"/units/{cast.root.uid}", status=404)


def test_a_unit_is_opened_with_a_form(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    page = browser.get(f"/units/new?under={cast.dinkes.uid}")
    assert page.form().select_one("select[name=parent] option[selected]")["value"] == str(
        cast.dinkes.uid
    )
    page = page.submit(name="", code="X Y", status=422)
    assert page.has("Write the name.")
    page = page.submit(name="Puskesmas Sukamaju", code="insp", status=422)
    assert page.has("is taken, now or formerly") and "insp" in str(page.form())
    page = page.submit(name="Puskesmas Sukamaju", code="PKM-SM", type="puskesmas")
    assert page.has("Puskesmas Sukamaju") and page.has("Health centre")
    unit = db.session.query(Unit).filter_by(code="PKM-SM").one()
    assert unit.parents[0].parent_id == cast.dinkes.id
    assert journal.history(unit)[0].by == "Administrator"


def test_a_unit_is_renamed_moved_and_closed_on_pages(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    uid = cast.insp.uid
    page = browser.get(f"/units/{uid}/rename").submit(name="Inspektorat Daerah", type="badan")
    assert page.has("Saved.") and page.has("Inspektorat Daerah") and page.has("Board")
    page = browser.get(f"/units/{uid}/move").submit(
        parent=str(cast.dinkes.uid), from_on="2026-01-01"
    )
    assert page.has("moved the unit from 1 January 2026")
    page = browser.get(f"/units/{uid}/close").submit(on="2020-13-01", status=422)
    assert page.has("Write a date such as 31/12/2026")
    page = page.submit(on="2026-02-01", successors=[str(cast.blk.uid)], kind="merged", note="Perda")
    assert page.has("Its records stay where they are") and page.has("UPTD Balai Latihan Kerja")
    page = page.submit(action="/reopen", reason="", status=422)
    page = browser.get(f"/units/{uid}").submit(action="/reopen", reason="Salah unit")
    assert page.has("The unit is open again.") and page.has("Salah unit")


def test_a_unit_with_units_under_it_is_not_closed(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get(f"/units/{cast.disnaker.uid}/close")
    page = page.submit(status=409)
    assert page.has("Move or close the units under it first")


def test_a_stale_rename_shows_both_versions(browse: Any, cast: Cast) -> None:
    first, second = browse(cast.administrator), browse(cast.administrator)
    page = first.get(f"/units/{cast.insp.uid}/rename")
    second.get(f"/units/{cast.insp.uid}/rename").submit(name="Inspektorat Kedua")
    page = page.submit(name="Inspektorat Pertama", status=409)
    assert page.has("Inspektorat Kedua") and "Inspektorat Pertama" in str(page.form())
    page = page.submit()
    assert page.has("Inspektorat Pertama")


def test_services_and_positions_are_kept_on_pages(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    url = f"/units/{cast.disnaker.uid}"
    page = browser.get(f"{url}/services/new").submit(name="Kartu AK I", opened_on="01/02/2021")
    assert page.has("since 1 February 2021")
    again = browser.get(f"{url}/services/new").submit(name="Kartu AK I", status=422)
    assert again.has("offers “Kartu AK I” already")
    end = page.soup.find("a", string="End")["href"]
    page = browser.get(end).submit(on="2026-03-01")
    assert page.has("ended on 1 March 2026")
    page = browser.get(f"{url}/positions/new").submit(title="Kepala Dinas", is_head="y")
    assert page.has("Leads the unit") and page.has("vacant")
    close = page.soup.find("a", string="Close")["href"]
    assert not browser.get(close).submit(on="2026-01-01").has("vacant")


def test_nothing_is_changed_by_fetching(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    assert browser.request("GET", f"/units/{cast.insp.uid}/reopen").status_code == 405


def test_pages_cost_the_same_at_three_rows_and_at_thirty(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    url = f"/units/{cast.disnaker.uid}"

    def fill(count: int) -> tuple[int, int]:
        open_many(cast, count, cast.disnaker, f"N{count}")
        for number in range(count):
            units.offer_service(cast.disnaker, f"Layanan {count}-{number}", by=SYSTEM)
            position = people.add_position(cast.disnaker, f"Staf {count}-{number}", by=SYSTEM)
            person = people.add_person(cast.district.id, f"Orang {count}-{number}", by=SYSTEM)
            people.appoint(person, position, from_on=SINCE, by=SYSTEM)
            people.grant_role(person, Role.OWNER, cast.disnaker, from_on=SINCE, by=SYSTEM)
        db.session.commit()
        return queries_of(browser, "/units"), queries_of(browser, url)

    few, many = fill(3), fill(30)
    assert few == many
    assert many[0] <= 8
    assert many[1] <= 10


def test_a_long_list_says_that_it_is_cut(
    browse: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "Only the first 3 are shown here."
    url = f"/units/{cast.disnaker.uid}"
    browser = browse(cast.administrator)
    assert not browser.get(url).has("are shown here.")
    monkeypatch.setattr("qms.people.unit_routes.MOST_SHOWN", 3)
    assert str(browser.get(url).soup).count(said) == 1  # many roles, no position, no service
    assert not browser.get("/units?q=dinas").has("are shown here.")
    monkeypatch.setattr("qms.people.unit_routes.MOST_FOUND", 3)
    assert browser.get("/units?q=d").has(said)


def test_a_type_is_corrected_without_a_new_name(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get(f"/units/{cast.insp.uid}/rename").submit(type="badan")
    assert page.has("corrected the type") and not page.has("renamed the unit")
    again = page.browser.get(f"/units/{cast.insp.uid}/rename").submit(status=422)
    assert again.has("It is called so on that day already.")


def test_a_unit_to_come_is_prepared_before_its_day(browse: Any, cast: Cast) -> None:
    """Its sections, its people and those who move there are known before it opens."""
    start = cast.district.today + timedelta(days=40)
    browser = browse(cast.administrator)
    page = browser.get("/units/new").submit(
        name="Badan Baru",
        code="BARU",
        type="badan",
        parent=str(cast.root.uid),
        opened_on=start.isoformat(),
    )
    uid = page.url.rsplit("/", 1)[1]
    offered = browser.get(f"/units/{cast.blk.uid}/move").form().select("select option")
    assert any("Badan Baru (BARU) – opens on" in one.text for one in offered)
    form = browser.get(f"/units/{cast.insp.uid}/close")
    page = form.submit(on=start.isoformat(), successors=[uid, str(cast.dinkes.uid)], kind="split")
    assert page.has("Badan Baru split into on") and page.has("Dinas Kesehatan split into on")


def test_who_left_and_still_holds_something_is_told(browse: Any, cast: Cast) -> None:
    by, today = cast.administrator, cast.district.today
    head = people.add_position(cast.disnaker, "Kepala Dinas", by=by)
    people.appoint(cast.head, head, from_on=SINCE, by=by)
    people.edit_person(cast.head, name="Head", mail=None, left_on=today, by=by)
    db.session.commit()
    page = browse(by).get(f"/units/{cast.disnaker.uid}")
    assert page.text.count(f"Left on {dates.long_day(today)}") == 2


def test_the_letterhead_is_written_on_the_units_page(browse: Any, cast: Cast) -> None:
    by = browse(cast.administrator)
    page = by.get(f"/units/{cast.blk.uid}").follow("Letterhead")
    page = page.press("Save", address="Jalan Dua  5\n\nTelepon 1")
    assert page.has("Jalan Dua 5 · Telepon 1")
    assert page.has("wrote the address of the letterhead")
    assert db.session.get_one(Unit, cast.blk.id).address == "Jalan Dua 5\nTelepon 1"
    wrong = by.get(f"/units/{cast.blk.uid}/letterhead").press(
        "Save", status=422, address="a\nb\nc\nd\ne"
    )
    assert wrong.has("at most 4 lines")
    browse(cast.officer).get(f"/units/{cast.blk.uid}/letterhead", status=403)


def test_a_letterhead_names_the_government_and_what_stands_above(cast: Cast) -> None:
    section = units.open_unit(
        cast.district,
        code="BLK-1",
        name="Seksi Pelatihan",
        type=UnitType.SECTION,
        parent=cast.blk,
        by=SYSTEM,
    )
    units.write_address(cast.blk, "Jalan Dua 5\nTelepon 1", by=SYSTEM)
    db.session.flush()
    tree = tree_of(cast.district)
    head = letterhead_of(tree, section.id)
    government = f"Pemerintah {tree.root.name}"
    assert (
        head
        == letterhead_of(tree, cast.blk.id)
        == Letterhead(
            "UPTD Balai Latihan Kerja",
            [government, "Dinas Tenaga Kerja"],
            ["Jalan Dua 5", "Telepon 1"],
        )
    )
    # Another unit's address does not stand under its name.
    assert letterhead_of(tree, cast.disnaker.id).lines == []
    assert letterhead_of(tree, tree.root.id) == Letterhead(government, [], [])
