"""The register of auditors and a checklist template as workbooks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from qms.audits.models import AuditorCompetence, ChecklistTemplate
from qms.audits.queries.competence import Experience, label_of
from qms.audits.showing.competence import validity
from qms.audits.showing.templates import template_sections
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.office.blocks import Cell, Column, Sheet


def auditor_sheets(
    people: Sequence[Any],
    competences: Mapping[int, Sequence[AuditorCompetence]],
    experience: Mapping[int, Experience],
    district: str,
    today: date,
) -> list[Sheet]:
    """A row for each competence, and one for who has none. `people`: rows with id and name."""
    columns = [
        Column(_("Name"), 36),
        Column(_("Standard"), 14),
        Column(_("Training or certificate"), 40),
        Column(_("Held or issued by"), 30),
        Column(_("Scheme"), 18),
        Column(_("Number of the certificate"), 22),
        Column(_("Achieved on"), 14, "date"),
        Column(_("Valid until"), 14, "date"),
        Column(_("Validity"), 24),
        Column(_("Leads teams"), 12),
        Column(_("Audits observed elsewhere"), 16, "integer"),
        Column(_("Led here"), 12, "integer"),
        Column(_("Audited here"), 12, "integer"),
        Column(_("Observed here"), 12, "integer"),
    ]

    def rows() -> Iterator[list[Cell]]:
        for person in people:
            did = experience[person.id]
            here: list[Cell] = [did.led, did.audited, did.observed]
            held = competences.get(person.id, ())
            if not held:
                yield [person.name, *[None] * 10, *here]
            for one in held:
                yield [person.name, *_competence(one, today), *here]

    title = (
        _("Register of auditors"),
        _("%(district)s, as of %(day)s", district=district, day=dates.long_day(today)),
    )
    return [Sheet(_("Auditors"), columns, rows(), title, freeze_columns=1)]


def _competence(one: AuditorCompetence, today: date) -> list[Cell]:
    return [
        label_of(one.standard),
        one.training,
        one.provider,
        one.scheme,
        one.number,
        one.achieved_on,
        one.valid_until,
        validity(one, today)[0],
        _("Yes") if one.may_lead else None,
        one.audits_observed,
    ]


def template_sheets(template: ChecklistTemplate, unit: str) -> list[Sheet]:
    """A template under the headings of a checklist, so that it can be taken in again as a file."""
    columns = [
        Column(_("No."), 6, "integer"),
        Column(_("Section"), 22),
        Column(_("Clauses"), 24),
        Column(_("Question"), 54),
        Column(_("What to ask to see"), 32),
        Column(_("Method"), 20),
        Column(_("When it is asked"), 30),
    ]
    rows = (
        [line.number, section, line.clauses, line.question, line.hint, line.methods, line.condition]
        for section, lines in template_sections(template)
        for line in lines
    )
    title = [_("Checklist template"), template.name, unit]
    return [Sheet(_("Checklist"), columns, rows, title)]
