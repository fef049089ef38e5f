"""Clauses find their successors; the derived banks are complete and say where each line is from."""

import pytest

from qms.standards import catalogue, derivation
from qms.standards.catalogue import EDITION_KEYS, Change, Source, Unknown

derived_editions = pytest.mark.parametrize(
    ("key", "before"),
    [("iso9001-2026", "iso9001-2015"), ("iso37001-2025", "iso37001-2016")],
)


@pytest.mark.parametrize(
    ("from_key", "to_key", "number", "expected"),
    [
        ("iso9001-2015", "iso9001-2015", "8.5.1", [("8.5.1", "same")]),
        ("iso9001-2015", "iso9001-2026", "7.2", [("7.2", "same")]),
        ("iso9001-2015", "iso9001-2026", "9.2", [("9.2.1", "split"), ("9.2.2", "split")]),
        ("iso9001-2015", "iso9001-2026", "10.3", [("10.1", "merged")]),
        # numbered paragraphs follow the clause above
        ("iso9001-2015", "iso9001-2026", "4.4.2", [("4.4.2", "same")]),
        ("iso9001-2015", "iso9001-2026", "6.1.2", [("6.1.2", "split"), ("6.1.3", "split")]),
        ("iso9001-2015", "iso9001-2026", "9.2.2", [("9.2.2", "split")]),
        ("iso37001-2016", "iso37001-2025", "4.5.4", [("4.5", "changed")]),
        ("iso37001-2016", "iso37001-2025", "7.4.2", [("7.4", "same")]),
        # headings follow the clauses below
        ("iso9001-2015", "iso9001-2026", "8.5", [("8.5", "same")]),
        ("iso9001-2015", "iso9001-2026", "7.1.5", [("7.1.5", "changed")]),
        ("iso9001-2008", "iso9001-2015", "7.3", [("8.3", "moved")]),
        (
            "iso9001-2008",
            "iso9001-2015",
            "8.5",
            [("10.1", "split"), ("10.2", "split"), ("10.3", "split")],
        ),
        # over two editions the graver change counts
        ("iso9001-2008", "iso9001-2026", "8.2.2", [("9.2.1", "split"), ("9.2.2", "split")]),
        ("iso9001-2008", "iso9001-2026", "5.5.2", [("5.3", "dropped")]),
        # the two standards, both ways
        ("iso9001-2015", "iso37001-2016", "10.2", [("10.1", "full")]),
        ("iso37001-2016", "iso9001-2015", "10.1", [("10.2", "full")]),
        ("iso37001-2016", "iso9001-2015", "8.7", []),
        ("iso9001-2015", "iso37001-2016", "4.4.1", [("4.4", "partial")]),
    ],
)
def test_where_a_clause_went(from_key, to_key, number, expected):
    assert derivation.carry_clause(from_key, to_key, number) == expected


def test_a_clause_is_not_carried_where_no_crosswalk_leads():
    with pytest.raises(Unknown):
        derivation.carry_clause("iso9001-2026", "iso9001-2015", "4.1")
    with pytest.raises(Unknown):
        derivation.carry_clause("iso9001-2008", "iso37001-2016", "4.1")
    with pytest.raises(Unknown):
        derivation.carry_clause("iso9001-2015", "iso9001-2026", "11")


def test_every_clause_of_every_edition_has_a_successor():
    for edition in catalogue.editions():
        if edition.superseded_by is None:
            continue
        following = catalogue.edition(edition.superseded_by)
        for clause in edition.clauses:
            targets = derivation.carry_clause(edition.key, following.key, clause.number)
            assert targets, clause.key
            for number, _ in targets:
                assert following.clause(number).citable or not clause.citable, clause.key


@pytest.mark.parametrize("key", [key for key in EDITION_KEYS if key != "iso9001-2008"])
def test_every_auditable_clause_has_a_question(key):
    assert derivation.uncovered_clauses(key) == ()


def test_the_2008_edition_has_no_bank():
    assert derivation.question_bank("iso9001-2008") == ()
    assert derivation.document_list("iso9001-2008") == ()


def test_the_written_banks_are_handed_on_as_they_are():
    assert derivation.question_bank("iso9001-2015") == catalogue.questions("iso9001-2015")
    assert derivation.document_list("iso37001-2016") == catalogue.mandatory_documents(
        "iso37001-2016"
    )


@derived_editions
def test_no_question_is_lost_and_each_says_where_it_is_from(key, before):
    bank = derivation.question_bank(key)
    origins = {question.id: question for question in catalogue.questions(before)}
    assert {line.origin_id for line in bank} - {None} == set(origins)
    assert len({line.id for line in bank}) == len(bank)
    edition = catalogue.edition(key)
    for line in bank:
        assert line.edition_key == key
        assert line.source == Source.DERIVED
        assert edition.clause(line.clause).citable
        assert line.question_en != line.question_id
        assert line.evidence_en
        assert line.evidence_id
        if line.change == Change.CARRIED:
            origin = origins[line.origin_id]
            assert line.question_id == origin.question_id
            assert line.clause == origin.clause
            assert not line.note_en
            assert not line.note_id
        else:
            assert line.note_en, line.id
            assert line.note_id, line.id
            assert line.note_en != line.note_id, line.id


@derived_editions
def test_new_questions_stand_exactly_where_the_crosswalk_says_new(key, before):
    new = {line.clause for line in derivation.question_bank(key) if line.change == Change.NEW}
    assert new == {entry.number for entry in catalogue.crosswalk(before, key).new_in_target}
    assert all(catalogue.edition(key).clause(number).new_in_edition for number in new)


@derived_editions
def test_carried_means_that_the_edition_changed_nothing_there(key, before):
    edition = catalogue.edition(key)
    for line in derivation.question_bank(key) + derivation.document_list(key):
        changed_there = edition.clause(line.clause).changed_in_edition
        assert not (line.change == Change.CARRIED and changed_there), line.id


@derived_editions
def test_no_document_is_lost_and_each_says_where_it_is_from(key, before):
    lines = derivation.document_list(key)
    origins = {document.id for document in catalogue.mandatory_documents(before)}
    assert {line.origin_id for line in lines} - {None} == origins
    assert len({line.id for line in lines}) == len(lines)
    for line in lines:
        assert line.source == Source.DERIVED
        assert catalogue.edition(key).has_clause(line.clause)
        assert (line.change == Change.CARRIED) == (not line.note_en) == (not line.note_id)
        assert (line.change == Change.NEW) == (line.origin_id is None)


@derived_editions
def test_each_clause_that_asks_for_documents_has_a_line(key, before):
    listed = {line.clause for line in derivation.document_list(key) if line.explicit}
    for clause in catalogue.edition(key).clauses:
        if clause.documented_information != "none":
            within = [n for n in listed if n == clause.number or n.startswith(clause.number + ".")]
            assert within, clause.key


@derived_editions
def test_the_rules_name_questions_and_clauses_that_exist(key, before):
    rules = catalogue.read_data("derivation")[key]
    known = {question.id: question.clause for question in catalogue.questions(before)}
    for question_id, targets in rules["split"].items():
        successors = derivation.carry_clause(before, key, known[question_id])
        assert set(targets) <= {number for number, _ in successors}, question_id
    for question_id in rules["reworded"]:
        lines = [x for x in derivation.question_bank(key) if x.origin_id == question_id]
        assert lines
        assert all(line.change == Change.CHANGED for line in lines)


def test_samples_of_the_derived_banks():
    bank = {line.id: line for line in derivation.question_bank("iso37001-2025")}
    moved = bank["iso37001-2025/10.2/q37-10.1-1"]
    assert moved.change == Change.CHANGED
    assert "10.2" in moved.note_id
    function = bank["iso37001-2025/5.3.2/q37-5.3.2-1"]
    assert "kepatuhan" not in function.question_id
    assert bank["iso37001-2025/8.2/q37-8.2-1"].change == Change.CARRIED
    documents = {line.id: line for line in derivation.document_list("iso37001-2025")}
    assert documents["iso37001-2025/9.3.3/required"].origin_id == "iso37001-2016/9.3.1/required"
