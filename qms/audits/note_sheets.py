"""The sheets of a printed checklist, as a page of the browser and a Word file show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qms.audits import sheet_layout as layout
from qms.audits.models import Answer, Audit, AuditLine, AuditPrint
from qms.audits.sheet_codes import SheetCode
from qms.audits.showing import clauses_text, condition_of, days_of, methods_text
from qms.core import clock, dates
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.office.blocks import FormLine, FormSheet
from qms.office.qr_codes import qr_png
from qms.people.models import Person
from qms.standards.queries import edition_by_id

BOXES = {
    Answer.CONFORM: {"id": "Sesuai", "en": "Conforms"},
    Answer.STRENGTH: {"id": "Positif", "en": "Strength"},
    Answer.OPPORTUNITY: {"id": "OFI (peluang)", "en": "OFI"},
    Answer.OBSERVATION: {"id": "Observasi", "en": "Observation"},
    Answer.MINOR: {"id": "Minor", "en": "Minor"},
    Answer.MAJOR: {"id": "Mayor", "en": "Major"},
    Answer.NOT_APPLICABLE: {"id": "Tidak berlaku", "en": "Not applicable"},
    Answer.NOT_SAMPLED: {"id": "Tidak diuji", "en": "Not sampled"},
}
"""What stands at the boxes, short and in both languages: a team may speak either."""
HEAD_WIDTH = layout.WIDTH * 0.73 - 4
SIDE_WIDTH = layout.WIDTH / 2 - 4
BY_HAND = "." * 30


@dataclass(frozen=True)
class NoteLine:
    """A line on a sheet, its texts cut to what fits."""

    bar: str
    aside: str
    question: str
    hint: str
    placed: layout.Placed


@dataclass(frozen=True)
class NoteSheet:
    """A sheet: lines of its head (the first one large), what stands under its QR, its lines."""

    number: int
    code: str
    code_label: str
    head: list[str]
    known_as: list[str]
    lines: list[NoteLine]


def asked_of(line: AuditLine) -> layout.Asked:
    """What of a line is laid out on paper: the question with when it is asked, what to ask to see
    with how to look into it."""
    question = "\n".join(text for text in (line.question, condition_of(line)) if text)
    hint = " · ".join(text for text in (line.hint or "", methods_text(line.methods)) if text)
    return layout.Asked(line.id, question, hint)


def boxes() -> list[tuple[str, str]]:
    """The words at the boxes: in the language of now, and in the other one."""
    now = "en" if language() == "en" else "id"
    other = "id" if now == "en" else "en"
    return [(words[now], words[other]) for words in BOXES.values()]


def notes_label() -> str:
    return _("Notes, evidence, sample")


def foot() -> str:
    return _(
        "Scan or photograph each sheet whole and flat, with its QR, and send it under Original "
        "notes of the audit."
    )


def sheets_of_print(printed: AuditPrint, person: Person, installation: str) -> list[NoteSheet]:
    """The sheets of an edition, its lines loaded. `person` prints it: the names of units are as
    they know them."""
    by_sheet: dict[int, list[tuple[int, AuditLine]]] = {}
    for one in sorted(printed.lines, key=lambda link: link.place):
        by_sheet.setdefault(one.sheet, []).append((one.place, one.line))
    head = _head(printed.audit, person)
    return [
        _sheet(printed, number, lines, head, person, installation)
        for number, lines in sorted(by_sheet.items())
    ]


def _head(audit: Audit, person: Person) -> list[str]:
    """What is the same on every sheet."""
    title = f"{_('Audit checklist')} {audit.number}"
    secret = _("Only those who need to know") if audit.access is AccessClass.RESTRICTED else ""
    standards = ", ".join(edition_by_id(one).code for one in audit.edition_ids)
    team = ", ".join(one.person.name for one in audit.members)
    rows = [
        (_("Audit"), audit.title),
        (_("Unit"), person.rights.tree[audit.unit_id].name),
        (_("Standards"), f"{standards} · {days_of(audit.planned_from, audit.planned_until)}"),
        (_("Audit team"), team or BY_HAND),
    ]
    told = [layout.cut(f"{label}: {text}", layout.SMALL, HEAD_WIDTH) for label, text in rows]
    written = f"{_('Auditor')}: {BY_HAND}   {_('With whom')}: {BY_HAND}"
    return [layout.cut(title, layout.Style(12, 6, 1), HEAD_WIDTH), *told, secret, written]


def _sheet(
    printed: AuditPrint,
    number: int,
    lines: Sequence[tuple[int, AuditLine]],
    head: list[str],
    person: Person,
    installation: str,
) -> NoteSheet:
    placed = layout.placed_as([(place, asked_of(line)) for place, line in lines])
    sheet = _("Sheet %(n)s of %(total)s", n=number, total=printed.sheets)
    day = dates.short_day(clock.day_of(printed.printed_at, person.district.timezone))
    edition = _("Edition %(n)s, %(day)s", n=printed.number, day=day)
    return NoteSheet(
        number,
        SheetCode(installation, printed.uid, number).text,
        _("QR of sheet %(n)s", n=number),
        head,
        [sheet, edition],
        [_line(one, line) for one, (_place, line) in zip(placed, lines, strict=True)],
    )


def _line(placed: layout.Placed, line: AuditLine) -> NoteLine:
    return NoteLine(
        layout.cut(f"{placed.place}.  {clauses_text(line.clause_ids)}", layout.SMALL, SIDE_WIDTH),
        layout.cut(line.section, layout.SMALL, SIDE_WIDTH),
        layout.cut(placed.asked.question, layout.QUESTION),
        layout.cut(placed.asked.hint, layout.HINT),
        placed,
    )


def blocks_of(sheets: Sequence[NoteSheet]) -> Iterator[FormSheet]:
    """The sheets for the Word writer."""
    for sheet in sheets:
        yield FormSheet(
            head=sheet.head,
            picture=qr_png(sheet.code),
            alt=sheet.code_label,
            known_as=sheet.known_as,
            lines=[
                FormLine(
                    one.bar,
                    one.aside,
                    one.question,
                    one.hint,
                    one.placed.text_height,
                    boxes(),
                    one.placed.rules,
                )
                for one in sheet.lines
            ],
            notes=notes_label(),
            foot=foot(),
            head_mm=layout.HEAD,
            bar_mm=layout.BAR,
            boxes_mm=layout.BOXES,
            rule_mm=layout.RULE,
            gap_mm=layout.GAP,
        )
