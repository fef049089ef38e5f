"""Searching everything: what is found, and for whom."""

from typing import Any

from qms.core.db import AccessClass, db
from qms.people.roles import Role
from qms.standards.queries import clause_by_key
from tests.audits.makers import make_audit
from tests.cast import Cast
from tests.certificates.test_operations import register as certify
from tests.counting import queries_of
from tests.documents.makers import make_draft, make_in_force
from tests.factories import make_action, make_evidence, make_finding


def found(page: Any) -> list[str]:
    return [link.get_text(" ", strip=True) for link in page.soup.select("main .list-main > a")]


def fill(cast: Cast) -> None:
    make_finding(cast, "Papan antrean tidak ada.")
    make_action(cast, "Pasang papan baru")
    make_in_force(cast, "Pelayanan papan nama")
    make_evidence(cast, "Foto papan")
    make_audit(cast, "Audit papan informasi")
    db.session.commit()


def test_words_are_found_in_every_kind(browse: Any, cast: Cast) -> None:
    fill(cast)
    page = browse(cast.officer).get("/search?q=papan")
    assert len(found(page)) == 5
    for heading in ("Findings", "Actions", "Documents", "Evidence", "Audits"):
        assert any(heading in one.get_text() for one in page.soup.find_all("h2")), heading


def test_words_are_found_in_all_their_forms_and_by_their_beginning(browse: Any, cast: Cast) -> None:
    fill(cast)
    browser = browse(cast.officer)
    assert "Pelayanan papan nama" in " ".join(found(browser.get("/search?q=layanan")))
    assert "Foto papan" in " ".join(found(browser.get("/search?q=foto+pap")))
    assert found(browser.get("/search?q=papan+merah")) == []


def test_a_number_is_found_by_its_beginning(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    action = make_action(cast)
    document = make_in_force(cast)
    db.session.commit()
    browser = browse(cast.officer)
    for number in (finding.number, action.number, document.number):
        assert any(number in hit for hit in found(browser.get(f"/search?q={number}"))), number
        assert any(number in hit for hit in found(browser.get(f"/search?q={number[:-1].lower()}")))


def test_what_one_may_not_see_is_not_found(browse: Any, cast: Cast) -> None:
    make_finding(cast, "Rahasia papan.", access=AccessClass.RESTRICTED, by=cast.lead_auditor)
    make_evidence(cast, "Papan tertutup", access=AccessClass.RESTRICTED)
    make_draft(cast, "Rancangan papan")
    make_audit(cast, "Audit papan tertutup", access=AccessClass.RESTRICTED)
    db.session.commit()
    assert len(found(browse(cast.officer).get("/search?q=papan"))) == 4
    assert found(browse(cast.auditor).get("/search?q=papan")) == []
    assert len(found(browse(cast.owner).get("/search?q=papan"))) == 1
    assert found(browse(cast.other_officer).get("/search?q=papan")) == []
    assert found(browse(cast.outsider).get("/search?q=papan")) == []
    assert found(browse(cast.bystander).get("/search?q=papan")) == []


def test_certificates_are_found_by_number_and_body(browse: Any, cast: Cast) -> None:
    certify(cast.disnaker, cast.coordinator, number="ID-QMS/123", units=[cast.insp])
    certify(cast.dinkes, cast.coordinator, number="ID-QMS/777", body="Lembaga Lain")
    db.session.commit()
    page = browse(cast.officer).get("/search?q=id-qms%2F12")
    assert found(page) == ["ID-QMS/123 · PT Contoh Sertifikasi"] and page.has("ISO 9001:2015")
    assert found(browse(cast.officer).get("/search?q=lembaga")) == []
    assert len(found(browse(cast.coordinator).get("/search?q=qms"))) == 2
    assert found(browse(cast.coordinator).get("/search?q=lain+lembaga")) == [
        "ID-QMS/777 · Lembaga Lain"
    ]
    assert found(browse(cast.outsider).get("/search?q=qms")) == []


def test_certificates_are_found_without_their_accents(browse: Any, cast: Cast) -> None:
    """As everything else, and as on the wall of certificates."""
    certify(cast.disnaker, cast.coordinator, number="ID-QMS/123", body="Bureau Vérité")
    db.session.commit()
    for words in ("verite", "Vérité", "VERITE bureau"):
        page = browse(cast.officer).get(f"/search?q={words}")
        assert found(page) == ["ID-QMS/123 · Bureau Vérité"]
        assert browse(cast.officer).get(f"/certificates?q={words}").has("Bureau Vérité")


def test_units_and_people(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/search?q=latihan")
    assert found(page) == ["BLK · UPTD Balai Latihan Kerja"]
    assert found(browse(cast.officer).get("/search?q=kesehatan")) == []
    assert found(browse(cast.officer).get("/search?q=auditor")) == []
    assert found(browse(cast.administrator).get("/search?q=auditor")) == ["Auditor", "Lead Auditor"]
    assert found(browse(cast.administrator).get("/search?q=outsider")) == []
    assert found(browse(cast.administrator).get("/search?q=%25_")) == []


def test_a_chosen_unit_narrows_and_says_so(browse: Any, cast: Cast) -> None:
    make_finding(cast, "Papan di dinas.")
    make_finding(cast, "Papan di bengkel.", unit=cast.blk)
    db.session.commit()
    browser = browse(cast.officer)
    browser.get(f"/units/choose?choose={cast.blk.uid}&next=/")
    page = browser.get("/search?q=papan")
    assert len(found(page)) == 1
    assert page.has("Only in UPTD Balai Latihan Kerja")
    link = page.soup.find("a", string="Search in all units")
    page = browser.get(link["href"])
    assert (page.url, len(found(page))) == ("/search", 2)


def test_ten_of_a_kind_and_a_link_to_the_rest(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    fill(cast)
    few = queries_of(browser, "/search?q=papan")
    for number in range(14):
        make_finding(cast, f"Papan nomor {number}.")
    db.session.commit()
    page = browser.get("/search?q=papan")
    assert len([hit for hit in found(page) if "NC-" in hit]) == 10
    more = page.soup.find("a", string="All in the register")
    assert more["href"] == "/findings?q=papan"
    assert browser.get(more["href"]).has("Papan nomor 3.")
    assert queries_of(browser, "/search?q=papan") == few <= 8


def test_a_search_without_a_hit_costs_little_more(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    make_finding(cast, "Kwitansi hilang")
    db.session.commit()
    assert browser.get("/search?q=kwit").has("Kwitansi hilang")
    assert queries_of(browser, "/search?q=kwitx") <= 10


def test_empty_pages_say_what_to_do(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    assert browser.get("/search").has("What are you looking for?")
    assert browser.get("/search?q=zzzz").has("Nothing found")
    assert browser.get("/search?q=%21%21").has("Nothing found")
    assert browser.get("/search?q=" + "a" * 900).has("Nothing found")
    assert browser.get("/search?q=%00%27%22+OR+1").has("Nothing found")


def test_an_administrator_of_a_unit_finds_only_the_people_whom_they_keep(
    browse: Any, cast: Cast
) -> None:
    keeper = cast.person("keeper", Role.ADMINISTRATOR, cast.dinkes)
    db.session.commit()
    browser = browse(keeper)
    assert found(browser.get("/search?q=officer")) == ["Other Officer"]
    assert found(browser.get("/search?q=bystander")) == ["Bystander"]


def cite(cast: Cast, *numbers: str) -> None:
    """A finding, a document and evidence for each of these clauses of ISO 9001:2015."""
    for number in numbers:
        clause = clause_by_key(f"iso9001-2015:{number}").id
        make_finding(cast, f"Temuan {number}", clause_ids=[clause])
        make_in_force(cast, f"Prosedur {number}", clause_ids=[clause])
        make_evidence(cast, f"Bukti {number}", clause_ids=[clause])
    db.session.commit()


def titles(page: Any) -> dict[str, list[str]]:
    """Heading -> its hits."""
    return {
        heading.get_text(" ", strip=True).split()[0]: [
            link.get_text(" ", strip=True)
            for link in heading.find_next("ul").select(".list-main > a")
        ]
        for heading in page.soup.select("main h2")
    }


def test_a_clause_is_found_by_its_number_with_what_cites_it(browse: Any, cast: Cast) -> None:
    cite(cast, "8.4", "8.4.1", "8.5.1", "9.2")
    browser = browse(cast.officer)
    page = browser.get("/search?q=8.4")
    hits = titles(page)
    assert len(hits["Clauses"]) == 5
    assert hits["Clauses"][0].startswith("8.4 · Control of externally provided")
    assert page.soup.find("a", href="/standards/iso9001-2015/clauses/8.4")
    assert [one.split(" · ")[1] for one in hits["Findings"]] == ["Temuan 8.4.1", "Temuan 8.4"]
    assert [one.split(" · ")[1] for one in hits["Documents"]] == ["Prosedur 8.4.1", "Prosedur 8.4"]
    assert hits["Evidence"] == ["Bukti 8.4.1", "Bukti 8.4"]
    assert set(hits) == {"Clauses", "Findings", "Documents", "Evidence"}


def test_what_one_may_not_see_cites_no_clause(browse: Any, cast: Cast) -> None:
    cite(cast, "8.4")
    for person in (cast.other_officer, cast.outsider, cast.bystander):
        assert set(titles(browse(person).get("/search?q=8.4"))) == {"Clauses"}


def test_registers_find_what_cites_a_clause_too(browse: Any, cast: Cast) -> None:
    cite(cast, "8.4.1", "9.2")
    browser = browse(cast.officer)
    for register, hit in (("findings", "Temuan"), ("documents", "Prosedur"), ("evidence", "Bukti")):
        page = browser.get(f"/{register}?q=8.4")
        assert page.has(f"{hit} 8.4.1") and not page.has(f"{hit} 9.2"), register


def test_a_search_for_a_clause_costs_no_more(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    cite(cast, "8.4")
    few = queries_of(browser, "/search?q=8.4")
    for _ in range(3):
        cite(cast, "8.4", "8.4.1")
    assert queries_of(browser, "/search?q=8.4") == few <= 8
