"""Pages of the standards."""

from typing import Any

import pytest

from qms.core.db import db
from qms.people.operations import choose_looks
from qms.standards import catalogue as shipped
from qms.standards import operations, overlay
from qms.standards.cli import standards as commands
from qms.standards.queries import clause_by_key
from tests.cast import Cast


def test_the_editions_with_status_transition_and_doubts(browse: Any, cast: Cast) -> None:
    page = browse(cast.guest).get("/standards")
    for edition in shipped.editions():
        assert page.has(edition.code)
    assert page.has("30 September 2029")
    assert page.has("unverified") and page.has("certificates and history only")
    assert page.has(shipped.catalogue_digest())


@pytest.mark.parametrize("key", shipped.EDITION_KEYS)
def test_every_edition_in_both_languages(browse: Any, cast: Cast, key: str) -> None:
    edition = shipped.edition(key)
    page = browse(cast.officer).get(f"/standards/{key}")
    assert page.has(edition.clauses[-1].title_en)
    choose_looks(cast.officer, language="id")
    db.session.commit()
    page = browse(cast.officer).get(f"/standards/{key}")
    assert page.has(edition.clauses[-1].title_id)


@pytest.mark.parametrize(
    "path",
    [
        "iso9001-2008/to/iso9001-2015",
        "iso9001-2015/to/iso9001-2026",
        "iso37001-2016/to/iso37001-2025",
        "iso9001-2015/to/iso37001-2016",
        "iso37001-2016/to/iso9001-2015",
    ],
)
def test_the_crosswalks(browse: Any, cast: Cast, path: str) -> None:
    page = browse(cast.officer).get(f"/standards/{path}")
    left, right = path.split("/to/")
    walk = shipped.crosswalk(left, right)
    assert page.has(shipped.edition(left).code) and page.has(shipped.edition(right).code)
    assert len(page.soup.select("table.register tbody tr")) == len(walk.pairs)


@pytest.mark.parametrize(
    "path",
    [
        "/standards/iso1",
        "/standards/iso9001-2015/clauses/99",
        "/standards/iso9001-2026/to/iso9001-2015",
        "/standards/iso9001-2015/clauses/4.1/question?line=none",
    ],
)
def test_nothing_there(browse: Any, cast: Cast, path: str) -> None:
    browse(cast.coordinator).get(path, 404)


def test_the_coordinator_words_a_clause(browse: Any, cast: Cast) -> None:
    browser = browse(cast.coordinator)
    form = browser.get("/standards/iso9001-2015/clauses/8.2.1/words")
    page = form.submit(title="Komunikasi dengan pemohon", requirement="Teks\nkami")
    assert page.has("Komunikasi dengan pemohon") and page.has("Teks kami")
    assert page.has("wrote the district's own words")
    tree = browse(cast.officer).get("/standards/iso9001-2015")
    assert tree.has("Komunikasi dengan pemohon") and tree.has("district's title")
    again = browser.get("/standards/iso9001-2015/clauses/8.2.1/words").submit(title="")
    assert not again.soup.select_one("h1").get_text().startswith("Komunikasi")


def test_questions_and_documents_of_the_district(browse: Any, cast: Cast, catalogue: Any) -> None:
    browser = browse(cast.administrator)
    clause = catalogue("iso9001-2015", "4.1")
    shipped_line = overlay.question_lines(cast.district.id, "iso9001-2015", "en")[clause.id][0]
    page = browser.get("/standards/iso9001-2015/clauses/4.1")
    assert page.has(shipped_line.text)
    page = browser.get(
        f"/standards/iso9001-2015/clauses/4.1/question?line={shipped_line.key}"
    ).submit(question="In our words?")
    assert page.has("In our words?") and not page.has(shipped_line.text)
    link = page.soup.find("a", href=lambda href: href and "/question-" in href)
    assert link is not None
    page = browser.get(link["href"]).submit(question="Better words?")
    assert page.has("Better words?") and not page.has("In our words?")
    page = browser.get("/standards/iso9001-2015/clauses/4.1/document").submit(what="SK Tim Mutu")
    assert page.has("SK Tim Mutu")
    refused = browser.get("/standards/iso9001-2015/clauses/4.1/document").submit(
        what=" ", status=422
    )
    assert refused.has("Write what must be there.")


def test_without_the_right(browse: Any, cast: Cast) -> None:
    for person in (cast.officer, cast.guest, cast.bystander):
        browser = browse(person)
        browser.get("/standards/iso9001-2015/clauses/4.1")
        for what in ("words", "question", "document"):
            browser.get(f"/standards/iso9001-2015/clauses/4.1/{what}", 403)
            browser.post(f"/standards/iso9001-2015/clauses/4.1/{what}", status=403)


def test_a_foreign_districts_words_are_not_found(browse: Any, cast: Cast) -> None:
    browser = browse(cast.coordinator)
    page = browser.get("/standards/iso9001-2015/clauses/4.1/question").submit(question="Ours?")
    link = page.soup.find("a", href=lambda href: href and "/question-" in href)
    stranger = browse(cast.outsider)
    assert not stranger.get("/standards/iso9001-2015/clauses/4.1").has("Ours?")
    stranger.get(link["href"], 404)


def test_a_stale_save_shows_both_versions(browse: Any, cast: Cast) -> None:
    browser = browse(cast.coordinator)
    address = "/standards/iso9001-2015/clauses/4.1/words"
    browser.get(address).submit(title="First")
    stale = browser.get(address)
    browser.get(address).submit(title="Second")
    page = stale.submit(title="Third", status=409)
    assert page.has("Second")
    assert page.soup.find("input", {"value": "Third"}) is not None
    assert page.submit(title="Third").has("Third")


def test_of_two_who_word_a_clause_first_the_second_sees_both(browse: Any, cast: Cast) -> None:
    address = "/standards/iso9001-2015/clauses/4.1/words"
    stale = browse(cast.coordinator).get(address)
    browse(cast.administrator).get(address).submit(title="First", requirement="Theirs")
    page = stale.submit(title="Second", status=409)
    assert page.has("First") and page.has("Theirs")
    assert page.soup.find("input", {"value": "Second"}) is not None


def test_the_commands(app: Any) -> None:
    result = app.test_cli_runner().invoke(commands, ["load"])
    assert shipped.catalogue_digest() in result.output and " 0 " in result.output
    result = app.test_cli_runner().invoke(commands, ["list"])
    assert result.output.splitlines()[0].split("\t")[:3] == [
        "iso9001-2008",
        "ISO 9001:2008",
        str(len(shipped.edition("iso9001-2008").clauses)),
    ]


def test_a_bare_title_says_what_it_is_about(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/standards/iso9001-2015/clauses/8.4.1")
    assert page.has("8.4 Control of externally provided processes, products and services")
    link = page.soup.find("a", string="Findings, documents and evidence on this clause")
    assert browse(cast.officer).get(link["href"]).has("8.4.1 · General")


def test_a_list_of_clauses_tells_numbers_and_what_is_asked_for(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/standards/iso9001-2015")
    (row,) = [one for one in page.soup.select(".clauses > li") if one.a["href"].endswith("/4.3")]
    assert row.a.get_text() == "4.3 Determining the scope of the quality management system"
    assert "documented information: maintain" in row.summary.get_text()


def test_a_line_is_found_at_its_own_clause_only(browse: Any, cast: Cast) -> None:
    here, there = (clause_by_key(f"iso9001-2015:{number}") for number in ("4.1", "4.2"))
    question = operations.word_question(here.id, "Apa isunya?", by=cast.coordinator)
    document = operations.word_document(here.id, "Daftar isu", by=cast.coordinator)
    db.session.commit()
    browser = browse(cast.coordinator)
    for kind, uid in (("question", question.uid), ("document", document.uid)):
        browser.get(f"/standards/iso9001-2015/clauses/{here.number}/{kind}-{uid}")
        browser.get(f"/standards/iso9001-2015/clauses/{there.number}/{kind}-{uid}", 404)


@pytest.mark.parametrize("path", ["/standards", "/standards/iso9001-2015"])
def test_notes_on_sources_are_for_who_edits_the_words(browse: Any, cast: Cast, path: str) -> None:
    page = browse(cast.owner).get(path)
    assert page.has("Compiled from public sources.") and not page.has("Where this is from")
    assert browse(cast.administrator).get(path).has("Where this is from")
