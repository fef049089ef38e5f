"""A pack of some chapters only says what was left out, and leads nowhere that is not there."""

from typing import Any

import pytest
from sqlalchemy import select, text

from qms.core.db import db
from qms.core.errors import Invalid
from qms.packs.about import about_pack
from qms.packs.models import Chapter, Pack
from tests.cast import Cast
from tests.packs.conftest import Packs
from tests.packs.opened import Opened
from tests.packs.test_operations import ask
from tests.packs.test_routes import asked

HEADINGS = {
    Chapter.SCOPE: {"Scope and certificates/Scope and certificates"},
    Chapter.AUDITS: {"Audits/Audits"},
    Chapter.CLAUSES: {
        "ISO 9001:2015 Quality management systems/4 Context of the organization",
        "ISO 37001:2016 Anti-bribery management systems/4 Context of the organization",
    },
    Chapter.GAPS: {"Known gaps/Known gaps"},
    Chapter.DOCUMENTS: {"Registers/Documents"},
    Chapter.EVIDENCE: {"Registers/Evidence"},
    Chapter.FINDINGS: {"Registers/Findings"},
    Chapter.ACTIONS: {"Registers/Actions"},
}
SHEETS = {
    Chapter.SCOPE: {"Scope", "Certificates"},
    Chapter.AUDITS: {"Audits", "Checklist answers"},
    Chapter.CLAUSES: {"Clause matrix", "By clause"},
    Chapter.GAPS: {"Known gaps"},
    Chapter.DOCUMENTS: {"Documents"},
    Chapter.EVIDENCE: {"Evidence"},
    Chapter.FINDINGS: {"Findings", "Responses"},
    Chapter.ACTIONS: {"Actions"},
}
LABELS = {
    Chapter.SCOPE: "Scope and certificates",
    Chapter.AUDITS: "Audits",
    Chapter.CLAUSES: "Clause by clause",
    Chapter.GAPS: "Known gaps",
    Chapter.DOCUMENTS: "Register of documents",
    Chapter.EVIDENCE: "Register of evidence",
    Chapter.FINDINGS: "Register of findings",
    Chapter.ACTIONS: "Register of actions",
}


def test_each_chapter_can_be_left_out_and_stand_alone(
    few: Cast, packs: Packs, only_sqlite: None
) -> None:
    """The writer of the report refuses a link into a chapter that is not there."""
    for one in Chapter:
        others = tuple(chapter for chapter in Chapter if chapter is not one)
        for chosen in ((one,), others):
            opened = Opened(packs.make(packs.about(few.officer, chapters=chosen)))
            sheets = set().union(*(SHEETS[chapter] for chapter in chosen))
            assert set(opened.book.sheetnames) == {"Index", "Files", *sheets}, chosen
            for chapter, wanted in HEADINGS.items():
                there = {name for name in opened.chapters if is_of(name, wanted)}
                assert bool(there) is (chapter in chosen), (chapter, chosen)
            led = [cell.hyperlink.location for cell in opened.book["Index"]["A"] if cell.hyperlink]
            assert {place.split("!")[0].strip("'") for place in led} == {"Files", *sheets}
            assert opened.manifest["chapters"] == [chapter.value for chapter in chosen]


def is_of(name: str, wanted: set[str]) -> bool:
    """Whether a heading is one of these; editions by their number and clause 4."""
    return name in wanted or any(
        name.endswith("/4 Context of the organization") and name.startswith(one.split(" ")[0])
        for one in wanted
        if one.startswith("ISO")
    )


def test_the_pack_says_what_was_left_out_and_is_the_same_again(few: Cast, packs: Packs) -> None:
    chosen = (Chapter.FINDINGS, Chapter.SCOPE, Chapter.CLAUSES)
    about = packs.about(few.officer, chapters=chosen)
    first = packs.made(about, "first.zip")
    pack = db.session.scalars(select(Pack).where(Pack.uid == about.uid)).one()
    assert packs.made(about_pack(pack, few.officer), "second.zip") == first
    opened = Opened(packs.folder / "first.zip")
    missing = ", ".join(label for one, label in LABELS.items() if one not in chosen)
    cover = [row for style, rows in opened.chapters[""] if not style for row in rows]
    assert ["Left out", missing] in cover
    assert f"Left out by who made this pack: {missing}." in opened.words
    index = [row[0].value for row in opened.book["Index"].iter_rows(max_row=7)]
    assert f"Left out: {missing}" in index
    assert f"Left out        : {missing}" in opened.parts["README.txt"].decode()
    assert opened.figures["Actions overdue"] >= 0 and "Actions" not in opened.figures


def test_a_pack_of_all_chapters_speaks_of_none_left_out(few: Cast, packs: Packs) -> None:
    about = packs.about(few.officer)
    made = packs.made(about, "all.zip")
    opened = Opened(packs.folder / "all.zip")
    assert opened.manifest["chapters"] == [one.value for one in Chapter]
    assert "Left out by who made" not in opened.words
    assert "Left out        : -" in opened.parts["README.txt"].decode()
    db.session.execute(text("UPDATE pack SET chapters = NULL"))  # as the migration leaves old ones
    db.session.commit()
    db.session.expire_all()
    pack = db.session.scalars(select(Pack).where(Pack.uid == about.uid)).one()
    assert packs.made(about_pack(pack, few.officer), "old.zip") == made


def test_a_pack_of_no_chapter_makes_no_sense(cast: Cast, only_sqlite: None) -> None:
    with pytest.raises(Invalid) as problem:
        ask(cast.officer, [cast.disnaker.id], chapters=())
    assert set(problem.value.fields) == {"chapters"}


def test_the_page_offers_all_and_tells_what_was_left_out(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/packs")
    boxes = page.soup.select("input[name=chapters]")
    assert [box["value"] for box in boxes if box.has_attr("checked")] == list(Chapter)
    assert not asked(browse, cast).has("Chapters left out")
    page = asked(browse, cast, chapters=[one.value for one in Chapter if one is not Chapter.GAPS])
    assert page.has("Chapters left out") and page.has("Known gaps")
    page = browse(cast.officer).get("/packs").submit(editions=["iso9001-2015"], chapters=[],
                                                     status=422)  # fmt: skip
    assert page.has("Choose at least one chapter.")
    assert len(db.session.scalars(select(Pack)).all()) == 2
