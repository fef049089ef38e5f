"""Scope and certificates."""

from collections.abc import Iterator

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.office.blocks import (
    Block,
    BulletList,
    Cell,
    Column,
    Facts,
    Heading,
    Paragraph,
    Run,
    Table,
)
from qms.packs.content import Content
from qms.packs.models import Chapter
from qms.packs.reading.certificates import CertificateLine, certificates
from qms.packs.reading.scopes import ScopeLine
from qms.packs.report.clauses import bookmark_of


def scope_chapter(content: Content) -> Iterator[Block]:
    yield Heading(_("Scope and certificates"), 1, "scope")
    for line in content.scopes:
        yield from scope_section(content, line)
    said = {line.edition_id for line in content.scopes}
    for edition in content.about.editions:
        if edition.id not in said:
            yield Heading(_("Scope: %(standard)s", standard=edition.code), 2)
            yield Paragraph(Run(_("No scope is recorded for this standard (4.3)."), italic=True))
    yield Heading(_("Certificates"), 2, "certificates")
    shown = False
    for certificate in certificates(content.reader):
        shown = True
        yield from certificate_section(certificate)
    if not shown:
        yield Paragraph(Run(_("No certificate is recorded."), italic=True))


def scope_section(content: Content, line: ScopeLine) -> Iterator[Block]:
    yield Heading(_("Scope: %(standard)s", standard=f"{line.edition}, {line.unit}"), 2)
    yield Paragraph(line.statement)
    since = dates.long_day(line.from_on)
    yield Paragraph(_("This scope holds since %(day)s.", day=since), "note")
    if line.services:
        yield Paragraph(Run(_("Services covered"), bold=True), leads=True)
        yield BulletList(list(line.services))
    if line.exclusions:
        known = content.reader.clauses
        rows: list[list[Cell]] = [
            [
                content.link(clause.number, Chapter.CLAUSES, bookmark_of(clause))
                if clause.id in known
                else clause.number,
                content.reader.title(clause),
                reason,
            ]
            for clause, reason in line.exclusions
        ]
        columns = [Column(_("Clause"), 10), Column(_("Title"), 34), Column(_("Because"), 56)]
        yield Table(columns, rows, _("Clauses that do not apply"))
    else:
        yield Paragraph(_("All clauses apply."), "note")


def certificate_section(line: CertificateLine) -> Iterator[Block]:
    title = ", ".join(word for word in (line.edition, line.unit, line.number) if word)
    yield Heading(title, 3)
    facts: list[tuple[str, Cell]] = [
        (_("State"), str(line.state.label)),
        (_("Valid until"), line.valid_until),
        (_("Certification body"), line.body),
        (_("Accreditation"), line.accreditation),
        (_("Scope"), line.scope),
        (_("Further units"), line.further_units),
        (_("Services"), line.services),
        (_("Next step"), next_step(line)),
        (_("Note"), line.note),
    ]
    yield Facts([(label, value) for label, value in facts if value])
    if line.events:
        yield story(line)


def story(line: CertificateLine) -> Table:
    """What happened to a certificate; without notes, where there is none."""
    columns = [
        Column(_("Day"), 18, "date"),
        Column(_("What happened"), 26),
        Column(_("Valid until"), 18, "date"),
    ]
    rows: list[list[Cell]] = [
        [event.on, str(event.kind.label), event.valid_until] for event in line.events
    ]
    if any(event.note for event in line.events):
        columns.append(Column(_("Note"), 38))
        for row, event in zip(rows, line.events, strict=True):
            row.append(event.note)
    return Table(columns, rows, _("The certificate's story"))


def next_step(line: CertificateLine) -> str:
    if not line.next_by:
        return line.next_step
    return _("%(step)s, by %(day)s", step=line.next_step, day=dates.long_day(line.next_by))
