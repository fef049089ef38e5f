"""The register of auditors as its pages show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from qms.audits.models import AuditorCompetence
from qms.audits.queries.competence import Experience, label_of
from qms.audits.suitability import Suitability
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.people.models import Person

ENDS_SOON = timedelta(days=90)
"""Before the end of a competence, from when on it stands out."""


def validity(one: AuditorCompetence, today: date) -> tuple[str, str]:
    """(text, tone) of how long a competence holds."""
    if one.withdrawn_on is not None:
        return _("withdrawn on %(day)s", day=dates.short_day(one.withdrawn_on)), "muted"
    if one.valid_until is None:
        return _("without end"), "good"
    day = dates.short_day(one.valid_until)
    if one.valid_until < today:
        return _("expired on %(day)s", day=day), "bad"
    tone = "warn" if one.valid_until <= today + ENDS_SOON else "good"
    return _("until %(day)s", day=day), tone


@dataclass(frozen=True)
class AuditorRow:
    """A line of the register."""

    name: str
    url: str
    standards: list[tuple[str, str]]
    """(ISO 9001: until 3 May 2027, tone), the competence that lasts longest of each."""
    experience: str


def auditor_rows(
    rows: Iterable[Any],
    competences: dict[int, list[AuditorCompetence]],
    experience: dict[int, Experience],
    today: date,
) -> list[AuditorRow]:
    """Lines for the rows of a page."""
    return [
        AuditorRow(
            row.name,
            url_for("audits.auditor", uid=row.uid),
            held_shown(competences.get(row.id, []), today),
            experience_text(experience[row.id]),
        )
        for row in rows
    ]


def held_shown(competences: Sequence[AuditorCompetence], today: date) -> list[tuple[str, str]]:
    """Each standard with how long the person is competent for it."""
    best: dict[str, AuditorCompetence] = {}
    for one in competences:
        if one.withdrawn_on is not None:
            continue
        held = best.get(one.standard)
        if held is None or (one.valid_until or date.max) > (held.valid_until or date.max):
            best[one.standard] = one
    shown = []
    for standard in sorted(best):
        text, tone = validity(best[standard], today)
        shown.append((f"{label_of(standard)}: {text}", tone))
    return shown


def experience_text(one: Experience) -> str:
    """3 led, 4 audited, 1 observed."""
    said = [
        ngettext("%(num)s led", "%(num)s led", one.led) if one.led else "",
        ngettext("%(num)s audited", "%(num)s audited", one.audited) if one.audited else "",
        ngettext("%(num)s observed", "%(num)s observed", one.observed) if one.observed else "",
    ]
    return ", ".join(filter(None, said)) or _("none yet")


@dataclass(frozen=True)
class ShownCompetence:
    """What is recorded of an auditor."""

    standard: str
    training: str
    sub: str
    validity: tuple[str, str]
    reason: str | None
    edit_url: str
    withdraw_url: str
    version: int
    is_open: bool


def competences_shown(
    person: Person, competences: Sequence[AuditorCompetence], today: date
) -> list[ShownCompetence]:
    """All that is recorded of an auditor."""
    return [
        ShownCompetence(
            label_of(one.standard),
            one.training,
            " · ".join(
                filter(
                    None,
                    (
                        one.provider,
                        one.scheme,
                        one.number,
                        dates.long_day(one.achieved_on),
                        _("for leaders of teams") if one.may_lead else None,
                        ngettext(
                            "%(num)s audit observed elsewhere",
                            "%(num)s audits observed elsewhere",
                            one.audits_observed,
                        )
                        if one.audits_observed
                        else None,
                    ),
                )
            ),
            validity(one, today),
            one.withdrawn_reason,
            url_for("audits.edit_competence", uid=person.uid, competence=one.uid),
            url_for("audits.withdraw_competence", uid=person.uid, competence=one.uid),
            one.version,
            one.withdrawn_on is None,
        )
        for one in competences
    ]


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be on a team: why not, and where else they are on these days."""

    person: Person
    suitability: Suitability
    busy: list[str]

    @property
    def is_ready(self) -> bool:
        """Free, competent and independent."""
        return self.suitability.is_suitable and not self.busy

    @property
    def hint(self) -> str:
        """What speaks against them, in words; what speaks for them where nothing does."""
        said = [] if self.suitability.is_suitable else [self.suitability.sentence]
        if self.busy:
            numbers = ", ".join(filter(None, self.busy))
            said.append(
                _("is on the team of %(number)s on these days", number=numbers)
                if numbers
                else _("is on another team on these days")
            )
        return "; ".join(said) or _("free, competent and independent")

    @property
    def tone(self) -> str:
        if not self.suitability.is_suitable:
            return "bad"
        return "warn" if self.busy else "good"


def candidates(
    people: Sequence[Person], suitability: dict[int, Suitability], busy: dict[int, list[str]]
) -> list[Candidate]:
    """Everybody who could be on a team: who is ready first, then who is busy, then the rest."""
    found = [Candidate(one, suitability[one.id], busy.get(one.id, [])) for one in people]
    return sorted(found, key=lambda one: (not one.suitability.is_suitable, bool(one.busy)))
