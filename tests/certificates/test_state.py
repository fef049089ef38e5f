"""The state of a certificate on a day, from its events and nothing else."""

from dataclasses import dataclass
from datetime import date

import pytest

from qms.certificates.cautions import cautions
from qms.certificates.models import EventKind as K
from qms.certificates.sequence import what_is_wrong
from qms.certificates.settings import Cycle, TransitionEnd
from qms.certificates.state import CertificateState as S
from qms.certificates.state import StepKind, standing_on
from qms.core.i18n import speaking

OLD, DOUBTFUL = 7, 8
CYCLE = Cycle(
    transition_ends=(
        (OLD, TransitionEnd(date(2018, 9, 15), True)),
        (DOUBTFUL, TransitionEnd(date(2027, 2, 28), False)),
    )
)


@dataclass
class Happened:
    kind: K
    on: date
    valid_until: date | None = None
    number: int = 0


ISSUE = Happened(K.ISSUED, date(2019, 10, 21), date(2022, 10, 20))


@pytest.mark.parametrize(
    ("day", "state", "months"),
    [
        (date(2019, 10, 20), S.NOT_YET, None),
        (date(2019, 10, 21), S.VALID, 36),
        (date(2019, 11, 21), S.VALID, 35),
        (date(2022, 9, 20), S.VALID, 1),
        (date(2022, 9, 22), S.VALID, 0),
        (date(2022, 10, 20), S.VALID, 0),
        (date(2022, 10, 21), S.EXPIRED, None),
    ],
)
def test_from_issue_to_end(day: date, state: S, months: int | None) -> None:
    standing = standing_on([ISSUE], day, CYCLE)
    assert (standing.state, standing.months_left) == (state, months)


def test_suspended_until_lifted() -> None:
    events = [
        ISSUE,
        Happened(K.SUSPENDED, date(2020, 12, 1)),
        Happened(K.RESTORED, date(2021, 3, 1)),
    ]
    during = standing_on(events, date(2021, 2, 28), CYCLE)
    assert during.state is S.SUSPENDED and during.is_held
    assert during.suspension_limit == date(2021, 6, 1)
    assert during.next and (during.next.kind, during.next.by) == (StepKind.LIFT, date(2021, 6, 1))
    after = standing_on(events, date(2021, 3, 1), CYCLE)
    assert (after.state, after.suspension_limit) == (S.VALID, None)


def test_a_suspended_certificate_expires_too() -> None:
    events = [ISSUE, Happened(K.SUSPENDED, date(2022, 6, 1))]
    assert standing_on(events, date(2022, 10, 21), CYCLE).state is S.EXPIRED


def test_withdrawn_is_for_good() -> None:
    events = [ISSUE, Happened(K.WITHDRAWN, date(2021, 5, 5))]
    assert standing_on(events, date(2021, 5, 4), CYCLE).state is S.VALID
    for day in (date(2021, 5, 5), date(2030, 1, 1)):
        standing = standing_on(events, day, CYCLE)
        assert (standing.state, standing.next, standing.months_left) == (S.WITHDRAWN, None, None)


def test_surveillance_first_within_a_year_then_each_calendar_year() -> None:
    due = [one.due_on for one in standing_on([ISSUE], date(2020, 1, 1), CYCLE).surveillances]
    assert due == [date(2020, 10, 21), date(2021, 12, 31)]
    events = [ISSUE, Happened(K.SURVEILLANCE, date(2020, 9, 1))]
    standing = standing_on(events, date(2020, 10, 1), CYCLE)
    assert [one.held_on for one in standing.surveillances] == [date(2020, 9, 1), None]
    assert standing.next and standing.next.by == date(2021, 12, 31)
    assert standing.next.tone(date(2020, 10, 1)) == "neutral"
    assert standing.next.tone(date(2021, 11, 1)) == "warn"
    assert standing.next.tone(date(2022, 1, 1)) == "bad"


def test_after_a_renewal_the_calendar_year_counts() -> None:
    events = [ISSUE, Happened(K.RENEWED, date(2022, 9, 1), date(2025, 10, 20))]
    standing = standing_on(events, date(2022, 9, 1), CYCLE)
    assert standing.months_left == 37
    assert [one.due_on for one in standing.surveillances] == [
        date(2023, 12, 31),
        date(2024, 12, 31),
    ]


def test_recertification_and_renewal_come_next() -> None:
    events = [
        ISSUE,
        Happened(K.SURVEILLANCE, date(2020, 9, 1)),
        Happened(K.SURVEILLANCE, date(2021, 9, 1)),
    ]
    step = standing_on(events, date(2022, 1, 1), CYCLE).next
    assert step and (step.kind, step.by) == (StepKind.RECERTIFICATION, date(2022, 6, 20))
    events.append(Happened(K.RECERTIFICATION_AUDIT, date(2022, 7, 1)))
    step = standing_on(events, date(2022, 7, 2), CYCLE).next
    assert step and (step.kind, step.by) == (StepKind.RENEWAL, date(2022, 10, 20))


def test_of_surveillance_and_recertification_the_earlier_comes_next() -> None:
    """The last surveillance of this certificate may be held until the end of 2027, and the
    recertification begins before."""
    events = [
        Happened(K.ISSUED, date(2025, 3, 10), date(2028, 3, 9)),
        Happened(K.SURVEILLANCE, date(2026, 3, 1)),
    ]
    step = standing_on(events, date(2026, 11, 22), CYCLE).next
    assert step and (step.kind, step.by) == (StepKind.RECERTIFICATION, date(2027, 11, 9))


def test_near_the_end_the_recertification_counts_though_a_surveillance_is_missing() -> None:
    step = standing_on([ISSUE], date(2022, 6, 19), CYCLE).next
    assert step and step.kind is StepKind.SURVEILLANCE
    step = standing_on([ISSUE], date(2022, 6, 20), CYCLE).next
    assert step and step.kind is StepKind.RECERTIFICATION


def test_six_months_to_complete_it_then_anew() -> None:
    step = standing_on([ISSUE], date(2023, 4, 20), CYCLE).next
    assert step and (step.kind, step.by) == (StepKind.RESTORE, date(2023, 4, 20))
    step = standing_on([ISSUE], date(2023, 4, 21), CYCLE).next
    assert step and (step.kind, step.by) == (StepKind.ANEW, None)


def test_stage_2_follows_stage_1() -> None:
    standing = standing_on([Happened(K.STAGE_1, date(2026, 1, 10))], date(2026, 2, 1), CYCLE)
    assert standing.state is S.NOT_YET
    assert standing.next and (standing.next.kind, standing.next.by) == (
        StepKind.STAGE_2,
        date(2026, 7, 9),
    )


def test_no_certificate_outlives_its_edition() -> None:
    events = [Happened(K.ISSUED, date(2015, 11, 26))]
    assert standing_on(events, date(2018, 9, 15), CYCLE, OLD).state is S.VALID
    ended = standing_on(events, date(2018, 9, 16), CYCLE, OLD)
    assert (ended.state, ended.last_day) == (S.EXPIRED, date(2018, 9, 15))
    assert ended.is_assumed and ended.valid_until == date(2018, 11, 25)


def test_an_assumed_end_of_an_edition_only_warns() -> None:
    events = [Happened(K.ISSUED, date(2025, 6, 1), date(2028, 5, 31))]
    standing = standing_on(events, date(2027, 6, 1), CYCLE, DOUBTFUL)
    assert standing.state is S.VALID
    with speaking("en"):
        (said,) = cautions(events, standing, CYCLE, DOUBTFUL)
    assert "28 February 2027" in said and "assumed" in said


def _said(*events: Happened, edition: int = 1) -> str:
    day = max(event.on for event in events)
    with speaking("en"):
        standing = standing_on(events, day, CYCLE, edition)
        return " | ".join(cautions(events, standing, CYCLE, edition))


def test_other_validities_than_usual_are_pointed_out() -> None:
    issued = date(2019, 8, 26)
    assert "60 months" in _said(Happened(K.ISSUED, issued, date(2024, 8, 25)))
    assert _said(Happened(K.ISSUED, issued, date(2022, 8, 25))) == ""
    assert "36 months are assumed" in _said(Happened(K.ISSUED, issued))
    # A renewal weeks before the end may keep the old anniversary.
    assert _said(ISSUE, Happened(K.RENEWED, date(2022, 9, 1), date(2025, 10, 20))) == ""
    assert "48 months" in _said(ISSUE, Happened(K.RENEWED, date(2022, 9, 1), date(2026, 8, 31)))


def test_a_late_renewal_is_pointed_out() -> None:
    assert "stage 2" in _said(ISSUE, Happened(K.RENEWED, date(2023, 4, 21), date(2026, 4, 20)))
    assert "stage 2" not in _said(ISSUE, Happened(K.RENEWED, date(2023, 4, 20), date(2026, 4, 19)))


FINE = [
    Happened(K.STAGE_1, date(2019, 5, 1)),
    Happened(K.STAGE_2, date(2019, 8, 1)),
    ISSUE,
    Happened(K.SURVEILLANCE, date(2020, 9, 1)),
    Happened(K.SUSPENDED, date(2020, 12, 1)),
    Happened(K.RESTORED, date(2021, 3, 1)),
    Happened(K.RECERTIFICATION_AUDIT, date(2022, 8, 1)),
    Happened(K.RENEWED, date(2022, 9, 1), date(2025, 10, 20)),
    Happened(K.WITHDRAWN, date(2025, 1, 1)),
]


def test_a_whole_life_is_fine() -> None:
    assert what_is_wrong(FINE, CYCLE) is None


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ([Happened(K.SURVEILLANCE, date(2020, 1, 1))], "before the certificate was issued"),
        ([Happened(K.WITHDRAWN, date(2020, 1, 1))], "before the certificate was issued"),
        ([ISSUE, Happened(K.SURVEILLANCE, date(2019, 1, 1))], "before the certificate was issued"),
        ([ISSUE, Happened(K.ISSUED, date(2020, 1, 1))], "issued on 21 October 2019 already"),
        (
            [Happened(K.RENEWED, date(2019, 1, 1)), Happened(K.ISSUED, date(2020, 1, 1))],
            "renewed on 1 January 2019; it cannot have been issued after that",
        ),
        ([ISSUE, Happened(K.STAGE_1, date(2020, 1, 1))], "holds since 21 October 2019"),
        ([ISSUE, Happened(K.SURVEILLANCE, date(2022, 11, 1))], "had ended on 20 October 2022"),
        ([ISSUE, Happened(K.RESTORED, date(2020, 1, 1))], "no suspension"),
        (
            [
                ISSUE,
                Happened(K.SUSPENDED, date(2020, 1, 1)),
                Happened(K.SUSPENDED, date(2020, 2, 1)),
            ],
            "suspended since 1 January 2020",
        ),
        (
            [
                ISSUE,
                Happened(K.SUSPENDED, date(2020, 1, 1)),
                Happened(K.RENEWED, date(2020, 2, 1), date(2023, 1, 31)),
            ],
            "suspension was lifted",
        ),
        ([ISSUE, Happened(K.RENEWED, date(2022, 1, 1), date(2022, 10, 20))], "further than"),
        ([Happened(K.ISSUED, date(2020, 1, 1), date(2020, 1, 1))], "must come after"),
        (
            [
                ISSUE,
                Happened(K.WITHDRAWN, date(2020, 1, 1)),
                Happened(K.SURVEILLANCE, date(2020, 2, 1)),
            ],
            "was withdrawn on 1 January 2020",
        ),
    ],
)
def test_what_cannot_have_happened_is_said(events: list[Happened], word: str) -> None:
    with speaking("en"):
        assert word in str(what_is_wrong(events, CYCLE))


def test_the_order_of_entering_does_not_matter() -> None:
    assert what_is_wrong(list(reversed(FINE)), CYCLE) is None
    backwards = standing_on(reversed(FINE), date(2021, 1, 1), CYCLE)
    assert backwards == standing_on(FINE, date(2021, 1, 1), CYCLE)
