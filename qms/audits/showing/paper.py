"""The checklist on paper: its editions and sheets, the pages that came back, those that wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from qms.audits.models import AuditPrint, Reading, ScannedPage, ScanUpload
from qms.audits.queries.paper import Sheet
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.people.models import Person
from qms.people.rights import sight_of

READING_TONES = {
    Reading.FILED: "good",
    Reading.FURTHER: "good",
    Reading.KNOWN: "neutral",
}
ADVICE = {
    Reading.NO_CODE: _l("Choose the audit and the sheet by hand, or photograph it anew."),
    Reading.SEVERAL: _l("Photograph each sheet alone, or choose the one that it is by hand."),
    Reading.OTHER_INSTALLATION: _l(
        "Send it where it was printed. If it is of an audit here all the same, choose it by hand."
    ),
    Reading.NOT_HERE: _l("Its QR leads to no sheet that you may file. Give it to the audit team."),
    Reading.NOT_OPEN: _l(
        "Notes are filed while an audit is under way and nobody is signing its report. It waits "
        "here until then."
    ),
}


@dataclass(frozen=True)
class ShownPage:
    """A page that is filed to a sheet."""

    uid: str
    url: str
    file_url: str
    who: str
    sha256: str


@dataclass(frozen=True)
class ShownSheet:
    """A sheet, which lines it holds, and what came back of it."""

    number: int
    lines: str
    gone: str
    pages: list[ShownPage]


@dataclass(frozen=True)
class Edition:
    """An edition on paper, with its sheets. `is_last`: none was printed after it."""

    number: int
    printed: str
    by: str
    sheets: list[ShownSheet]
    back: int
    is_last: bool


def editions_of(
    prints: Sequence[AuditPrint],
    sheets: Iterable[Sheet],
    pages: Iterable[ScannedPage],
    person: Person,
) -> list[Edition]:
    """The editions as the page of original notes shows them."""
    filed: dict[tuple[int | None, int | None], list[ShownPage]] = {}
    for one in pages:
        filed.setdefault((one.print_id, one.sheet), []).append(_page(one, person))
    by_edition: dict[int, list[Sheet]] = {}
    for sheet in sheets:
        by_edition.setdefault(sheet.edition, []).append(sheet)
    found = []
    for n, printed in enumerate(prints):
        shown = [
            _sheet(one, filed.get((printed.id, one.number), []))
            for one in by_edition.get(printed.number, [])
        ]
        found.append(
            Edition(
                printed.number,
                dates.long_moment(printed.printed_at, person.district.timezone),
                printed.printed_by.name,
                shown,
                sum(bool(one.pages) for one in shown),
                n == 0,
            )
        )
    return found


def _sheet(sheet: Sheet, pages: list[ShownPage]) -> ShownSheet:
    lines = (
        _("Line %(n)s", n=sheet.first)
        if sheet.first == sheet.last
        else _("Lines %(first)s to %(last)s", first=sheet.first, last=sheet.last)
    )
    gone = sheet.lines - sheet.listed
    said = ngettext(
        "%(num)s line of it is not on the checklist any more",
        "%(num)s lines of it are not on the checklist any more",
        gone,
    )
    return ShownSheet(sheet.number, lines, said if gone else "", pages)


def _page(page: ScannedPage, person: Person) -> ShownPage:
    assert page.evidence is not None
    assert page.filed_by is not None
    when = dates.long_moment(page.filed_at, person.district.timezone)
    uid = page.evidence.uid
    return ShownPage(
        str(page.uid),
        url_for("evidence.show", uid=uid),
        url_for("evidence.file", uid=uid, number=1, position=1, show=1),
        _("%(who)s, %(when)s", who=page.filed_by.name, when=when),
        page.stored.sha256,
    )


def notes_shown(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """(label, address) of the sheets that hold a line."""
    return [
        (
            _("Sheet %(n)s, edition %(edition)s", n=row.sheet, edition=row.edition),
            url_for("evidence.show", uid=row.uid),
        )
        for row in rows
    ]


def waiting_of(page: ScannedPage) -> dict[str, Any]:
    """A page that waits, in the list of those."""
    return {
        "name": page.name,
        "url": url_for("audits.scan_page", page=page.uid),
        "why": str(page.reading.label),
    }


def upload_row(upload: ScanUpload, person: Person) -> dict[str, Any]:
    """An upload, in the list of those."""
    pages = sum(one.pages or 0 for one in upload.files)
    return {
        "url": url_for("audits.scan_upload", uid=upload.uid),
        "when": dates.long_moment(upload.recorded_at, person.district.timezone),
        "names": ", ".join(one.name for one in upload.files[:5])
        + (" …" if len(upload.files) > 5 else ""),
        "pages": ngettext("%(num)s page", "%(num)s pages", pages),
        "is_read": upload.read_at is not None,
    }


def page_result(page: ScannedPage, person: Person) -> dict[str, Any]:
    """What became of a page, and where it is as far as the person sees that."""
    at = page.same_as or page
    printed = at.printed
    seen = printed is not None and sight_of(person).sees(printed.audit)
    if page.set_aside_at is not None:
        label, tone = _("Set aside"), "muted"
    elif page.evidence is not None and page.evidence.withdrawn_on is not None:
        label, tone = _("Taken off again"), "muted"
    else:
        label, tone = str(page.reading.label), READING_TONES.get(page.reading, "warn")
    where = None
    if seen and printed is not None:
        where = (
            _(
                "%(audit)s, edition %(edition)s, sheet %(sheet)s",
                audit=printed.audit.number,
                edition=printed.number,
                sheet=at.sheet,
            ),
            url_for("audits.notes", uid=printed.audit.uid),
        )
    return {
        "name": page.name,
        "label": label,
        "tone": tone,
        "where": where,
        "url": url_for("audits.scan_page", page=at.uid) if at.waits else None,
        "reason": page.set_aside_reason,
    }
