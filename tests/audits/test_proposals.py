"""Visits by rule: how many, when, and why."""

from datetime import date

from qms.audits.models import Risk
from qms.audits.proposals import Rule, Situation, propose

YEAR, NEW_YEAR = 2027, date(2027, 1, 1)
EVERY = tuple(date(YEAR, number, 1) for number in range(1, 13))


def months_of(*situations: Situation, rule: Rule | None = None, today: date = NEW_YEAR) -> dict:
    found = propose(situations, rule or Rule(), [YEAR], today)
    return {one.unit_id: [month.month for month in one.months] for one in found}


def test_high_risk_is_visited_twice_the_others_once() -> None:
    last = date(2026, 6, 15)
    found = months_of(
        Situation(1, Risk.HIGH, last), Situation(2, Risk.MEDIUM, last), Situation(3, Risk.LOW, last)
    )
    assert [len(found[unit]) for unit in (1, 2, 3)] == [2, 1, 1]


def test_poor_results_ask_for_one_visit_more_and_say_so() -> None:
    last = date(2026, 6, 15)
    major, minors, two = (
        propose([one], Rule(), [YEAR], NEW_YEAR)[0]
        for one in (
            Situation(1, Risk.LOW, last, majors=1),
            Situation(2, Risk.LOW, last, minors=3),
            Situation(3, Risk.LOW, last, minors=2),
        )
    )
    assert [len(one.months) for one in (major, minors, two)] == [2, 2, 1]
    assert major.basis["more"] and minors.basis["more"] and not two.basis["more"]
    assert major.basis["last_on"] == "2026-06-15" and major.basis["visits"] == 2


def test_a_unit_is_visited_when_its_interval_is_over() -> None:
    found = months_of(Situation(1, Risk.MEDIUM, date(2026, 8, 20)))
    assert found == {1: [8]}
    assert months_of(Situation(1, Risk.HIGH, date(2026, 9, 1))) == {1: [3, 9]}


def test_who_was_never_audited_comes_first() -> None:
    rule = Rule(months=(2, 3))
    found = months_of(
        Situation(1, Risk.MEDIUM, date(2026, 2, 1)), Situation(2, Risk.MEDIUM), rule=rule
    )
    assert found == {1: [3], 2: [2]}


def test_months_are_filled_evenly_and_only_those_allowed() -> None:
    situations = [Situation(unit, Risk.MEDIUM) for unit in range(24)]
    found = months_of(*situations, rule=Rule(months=(2, 4, 9)))
    loads = [sum(months == [month] for months in found.values()) for month in range(1, 13)]
    assert loads == [0, 8, 0, 8, 0, 0, 0, 0, 8, 0, 0, 0]


def test_visits_that_are_there_count_and_are_not_proposed_again() -> None:
    there = Situation(1, Risk.HIGH, date(2026, 6, 1), months=[date(YEAR, 3, 1)])
    (found,) = propose([there], Rule(), [YEAR], NEW_YEAR)
    assert len(found.months) == 1 and found.months[0] != date(YEAR, 3, 1)
    full = Situation(1, Risk.MEDIUM, months=[date(YEAR, 3, 1)])
    assert propose([full], Rule(), [YEAR], NEW_YEAR) == []


def test_nothing_is_proposed_for_what_has_passed() -> None:
    found = months_of(Situation(1, Risk.HIGH, date(2026, 1, 1)), today=date(2027, 10, 20))
    assert found == {1: [10, 12]} or found == {1: [10, 11]}
    assert min(found[1]) >= 10
    assert propose([Situation(1, Risk.HIGH)], Rule(), [YEAR], date(2028, 1, 1)) == []


def test_a_cycle_of_three_years_has_visits_in_each() -> None:
    (found,) = propose([Situation(1, Risk.MEDIUM)], Rule(), [2027, 2028, 2029], NEW_YEAR)
    assert [month.year for month in found.months] == [2027, 2028, 2029]


def test_a_risk_may_have_no_visits() -> None:
    assert propose([Situation(1, Risk.LOW)], Rule(low=0), [YEAR], NEW_YEAR) == []


def test_the_same_situations_give_the_same_proposals() -> None:
    situations = [
        Situation(unit, list(Risk)[unit % 3], date(2026, unit % 12 + 1, 5), minors=unit % 5)
        for unit in range(60)
    ]
    again = propose(situations, Rule(), [YEAR], NEW_YEAR)
    assert propose(situations, Rule(), [YEAR], NEW_YEAR) == again
    for one in again:
        assert len(set(one.months)) == len(one.months)
