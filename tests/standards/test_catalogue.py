"""The shipped standards say what they should, and nothing in them contradicts the rest."""

import datetime as dt
import json
import re
import time
from collections import Counter
from typing import Any

import pytest
import yaml

from qms.standards import catalogue
from qms.standards.catalogue import DATA, EDITION_KEYS, EditionStatus, PairKind

NUMBER = re.compile(r"\d{1,2}(\.\d{1,2}){0,3}")
# (clauses, of them auditable): written down here so that a lost clause shows
COUNTS = {
    "iso9001-2008": (72, 51),
    "iso9001-2015": (94, 57),
    "iso9001-2026": (94, 59),
    "iso37001-2016": (67, 38),
    "iso37001-2025": (64, 47),
}
every_edition = pytest.mark.parametrize("key", EDITION_KEYS)
every_crosswalk = pytest.mark.parametrize("walk", catalogue.crosswalks(), ids=lambda walk: walk.id)


def scalars(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [hit for key, item in value.items() for hit in scalars(item, f"{path}/{key}")]
    if isinstance(value, list):
        return [hit for item in value for hit in scalars(item, path)]
    return [(path, value)]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.yaml")), ids=lambda path: path.stem)
def test_files_hold_no_number_or_date_that_yaml_made_up(path):
    content = catalogue.read_data(path.stem)
    assert content == yaml.safe_load(path.read_text(encoding="utf-8"))
    odd = [
        (where, value)
        for where, value in scalars(content)
        if not isinstance(value, str | int | bool | None)
    ]
    assert odd == []
    places = ("number", "clause", "from", "to", "parent", "affects")
    numeric = [
        (where, value)
        for where, value in scalars(content)
        if where.rsplit("/", 1)[-1] in places and isinstance(value, int)
    ]
    assert numeric == []


def test_no_key_is_a_number():
    for path in DATA.glob("*.yaml"):
        assert not re.search(r"^\s*(- )?\d+(\.\d+)*:", path.read_text(encoding="utf-8"), re.M), path


@every_edition
def test_clause_trees_are_whole(key):
    edition = catalogue.edition(key)
    numbers = [clause.number for clause in edition.clauses]
    assert [n for n, times in Counter(numbers).items() if times > 1] == []
    assert numbers == sorted(numbers, key=catalogue.clause_sort_key)
    for clause in edition.clauses:
        assert NUMBER.fullmatch(clause.number)
        assert clause.level == clause.number.count(".") + 1
        assert clause.parent == (clause.number.rpartition(".")[0] or None)
        assert clause.parent is None or edition.has_clause(clause.parent)
        assert clause.title_en.strip()
        assert clause.title_id.strip()
        assert clause.title_id_source in {"sni", "common", "translation"}
        assert clause.documented_information in {"none", "maintain", "retain", "maintain+retain"}
        assert clause.citable or not clause.auditable


@every_edition
def test_counts_are_those_of_the_file(key):
    edition = catalogue.edition(key)
    found = (len(edition.clauses), len(edition.auditable_clauses()))
    assert found == COUNTS[key]
    assert catalogue.read_data(key)["counts"] == {"clauses": found[0], "auditable": found[1]}


@every_edition
def test_an_auditable_clause_lies_under_no_other(key):
    edition = catalogue.edition(key)
    for clause in edition.auditable_clauses():
        assert not [above for above in edition.ancestors_of(clause.number) if above.auditable]


@every_edition
def test_each_requirement_clause_is_auditable_or_shares_an_auditable_one(key):
    edition = catalogue.edition(key)
    auditable = {clause.number for clause in edition.auditable_clauses()}
    for clause in edition.clauses:
        if not clause.citable:
            continue
        above = {found.number for found in edition.ancestors_of(clause.number)}
        below = {n for n in auditable if n.startswith(clause.number + ".")}
        assert clause.number in auditable or above & auditable or below, clause.key


def test_keys_and_sort_keys():
    clause = catalogue.edition("iso37001-2016").clause("8.10")
    assert clause.key == "iso37001-2016:8.10"
    assert clause.sort_key == "008.010"
    numbers = ["4.10", "10.1", "4.2", "4", "4.2.1"]
    assert sorted(numbers, key=catalogue.clause_sort_key) == ["4", "4.2", "4.2.1", "4.10", "10.1"]


def test_editions_follow_each_other():
    for edition in catalogue.editions():
        if edition.superseded_by:
            following = catalogue.edition(edition.superseded_by)
            assert following.supersedes == edition.key
            assert edition.transition.to_key == following.key
            assert edition.transition.end.isoformat() > following.published
            assert edition.withdrawn
        else:
            assert edition.status == EditionStatus.CURRENT
            assert edition.transition is None
            assert edition.withdrawn is None


def test_only_the_2008_edition_is_closed_to_new_work():
    closed = [e.key for e in catalogue.editions() if not e.selectable_for_new_work]
    assert closed == ["iso9001-2008"]
    assert catalogue.edition("iso9001-2008").status == EditionStatus.WITHDRAWN


def test_the_dates_of_the_transition_to_2026():
    dates = {m.kind: m.date for m in catalogue.edition("iso9001-2015").transition.milestones}
    assert dates == {
        "published": dt.date(2026, 9, 16),
        "bodies_ready": dt.date(2027, 9, 30),
        "new_edition_only": dt.date(2028, 3, 31),
        "end": dt.date(2029, 9, 30),
    }


def test_the_end_of_the_37001_transition_says_that_it_is_not_verified():
    transition = catalogue.edition("iso37001-2016").transition
    assert transition.end == dt.date(2027, 2, 28)
    assert "unverified" in transition.confidence


@every_crosswalk
def test_crosswalks_name_clauses_that_exist(walk):
    source, target = catalogue.edition(walk.from_key), catalogue.edition(walk.to_key)
    for pair in walk.pairs:
        assert source.has_clause(pair.from_number), pair
        assert pair.to_numbers
        for number in pair.to_numbers:
            assert target.has_clause(number), pair
    for new in walk.new_in_target:
        assert target.has_clause(new.number)
        assert new.note_en
        assert new.note_id
    assert all(source.has_clause(number) for number in walk.only_from)
    assert all(target.has_clause(number) for number in walk.only_to)


@every_crosswalk
def test_crosswalk_notes_are_in_both_languages(walk):
    for pair in walk.pairs:
        assert bool(pair.note_en) == bool(pair.note_id), pair
        assert pair.note_en != pair.note_id or not pair.note_en


@every_crosswalk
def test_crosswalks_leave_no_auditable_clause_out(walk):
    named = {pair.from_number for pair in walk.pairs} | set(walk.only_from)
    source = catalogue.edition(walk.from_key)
    missing = [
        clause.number
        for clause in source.auditable_clauses()
        if clause.number not in named
        and not {above.number for above in source.ancestors_of(clause.number)} & named
    ]
    assert missing == []


@pytest.mark.parametrize(
    "walk",
    [walk for walk in catalogue.crosswalks() if not walk.joins_two_standards],
    ids=lambda walk: walk.id,
)
def test_each_new_edition_clause_comes_from_somewhere_or_is_called_new(walk):
    target = catalogue.edition(walk.to_key)
    reached = {number for pair in walk.pairs for number in pair.to_numbers}
    reached |= {new.number for new in walk.new_in_target}
    missing = [
        clause.number
        for clause in target.auditable_clauses()
        if clause.number not in reached
        and not {above.number for above in target.ancestors_of(clause.number)} & reached
    ]
    assert missing == []


def test_unchanged_clauses_are_not_flagged_as_changed():
    for walk in catalogue.crosswalks():
        for pair in walk.pairs:
            for number in pair.to_numbers:
                clause = catalogue.edition(walk.to_key).clause(number)
                if pair.kind == PairKind.SAME and not walk.joins_two_standards:
                    assert not clause.changed_in_edition, clause.key
                    assert not clause.new_in_edition, clause.key


def test_the_comparison_of_the_two_standards_reads_both_ways():
    there = catalogue.crosswalk("iso9001-2015", "iso37001-2016")
    back = catalogue.crosswalk("iso37001-2016", "iso9001-2015")
    assert {(p.from_number, t) for p in there.pairs for t in p.to_numbers} == {
        (t, p.from_number) for p in back.pairs for t in p.to_numbers
    }
    assert back.only_from == there.only_to
    assert [pair.to_numbers for pair in back.pairs_from("9.3.1")] == [
        ("9.3.1",),
        ("9.3.2",),
        ("9.3.3",),
    ]


@pytest.mark.parametrize("key", ["iso9001-2015", "iso37001-2016"])
def test_every_auditable_clause_has_a_question(key):
    edition = catalogue.edition(key)
    questions = catalogue.questions(key)
    auditable = {clause.number for clause in edition.auditable_clauses()}
    assert {question.clause for question in questions} == auditable
    counts = catalogue.read_data(f"questions-{key}")["counts"]
    assert counts == {"clauses": len(auditable), "questions": len(questions)}
    ids = [question.id for question in questions]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("key", ["iso9001-2015", "iso37001-2016"])
def test_questions_are_in_both_languages_with_known_methods(key):
    known = set(catalogue.read_data(f"questions-{key}")["methods_legend"])
    for question in catalogue.questions(key):
        assert question.methods
        assert set(question.methods) <= known
        texts = (question.question_en, question.question_id)
        texts += (question.evidence_en, question.evidence_id)
        assert all(text.strip() for text in texts), question.id
        assert question.question_en != question.question_id


@pytest.mark.parametrize("key", ["iso9001-2015", "iso37001-2016"])
def test_each_clause_that_asks_for_documents_has_a_line_in_the_list(key):
    edition = catalogue.edition(key)
    listed = {entry.clause: entry for entry in catalogue.mandatory_documents(key) if entry.explicit}
    for clause in edition.clauses:
        if clause.documented_information == "none":
            continue
        below = [n for n in listed if n == clause.number or n.startswith(clause.number + ".")]
        assert below, clause.key
    for number, entry in listed.items():
        flag = edition.clause(number).documented_information
        # 7.5.1 of 37001 leaves it to the agency what it needs: listed, but no flag on the clause
        assert flag == entry.action or (key, number) == ("iso37001-2016", "7.5.1")


@every_edition
def test_documents_are_in_both_languages_with_an_own_id(key):
    entries = catalogue.mandatory_documents(key)
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert catalogue.edition(key).has_clause(entry.clause)
        assert entry.what_en.strip()
        assert entry.what_id.strip()
        assert entry.typical_file.strip()
        assert entry.what_en != entry.what_id
        assert bool(entry.action) == entry.explicit


def test_banks_exist_where_they_were_written():
    assert {key: len(catalogue.questions(key)) for key in EDITION_KEYS} == {
        "iso9001-2008": 0,
        "iso9001-2015": 81,
        "iso9001-2026": 0,
        "iso37001-2016": 49,
        "iso37001-2025": 0,
    }


def test_what_is_unverified_still_says_so():
    for path in DATA.glob("*.yaml"):
        # the questions are our own writing; each fact of the 2026 edition has a published source
        if not path.stem.startswith("questions") and path.stem != "iso9001-2026":
            assert "[own knowledge, unverified" in path.read_text(encoding="utf-8"), path.name


def test_unknown_things_are_named():
    with pytest.raises(catalogue.Unknown, match="iso9001-1994"):
        catalogue.edition("iso9001-1994")
    with pytest.raises(catalogue.Unknown, match=r"4\.9"):
        catalogue.edition("iso9001-2015").clause("4.9")
    with pytest.raises(catalogue.Unknown):
        catalogue.crosswalk("iso9001-2026", "iso9001-2015")


def test_the_digest_follows_the_content(tmp_path, monkeypatch):
    before = catalogue.catalogue_digest()
    assert re.fullmatch(r"[0-9a-f]{64}", before)
    for path in DATA.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text("# another comment\n" + text, encoding="utf-8")
    monkeypatch.setattr(catalogue, "DATA", tmp_path)
    assert digest_afresh() == before
    changed = tmp_path / "iso9001-2015.yaml"
    text = changed.read_text(encoding="utf-8").replace("title_en: People", "title_en: Folk")
    changed.write_text(text, encoding="utf-8")
    assert digest_afresh() != before


def digest_afresh() -> str:
    catalogue.read_data.cache_clear()
    try:
        return catalogue.catalogue_digest.__wrapped__()
    finally:
        catalogue.read_data.cache_clear()


def test_all_files_are_read_in_little_time():
    catalogue.read_data.cache_clear()
    start = time.process_time()
    for path in DATA.glob("*.yaml"):
        json.dumps(catalogue.read_data(path.stem))
    assert time.process_time() - start < 1.0
