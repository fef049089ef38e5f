"""Documents as their pages show them: plain values, words and tones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import url_for
from markupsafe import Markup

from qms.core import dates
from qms.core.db import AccessClass
from qms.core.errors import Missing
from qms.core.files import content_of
from qms.core.i18n import gettext as _
from qms.core.refused_upload import RefusedUpload
from qms.core.registers import Filter
from qms.documents import queries
from qms.documents.models import (
    Document,
    FileRole,
    Phase,
    Revision,
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.documents.permissions import may_read
from qms.office.document_reader import markdown_html, preview_html
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import (
    ClauseRow,
    cited_text,
    clauses_of,
    in_clause_order,
    title_of,
)
from qms.units.tree import Node

TONES = {
    Phase.DRAFT: "neutral",
    Phase.IN_REVIEW: "info",
    Phase.APPROVED: "info",
    Phase.EFFECTIVE: "good",
    Phase.SUPERSEDED: "muted",
    Phase.WITHDRAWN: "muted",
}
REVIEW_SOON = 30


def shown_number(row: Any) -> str:
    """The revision's number of a row of the master list."""
    return row.revision_label or f"{row.revision_number:02d}"


def phase_of(row: Any, day: date) -> Phase:
    """Where the revision of a row stands on a day."""
    plain = Revision(
        state=row.state, effective_from=row.effective_from, effective_until=row.effective_until
    )
    return _or_withdrawn(plain, row.withdrawn_on, day)


def revision_phase(revision: Revision, day: date) -> tuple[str, str]:
    """(label, tone) of where a revision stands on a day."""
    phase = _or_withdrawn(revision, revision.document.withdrawn_on, day)
    return str(phase.label), TONES[phase]


def _or_withdrawn(revision: Revision, withdrawn_on: date | None, day: date) -> Phase:
    """What ended because its document was withdrawn was not superseded by anything."""
    phase = revision.phase(day)
    if phase is Phase.SUPERSEDED and revision.effective_until == withdrawn_on:
        return Phase.WITHDRAWN
    return phase


def review_tone(review_on: date | None, day: date) -> str:
    """bad when a review is due, warn when it soon will be."""
    if review_on is None:
        return "neutral"
    left = (review_on - day).days
    return "bad" if left <= 0 else "warn" if left <= REVIEW_SOON else "neutral"


def review_note(review_on: date | None, day: date) -> str | None:
    """Since or until when a document wants to be looked at again; None while that is far."""
    if review_on is None or review_tone(review_on, day) == "neutral":
        return None
    said = dates.long_day(review_on)
    if review_on > day:
        return _("It is due for review on %(day)s.", day=said)
    return _("It has been due for review since %(day)s.", day=said)


def register_rows(rows: Sequence[Any], person: Person) -> list[dict[str, Any]]:
    """Rows of the register, with who approved them. One query."""
    day, tree = person.district.today, person.rights.tree
    signed = queries.signed_by(row.revision_id for row in rows) if rows else {}
    shown = []
    for row in rows:
        phase = phase_of(row, day)
        is_front = phase in (Phase.EFFECTIVE, Phase.DRAFT, Phase.IN_REVIEW)
        unit = tree.get(row.unit_id)
        shown.append(
            {
                "number": row.number,
                "title": row.title,
                "sub": _sub(row, unit),
                "url": url_for("documents.show", uid=row.document_uid)
                if is_front
                else url_for(
                    "documents.revision", uid=row.document_uid, number=row.revision_number
                ),
                "revision": shown_number(row),
                "phase": str(phase.label),
                "tone": TONES[phase],
                "from": dates.short_day(row.effective_from),
                "approved_by": signed.get(row.revision_id, {}).get(SignatureRole.APPROVED, ""),
                "review": dates.short_day(row.review_on) if is_front else "",
                "review_tone": review_tone(row.review_on, day) if is_front else "neutral",
                "restricted": row.access is AccessClass.RESTRICTED,
            }
        )
    return shown


def _sub(row: Any, unit: Node | None) -> str:
    """The type, the unit, and the number that the document had before this system."""
    words = [str(row.type.label), unit.label if unit else "", row.external_number]
    return " · ".join(word for word in words if word)


def paper_rows(rows: Sequence[Any], person: Person) -> list[dict[str, Any]]:
    """Rows of the master list as agencies print it. Four queries at most."""
    if not rows:
        return []
    signed = queries.signed_by(row.revision_id for row in rows)
    clauses = queries.clauses_served(row.document_id for row in rows)
    owners = queries.owners_of(rows)
    day, tree = person.district.today, person.rights.tree
    return [
        {
            "number": row.number,
            "external": row.external_number,
            "title": row.title,
            "type": row.type.value,
            "unit": unit.label if (unit := tree.get(row.unit_id)) else "",
            "owner": owners.get(("person", row.owner_person_id))
            or owners.get(("position", row.owner_position_id), ""),
            "clauses": cited_text(in_clause_order(clauses.get(row.document_id, []))),
            "issued": dates.short_day(row.approved_on),
            "revision": shown_number(row),
            "from": dates.short_day(row.effective_from),
            **_signatories(signed.get(row.revision_id, {})),
            "review": dates.short_day(row.review_on),
            "phase": str(phase_of(row, day).label),
            "note": str(row.classification.label),
            "location": row.link or "QMS",
        }
        for row in rows
    ]


def _signatories(signed: Mapping[SignatureRole, str]) -> dict[str, str]:
    """Who prepared, checked and approved, by the master list's columns."""
    return {
        "prepared": signed.get(SignatureRole.PREPARED, ""),
        "checked": signed.get(SignatureRole.CHECKED, ""),
        "approved": signed.get(SignatureRole.APPROVED, ""),
    }


def clause_filter(editions: Iterable[Any], chosen: Sequence[str]) -> Filter:
    """Chips for the clauses of two levels, and for chosen ones below them."""
    options: list[tuple[str, str, int | None, bool]] = []
    for edition in editions:
        for clause in clauses_of(edition.key):
            if clause.level <= 2 or clause.key in chosen:
                label = f"{edition.code} {clause.number} {title_of(clause)}"
                options.append((clause.key, label, None, clause.key in chosen))
    return ("clause", _("Clause"), options)


def with_what_is_under(clauses: Iterable[ClauseRow]) -> list[int]:
    """The ids of some clauses and of all under them."""
    found: set[int] = set()
    for clause in clauses:
        found.update(
            one.id
            for one in clauses_of(clause.edition_key)
            if one.number == clause.number or one.number.startswith(f"{clause.number}.")
        )
    return sorted(found)


def steps(revision: Revision, day: date) -> list[tuple[str, str]]:
    """How far a revision has come, for the stepper."""
    phase = _or_withdrawn(revision, revision.document.withdrawn_on, day)
    names = [_("Draft"), _("In review"), _("Approved"), _("In force")]
    if phase is Phase.WITHDRAWN and revision.state is RevisionState.WITHDRAWN:
        return [(names[0], "done"), (str(phase.label), "failed")]
    if phase in (Phase.SUPERSEDED, Phase.WITHDRAWN):
        return [*((name, "done") for name in names), (str(phase.label), "failed")]
    at = (Phase.DRAFT, Phase.IN_REVIEW, Phase.APPROVED, Phase.EFFECTIVE).index(phase)
    return [
        (name, "done" if index < at else "current" if index == at else "upcoming")
        for index, name in enumerate(names)
    ]


@dataclass(frozen=True)
class Signed:
    """A place of the signature block. `note` says what is missing, or where a name is from."""

    role: str
    name: str
    position: str | None
    nip: str | None
    on: str
    note: str
    is_signed: bool


def signature_block(revision: Revision) -> list[Signed]:
    """The three places of the paper: disusun, diperiksa, disahkan. An unnamed check is left out."""
    return [
        _place(revision, role, signature)
        for role in SignatureRole
        if (signature := revision.signature(role)) is not None or role is not SignatureRole.CHECKED
    ]


def _place(revision: Revision, role: SignatureRole, signature: Signature | None) -> Signed:
    label, is_imported = str(role.label), revision.is_as_imported
    if signature is None:
        note = _("not in the imported file") if is_imported else _("Not named yet")
        return Signed(label, "", None, None, "", note, False)
    is_signed = signature.signed_at is not None
    note = "" if is_signed else _("not signed yet")
    if is_imported:
        note = _("as in the imported file")
    return Signed(
        label,
        signature.shown_name,
        signature.position,
        signature.nip,
        dates.long_day(signature.signed_on),
        note,
        is_signed or is_imported,
    )


def file_rows(revision: Revision) -> list[dict[str, str]]:
    """The files of a revision with their links."""
    found = []
    for file in revision.files:
        values: dict[str, Any] = {
            "uid": revision.document.uid,
            "number": revision.number,
            "role": file.role.value,
        }
        shown = file.stored.mime == "application/pdf" or file.stored.mime.startswith("image/")
        found.append(
            {
                "role": str(file.role.label),
                "name": file.name,
                "about": f"{dates.size(file.stored.size)} · SHA-256 {file.stored.sha256[:12]}…",
                "url": url_for("documents.file", **values),
                "open_url": url_for("documents.file", **values, show=1) if shown else "",
            }
        )
    return found


def history_rows(document: Document, person: Person) -> list[dict[str, Any]]:
    """The table of changes (catatan perubahan), newest first."""
    day = person.district.today
    return [
        {
            "number": revision.shown_number,
            "url": url_for("documents.revision", uid=document.uid, number=revision.number),
            "note": revision.change_note,
            "from": dates.short_day(revision.effective_from),
            "until": dates.short_day(revision.last_day),
            "signed": [(one.role, one.name) for one in signature_block(revision) if one.is_signed],
            "phase": revision_phase(revision, day),
        }
        for revision in sorted(document.revisions, key=lambda one: -one.number)
        if may_read(person, revision)
    ]


def evidence_rows(document: Document, person: Person) -> list[dict[str, Any]]:
    """The evidence that belongs to a document, as far as the person sees it."""
    sight = sight_of(person)
    return [
        {
            "name": link.evidence.name,
            "url": url_for("evidence.show", uid=link.evidence.uid),
            "added": dates.short_day(link.evidence.added_on),
            "withdrawn": link.evidence.withdrawn_on is not None,
        }
        for link in document.evidence
        if sight.sees(link.evidence)
    ]


def stamp_of(revision: Revision, day: date) -> str:
    """What is printed across the paper of a revision that is not in force."""
    if revision.document.withdrawn_on is not None and revision.document.withdrawn_on <= day:
        return _("OBSOLETE")
    return {
        Phase.SUPERSEDED: _("OBSOLETE"),
        Phase.WITHDRAWN: _("OBSOLETE"),
        Phase.DRAFT: _("DRAFT"),
        Phase.IN_REVIEW: _("DRAFT"),
        Phase.APPROVED: _("NOT YET IN FORCE"),
    }.get(revision.phase(day), "")


def body_html(revision: Revision) -> Markup:
    """The text that was written here, harmless."""
    return Markup(markdown_html(revision.body)) if revision.body else Markup("")  # noqa: S704


def source_html(revision: Revision) -> tuple[Markup, str]:
    """(a preview of the editable source, or why there is none)."""
    source = revision.file(FileRole.SOURCE)
    if source is None or source.stored.extension not in ("docx", "md"):
        return Markup(""), ""
    try:
        return Markup(_preview(content_of(source.stored), source.stored.extension)), ""  # noqa: S704
    except (RefusedUpload, Missing) as problem:
        return Markup(""), str(problem.message)


@lru_cache(maxsize=16)
def _preview(path: Path, extension: str) -> str:
    """Half a second for a page of Word. The path is the content's hash, so it never goes stale."""
    return preview_html(path, extension)
