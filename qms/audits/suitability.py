"""Whether somebody may judge in an audit: independent, and competent on its days.

A competence that has expired by the last day of the audit stands against somebody as a tie to the
unit does. So does having none, once the district keeps the register for that standard; where it
does not, nothing is known and nothing is refused. Who is on another team on these days is told as
busy: two audits may share a day, so that refuses nobody.

What stands against somebody is overruled in writing by the audit coordinator or another lead
auditor, each thing by name: a tie that comes later was not overruled. Where the audit covers
ISO 37001 nothing is (`independence`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from qms.audits.independence import TIE_LABELS, Standing, Tie, standings
from qms.audits.models import (
    Audit,
    AuditLine,
    AuditLineOrigin,
    AuditMember,
    AuditorCompetence,
)
from qms.audits.queries.competence import label_of, standards_of
from qms.core import dates
from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.documents.models import Document
from qms.units.models import District


@dataclass(frozen=True)
class Lack:
    """A standard for which somebody has no competence on the days. `until`: when what they had
    ended; None: nothing is recorded."""

    standard: str
    until: date | None = None

    @property
    def key(self) -> str:
        return f"{'unrecorded' if self.until is None else 'expired'}:{self.standard}"

    @property
    def sentence(self) -> str:
        """What is lacking, as the end of a sentence that begins with a name."""
        standard = label_of(self.standard)
        if self.until is None:
            return _("has no recorded competence for %(standard)s", standard=standard)
        return _(
            "is competent for %(standard)s only until %(day)s",
            standard=standard,
            day=dates.long_day(self.until),
        )


@dataclass(frozen=True)
class Suitability:
    """How somebody stands to an audit, and what they lack for it."""

    standing: Standing = field(default_factory=Standing)
    lacks: tuple[Lack, ...] = ()

    @property
    def is_suitable(self) -> bool:
        return not self.against

    @property
    def is_final(self) -> bool:
        return self.standing.is_final

    @property
    def against(self) -> tuple[str, ...]:
        """The keys of all that stands against them, as a member keeps what was overruled."""
        return (
            *(tie.value for tie in self.standing.ties),
            *(lack.key for lack in self.lacks),
        )

    @property
    def sentence(self) -> str:
        """What stands against them, in words."""
        said = [self.standing.sentence] if self.standing.ties else []
        return ", ".join([*said, *(lack.sentence for lack in self.lacks)])

    def but(self, overruled: Collection[str]) -> "Suitability":
        """What is left once these were overruled."""
        ties = tuple(tie for tie in self.standing.ties if tie.value not in overruled)
        lacks = tuple(lack for lack in self.lacks if lack.key not in overruled)
        return Suitability(Standing(ties, self.standing.is_final), lacks)


def suitability(
    district: District,
    unit_id: int,
    edition_ids: Collection[int],
    until: date,
    people: Collection[int],
    asked_about: ColumnElement[bool] | None = None,
) -> dict[int, Suitability]:
    """How suitable each of these people is for an audit that ends on a day. `asked_about`: as in
    `standings`. Four queries."""
    found = standings(district, unit_id, edition_ids, people, asked_about)
    lacks = _lacks(district.id, standards_of(edition_ids), until, people)
    return {one: Suitability(found[one], lacks[one]) for one in people}


def suitability_of(
    audit: Audit, people: Collection[int], more_documents: Collection[int] = ()
) -> dict[int, Suitability]:
    """How suitable each of these people is for an audit, with the documents on its checklist and
    `more_documents` that are to be put on it."""
    asked_about: ColumnElement[bool] = Document.id.in_(
        select(AuditLineOrigin.document_id)
        .join(AuditLine, AuditLine.id == AuditLineOrigin.line_id)
        .where(
            AuditLine.audit_id == audit.id,
            AuditLine.is_removed.is_(False),
            AuditLineOrigin.document_id.is_not(None),
        )
    )
    if more_documents:
        asked_about = or_(asked_about, Document.id.in_(more_documents))
    return suitability(
        audit.planned_by.district,
        audit.unit_id,
        audit.edition_ids,
        audit.planned_until,
        people,
        asked_about,
    )


def unsuitable(audit: Audit, more_documents: Collection[int] = ()) -> dict[int, Suitability]:
    """Those of the team who cannot judge today, with what is left against them: not overruled, or
    never to be. `more_documents`: that are to be put on the checklist."""
    judges = {one.person_id: one for one in audit.members if one.role.judges}
    if not judges:
        return {}
    found = {
        person_id: one if one.is_final else one.but(_overruled(judges[person_id], one))
        for person_id, one in suitability_of(audit, list(judges), more_documents).items()
    }
    return {person_id: one for person_id, one in found.items() if not one.is_suitable}


def _overruled(member: AuditMember, now: Suitability) -> Collection[str]:
    if member.overrule_reason is None:
        return ()
    return now.against if member.overruled is None else member.overruled


def _lacks(
    district_id: int, standards: Iterable[str], until: date, people: Collection[int]
) -> dict[int, tuple[Lack, ...]]:
    """What each lacks. Two queries."""
    wanted = sorted(standards)
    recorded: dict[tuple[int, str], list[AuditorCompetence]] = {}
    for row in db.session.scalars(
        select(AuditorCompetence).where(
            AuditorCompetence.district_id == district_id,
            AuditorCompetence.person_id.in_(people),
            AuditorCompetence.standard.in_(wanted),
            AuditorCompetence.withdrawn_on.is_(None),
        )
    ):
        recorded.setdefault((row.person_id, row.standard), []).append(row)
    kept = set(
        db.session.scalars(
            select(AuditorCompetence.standard)
            .where(
                AuditorCompetence.district_id == district_id,
                AuditorCompetence.standard.in_(wanted),
                AuditorCompetence.withdrawn_on.is_(None),
            )
            .distinct()
        )
    )
    return {
        person_id: tuple(
            lack
            for standard in wanted
            if standard in kept
            and (lack := _lack(standard, recorded.get((person_id, standard), []), until))
        )
        for person_id in people
    }


def _lack(standard: str, recorded: list[AuditorCompetence], until: date) -> Lack | None:
    if any(one.holds_until(until) for one in recorded):
        return None
    ends = [one.valid_until for one in recorded if one.valid_until is not None]
    return Lack(standard, max(ends, default=None))


def overruled_sentence(keys: Iterable[str]) -> str:
    """What was overruled, in words; of an expired competence the day is not kept."""
    said = []
    for key in keys:
        kind, colon, standard = key.partition(":")
        if not colon:
            said.append(str(TIE_LABELS[Tie(kind)]))
        elif kind == "expired":
            said.append(
                _(
                    "their competence for %(standard)s ends before",
                    standard=label_of(standard),
                )
            )
        else:
            said.append(
                _("has no recorded competence for %(standard)s", standard=label_of(standard))
            )
    return ", ".join(said)
