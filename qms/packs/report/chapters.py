"""The report from cover to last page."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.lists import format_list

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.office.blocks import (
    Block,
    BulletList,
    Contents,
    Cover,
    Facts,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    Properties,
)
from qms.office.docx_writer import write_docx
from qms.packs.content import Content
from qms.packs.models import Chapter
from qms.packs.report.audits import audits_chapter
from qms.packs.report.clauses import edition_chapter
from qms.packs.report.gaps import gaps_chapter
from qms.packs.report.registers import registers_chapter
from qms.packs.report.scope import scope_chapter
from qms.packs.report.tables import Tick
from qms.units.letterheads import letterhead_of

LONGEST_HEADER = 70
REGISTERS = (Chapter.DOCUMENTS, Chapter.EVIDENCE, Chapter.FINDINGS, Chapter.ACTIONS)


def make_report(content: Content, target: Path, tick: Tick) -> None:
    """Write the report. Its language is the one spoken now."""
    about = content.about
    units = ", ".join(content.unit_names)
    header = units if len(units) <= LONGEST_HEADER else f"{units[:LONGEST_HEADER]}…"
    properties = Properties(
        title=f"{_('Evidence pack')} {about.number}",
        created=about.known_at,
        author=about.person_name,
        subject=units,
        keywords=", ".join(edition.code for edition in about.editions),
        company=about.district_name,
    )
    write_docx(
        chapters(content, tick),
        target,
        properties=properties,
        header=(header, f"{_('Evidence pack')} {about.number}"),
        footer=f"{', '.join(edition.code for edition in about.editions)} · {content.period}",
        language=about.language,
    )


def chapters(content: Content, tick: Tick) -> Iterator[Block]:
    yield cover(content)
    yield Contents(levels=4)
    yield PageBreak()
    yield from summary(content)
    yield from checking()
    chosen = content.about.chapters
    if Chapter.SCOPE in chosen:
        yield PageBreak()
        yield from scope_chapter(content)
    if Chapter.AUDITS in chosen:
        yield PageBreak()
        yield from audits_chapter(content)
    if Chapter.CLAUSES in chosen:
        for edition in content.about.editions:
            yield PageBreak()
            yield from edition_chapter(content, edition, tick)
    if Chapter.GAPS in chosen:
        yield PageBreak()
        yield from gaps_chapter(content)
    if any(one in chosen for one in REGISTERS):
        yield PageBreak(landscape=True)
        yield from registers_chapter(content, tick)


def cover(content: Content) -> Cover:
    about, left_out = content.about, content.chapters_left_out
    return Cover(
        title=_("Evidence pack"),
        subtitle="\n".join(
            f"{edition.code} {edition.title(about.language)}" for edition in about.editions
        ),
        rows=[
            (_("Units"), "\n".join(content.unit_names)),
            (_("Period"), content.period),
            (_("As of"), dates.long_day(about.as_of)),
            (_("As known at"), dates.long_moment(about.known_at, about.timezone)),
            (_("Put together for"), about.person_name),
            (_("Pack"), f"{about.number}\n{about.uid}"),
            (_("Confidentiality"), content.confidentiality),
            *([(_("Left out"), left_out)] if left_out else []),
        ],
        letterhead=letterhead(content),
    )


def letterhead(content: Content) -> Letterhead:
    """Of the unit that the pack is of, as it was known; of several units, the district's."""
    tree, units = content.about.tree, content.about.unit_ids
    unit_id = units[0] if len(units) == 1 else tree.root.id
    return letterhead_of(tree, unit_id, content.reader.session)


def summary(content: Content) -> Iterator[Block]:
    about, counts = content.about, content.counts
    yield Heading(_("At a glance"), 1, "summary")
    yield Paragraph(
        _(
            "This report shows, clause by clause, what %(units)s can put on the table for "
            "%(standards)s in the period %(period)s: the documents in force, the evidence, the "
            "audits, the findings, and what was done about them.",
            units=listed(content.unit_names),
            standards=listed(edition.code for edition in about.editions),
            period=content.period,
        ),
        "lead",
    )
    yield Facts(
        [
            (_("Documents in force"), counts.documents_in_force),
            (_("Pieces of evidence"), counts.evidence),
            (_("Audits"), counts.audits),
            (_("Findings"), counts.findings),
            (_("Findings still open"), counts.open_findings),
            (_("Major nonconformities still open"), counts.open_majors),
            (_("Actions"), counts.actions),
            (_("Actions overdue"), counts.overdue_actions),
            (_("Clauses with nothing recorded"), len(content.gaps.clauses)),
        ]
    )
    yield Heading(_("How to read it"), 2)
    yield BulletList(reading_rules(content))


def listed(words: Iterable[str]) -> str:
    """Words as running text lists them: one, two and three."""
    return str(format_list(list(words), locale=language()))


def reading_rules(content: Content) -> list[str]:
    """What belongs into the pack, in words: the same rules as `reading.conditions`."""
    about = content.about
    day = dates.long_day(about.as_of)
    rules = [
        _("This pack, made for %(person)s, shows what they may see.", person=about.person_name),
        _("States are told as of %(day)s: what was in force, open or overdue then.", day=day),
        _("Documents: the revision that was in force on that day. The register lists the others.")
        if Chapter.DOCUMENTS in about.chapters
        else _("Documents: the revision that was in force on that day."),
        _(
            "Evidence: what proves something in the period, and what belongs to the documents, "
            "findings and actions shown here, also where another unit filed it. Withdrawn "
            "evidence is left out."
        ),
        *([audits_rule()] if Chapter.AUDITS in about.chapters else []),
        _(
            "Findings: those of the period, older ones that were still open in it, and those of "
            "the audits."
        ),
        _(
            "Actions: those of these findings; others that were due, done or verified in the "
            "period; and those not finished yet."
        ),
        _(
            "A requirement is shown by its title, by what the organisation wrote about it, and by "
            "the questions that auditors ask. The text of the standard belongs to its publisher."
        ),
        _(
            "The contents are links to the headings. For page numbers as well, click into them in "
            "Word and press F9."
        ),
        _(
            "Links to files work once the pack is unpacked. The workbook holds the same records "
            "with filters."
        ),
    ]
    if content.has_several_units:
        text = _("Each unit is shown together with the units that stood under it on that day.")
        rules.insert(2, text)
    if content.chapters_left_out:
        rules.append(
            _(
                "Left out by who made this pack: %(chapters)s. Neither this report nor the "
                "workbook has them.",
                chapters=content.chapters_left_out,
            )
        )
    return rules


def audits_rule() -> str:
    return _(
        "Audits: those held or planned in the period to these standards, and older ones that "
        "were not closed before it. Every line of their checklists is in the workbook."
    )


def checking() -> Iterator[Block]:
    yield Heading(_("How to check this pack"), 2, "checking")
    yield Paragraph(
        _(
            "The file manifest.json names every file of the pack with its size and SHA-256 hash; "
            "manifest.sig signs it with the key of the installation (Ed25519). Whoever has QMS "
            "types “qms pack verify”, the name of the ZIP file, and “--key” with the public key "
            "that the agency has published. Without QMS, “sha256sum -c SHA256SUMS.txt” compares "
            "all files; README.txt says how."
        )
    )
    yield Paragraph(
        _(
            "Every record shown here has its entries in the district's journal. They are chained, "
            "and the manifest names the head of the chain at the moment of this pack."
        )
    )
