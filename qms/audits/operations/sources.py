"""A checklist made from an earlier audit, a template, or a document under audit."""

import re
from collections.abc import Iterable, Mapping

from qms.audits.models import (
    AskedWhen,
    Audit,
    AuditLine,
    ChecklistTemplate,
    ChecklistTemplateLine,
    Method,
)
from qms.audits.operations.checklist import (
    Asked,
    known_keys,
    take_lines,
)
from qms.audits.queries.scope import not_applicable_in
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.documents.models import Document
from qms.people.models import Person
from qms.standards.queries import clause_by_id, clauses_of, edition_by_id

MARKDOWN_HEADING = re.compile(r"#{1,4}\s+(.+?)\s*#*$")
NUMBERED_HEADING = re.compile(r"(?:[A-Z]|[IVX]{1,4}|\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+\S.{2,110}$")
MOST_PARTS = 60
"""Sections of a document that become lines; more would be a reading exercise."""


def take_from_audit(audit: Audit, earlier: Audit, *, by: Person, version: int | None = None) -> int:
    """Put the lines of an earlier audit on the checklist, their answers cleared; each remembers the
    line that it comes from. Returns how many."""
    wanted, known = _clauses_asked(audit), known_keys(audit)
    new = []
    for line in sorted(earlier.listed, key=lambda one: one.position):
        clause_ids = _kept(line.clause_ids, wanted)
        keys = _keys(line)
        if clause_ids and not known & set(keys):
            new.append(_again(line, keys, clause_ids))
    if not new:
        message = _l("Everything that the earlier audit asked is on the checklist already.")
        raise Invalid(message, earlier=message)
    return take_lines(audit, new, "take_from_audit", by=by, version=version)


def _clauses_asked(audit: Audit) -> dict[str, int]:
    """Clause id by standard and number, of the audit's editions: an earlier audit may have been to
    an earlier edition. Without what does not apply."""
    left_out = not_applicable_in(audit)
    return {
        f"{edition_by_id(one).key.split('-')[0]}:{clause.number}": clause.id
        for one in audit.edition_ids
        for clause in clauses_of(edition_by_id(one).key)
        if clause.id not in left_out
    }


def _kept(clause_ids: Iterable[int], wanted: Mapping[str, int]) -> tuple[int, ...]:
    """The clauses of an earlier line that this audit asks about; under another edition of the same
    standard, those of the same number."""
    found = []
    for one in clause_ids:
        clause = clause_by_id(one)
        key = f"{clause.edition_key.split('-')[0]}:{clause.number}"
        if key in wanted:
            found.append(wanted[key])
    return tuple(sorted(set(found)))


def _keys(line: AuditLine) -> tuple[str, ...]:
    return tuple(line.keys) or (f"line:{line.uid}",)


def _again(line: AuditLine, keys: tuple[str, ...], clause_ids: tuple[int, ...]) -> Asked:
    condition = line.condition
    return Asked(
        line.section,
        line.question,
        line.hint,
        tuple(line.methods),
        keys,
        clause_ids,
        previous_id=line.id,
        document_id=line.origin.document_id if line.origin is not None else None,
        after=_keys(condition.after)[0] if condition else None,
        asked_when=condition.asked_when if condition else AskedWhen.APPLIES,
    )


def take_from_template(
    audit: Audit, template: ChecklistTemplate, *, by: Person, version: int | None = None
) -> int:
    """Put the lines of a template on the checklist, with its sections and conditions; lines that
    ask about no clause of the audit's standards stay away. Returns how many."""
    covered = set(audit.edition_ids)
    left_out, known = not_applicable_in(audit), known_keys(audit)
    new = []
    for line in template.lines:
        clause_ids = tuple(
            one
            for one in template.clause_ids(line.number)
            if clause_by_id(one).edition_id in covered and one not in left_out
        )
        if clause_ids and _template_key(template, line.number) not in known:
            new.append(_of_template(template, line, clause_ids))
    if not new:
        message = _l(
            "The template has nothing more for the standards of this audit: its lines are on the "
            "checklist, or ask about other clauses."
        )
        raise Invalid(message, template=message)
    return take_lines(audit, new, "take_from_template", by=by, version=version)


def _template_key(template: ChecklistTemplate, number: int) -> str:
    return f"template:{template.uid}:{number}"


def _of_template(
    template: ChecklistTemplate, line: ChecklistTemplateLine, clause_ids: tuple[int, ...]
) -> Asked:
    return Asked(
        line.section,
        line.question,
        line.hint,
        tuple(line.methods),
        (_template_key(template, line.number),),
        clause_ids,
        after=_template_key(template, line.after) if line.after is not None else None,
        asked_when=line.asked_when or AskedWhen.APPLIES,
    )


def take_from_document(
    audit: Audit,
    document: Document,
    text: str,
    clause_ids: Iterable[int] = (),
    *,
    by: Person,
    version: int | None = None,
) -> int:
    """A line for each section of a document under audit: is it done as written, and what shows it?
    `text`: the words of the revision in force, as lines. The lines ask about `clause_ids`; without
    them, about the clauses that the document serves. Returns how many."""
    left_out = not_applicable_in(audit)
    wanted = [
        one
        for one in sorted(set(clause_ids) or document.clause_ids)
        if clause_by_id(one).edition_id in audit.edition_ids and one not in left_out
    ]
    if not wanted:
        message = _l("Choose the clauses: the document names none of the audit's standards.")
        raise Invalid(message, clause_ids=message)
    known = known_keys(audit)
    name = f"{document.number} {document.title}"
    new = [
        Asked(
            name,
            _("Is “%(part)s” done as %(document)s says?", part=part, document=document.number),
            hint,
            (Method.INTERVIEW.value, Method.DOCUMENT.value),
            (key,),
            tuple(wanted),
            document_id=document.id,
        )
        for part, hint in sections_in(text) or [(document.title, None)]
        if (key := f"document:{document.uid}:{part[:80]}") not in known
    ]
    if not new:
        message = _l("Everything in this document is on the checklist already.")
        raise Invalid(message, document=message)
    return take_lines(audit, new, "take_from_document", by=by, version=version)


def sections_in(text: str) -> list[tuple[str, str | None]]:
    """(heading, the beginning of what follows) of a document's sections, at most MOST_PARTS. What
    looks like a heading: a Markdown heading, or a short numbered line."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        heading = heading_in(line.strip())
        if heading is not None:
            current = found.setdefault(heading, [])
        elif line.strip():
            current.append(line.strip(" -*\t"))
    parts = list(found.items())[:MOST_PARTS]
    return [(heading, _beginning(" ".join(words))) for heading, words in parts]


def heading_in(line: str) -> str | None:
    """The words of a heading, without the signs around them; None if it is none."""
    if marked := MARKDOWN_HEADING.match(line):
        return marked[1].strip("*_ ")[:200]
    is_numbered = NUMBERED_HEADING.match(line) and not line.endswith((".", ";", ","))
    return line[:200] if is_numbered else None


def _beginning(words: str) -> str | None:
    if len(words) <= 300:
        return words or None
    return f"{words[:300].rsplit(' ', 1)[0]} …"
