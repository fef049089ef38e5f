"""The figures of the certification cycle, each with its source; a district may set its own."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from qms.core.i18n import lazy_gettext as _l
from qms.standards.queries import all_editions
from qms.standards.settings import Figure, figures_on, transition_figures

FROM_MEMORY = _l("ISO/IEC 17021-1, from memory; check it against the rule book")

VALIDITY = Figure(
    "certificates.validity_months",
    36,
    _l("Months for which a certificate is valid"),
    FROM_MEMORY,
    False,
)
FIRST_SURVEILLANCE = Figure(
    "certificates.first_surveillance_months",
    12,
    _l("Months after the decision by which the first surveillance is due"),
    _l("ISO/IEC 17021-1, as three public documents of certification bodies state it"),
    True,
)
SUSPENSION = Figure(
    "certificates.suspension_months",
    6,
    _l("Months that a suspension may last"),
    FROM_MEMORY,
    False,
)
RESTORE = Figure(
    "certificates.restore_months",
    6,
    _l("Months after the end in which an unfinished recertification may still be completed"),
    FROM_MEMORY,
    False,
)
RECERTIFICATION_LEAD = Figure(
    "certificates.recertification_lead_months",
    4,
    _l("Months before the end at which the recertification audit should begin"),
    _l("Advice: three to four months, from practice"),
    False,
)
STAGE_GAP = Figure(
    "certificates.stage_gap_days",
    180,
    _l("Days between stage 1 and stage 2, at most"),
    _l("Usual among certification bodies; the rule book names no number"),
    False,
)

FIGURES = (VALIDITY, FIRST_SURVEILLANCE, SUSPENSION, RESTORE, RECERTIFICATION_LEAD, STAGE_GAP)


@dataclass(frozen=True)
class TransitionEnd:
    """The last day of an edition's certificates. `is_published` is false where it is assumed."""

    day: date
    is_published: bool


@dataclass(frozen=True)
class Cycle:
    """The figures as they hold on a day; months but for the stage gap, which is in days."""

    validity: int = 36
    first_surveillance: int = 12
    suspension: int = 6
    restore: int = 6
    recertification_lead: int = 4
    stage_gap_days: int = 180
    transition_ends: tuple[tuple[int, TransitionEnd], ...] = ()
    """(edition id, end) of the editions that are replaced."""

    def end_of(self, edition_id: int) -> TransitionEnd | None:
        return dict(self.transition_ends).get(edition_id)


def cycle_on(district_id: int, day: date, *, session: Session | None = None) -> Cycle:
    """The figures of a district on a day. One query; a `session` of its own tells them as another
    moment knew them."""
    held = figures_on(district_id, (*FIGURES, *transition_figures()), day, session=session)

    def months(figure: Figure) -> int:
        value = held[figure.key].value
        assert isinstance(value, int)
        return value

    ends = []
    for edition in all_editions():
        end = held.get(f"standards.transition_end.{edition.key}")
        if end is not None and isinstance(end.value, date):
            ends.append((edition.id, TransitionEnd(end.value, end.verified)))
    return Cycle(
        months(VALIDITY),
        months(FIRST_SURVEILLANCE),
        months(SUSPENSION),
        months(RESTORE),
        months(RECERTIFICATION_LEAD),
        months(STAGE_GAP),
        tuple(ends),
    )
