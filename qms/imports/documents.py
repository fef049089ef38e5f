"""Documents from a master list: known by the list's own number within the unit."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from qms.core.i18n import gettext as _
from qms.core.text import fold
from qms.documents import operations
from qms.documents.models import (
    Classification,
    Document,
    DocumentType,
    Revision,
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.documents.numbers import Numbers, too_long
from qms.documents.operations import ImportedDocument
from qms.imports.clauses import ClauseReader, ids_in, keys_of
from qms.imports.headings import ImportKind, label_of
from qms.imports.owners import Owners
from qms.imports.preview import (
    EXTRA,
    Outcome,
    Planned,
    RowPlan,
    Task,
    Values,
    compare,
    extra_of,
    left_out,
    merged_extra,
    plan_of,
    refuse_doubles,
    with_extra,
)
from qms.imports.queries import known_records
from qms.imports.values import Codes, RowReader, iso, plain
from qms.imports.words import (
    CLASSIFICATIONS,
    STANDINGS,
    Standing,
    document_type,
    document_type_in,
)
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import clause_by_id
from qms.units.tree import Node

NEEDED = ("number", "title")


def plan(task: Task) -> Planned:
    """What the list does to the unit's documents. The number of queries does not grow with the
    rows."""
    table, by = task.table, task.by
    codes, owners = Codes.of(table, "number"), Owners(task.unit, by)
    clauses = ClauseReader(task.unit.id)
    rows = [_read(reader, codes, owners, clauses) for reader in task.readers()]
    rows, notes = left_out(rows, NEEDED)
    refuse_doubles(rows, table)
    task.recall(rows)
    known = _known(task, rows)
    for row in rows:
        row.record = known.get(fold(row.key))
        if row.record is None:
            _judge_new(row, task)
        else:
            _compare(row, task)
    _foresee_numbers(rows, task)
    new_owners = [
        str(row.values["owner"]) for row in rows if _brings_owner(row) and row.values["owner"]
    ]
    return rows, [*owners.note(new_owners), *notes]


def _foresee_numbers(rows: Sequence[RowPlan], task: Task) -> None:
    """Tell each new row the number that its document would get now."""
    by, new = task.by, [row for row in rows if row.outcome is Outcome.CREATE]
    given = Numbers(by.rights.tree, task.unit.id, by.district_id).foreseen(
        (DocumentType(str(row.value("type"))), _numbered_on(row, by)) for row in new
    )
    for row, number in zip(new, given, strict=True):
        row.number = number
        if message := too_long(number):
            row.refuse(task.table, "number", str(message))


def _numbered_on(row: RowPlan, by: Person) -> date:
    """The day in whose year a new document gets its number."""
    day = row.value("effective_from") or row.value("approved_on")
    return date.fromisoformat(str(day)) if day else by.district.today


def _brings_owner(row: RowPlan) -> bool:
    return row.outcome is Outcome.CREATE or row.change_of("owner") is not None


def _read(reader: RowReader, codes: Codes, owners: Owners, clauses: ClauseReader) -> RowPlan:
    number = reader.line("number", needed=_("The number is missing."), most=80)
    title = reader.line("title", needed=_("The title is missing."))
    codes.warn(reader, "number", always=False)
    approved_on, effective_from = reader.day("approved_on"), reader.day("effective_from")
    day = effective_from or approved_on
    if "effective_from" not in reader.table.layout.columns:
        effective_from = approved_on  # lists with one date mean: issued and in force on that day
    values: Values = {
        "number": number,
        "title": title,
        "type": _type(reader),
        "owner": owners.named(reader.line("owner")),
        "prepared_by": reader.line("prepared_by"),
        "checked_by": reader.line("checked_by"),
        "approved_by": reader.line("approved_by"),
        "revision": reader.line("revision", most=40),
        "approved_on": iso(approved_on),
        "effective_from": iso(effective_from),
        "review_on": iso(reader.day("review_on")),
        "classification": plain(reader.word("classification", CLASSIFICATIONS)),
        "status": plain(reader.word("status", STANDINGS)),
        "clauses": read_clauses(reader, clauses),
    }
    defaults: Values = {
        "type": document_type_in(number).value,
        "classification": Classification.INTERNAL.value,
        "status": (Standing.IN_FORCE if day else Standing.DRAFT).value,
        "effective_from": iso(day),
    }
    reader.keep_unknown()
    return plan_of(reader, key=number, title=title, values=values, defaults=defaults)


def _type(reader: RowReader) -> str | None:
    """The type by its word; an unknown word is kept."""
    said = reader.line("type")
    if said is None:
        return None
    type = document_type(said)
    if type is None:
        reader.keep("type", _("Unknown type: taken as other document; the word is kept."))
        return DocumentType.OTHER.value
    return type.value


def read_clauses(reader: RowReader, clauses: ClauseReader, standard: str | None = None) -> Any:
    """Clauses that are clear; the whole text is kept where one is not."""
    said = reader.text("clauses")
    if said is None:
        return None
    cited = clauses.read(said, standard)
    if cited.unclear or cited.keys is None:
        unclear = ", ".join(cited.unclear) or said
        reader.keep(
            "clauses",
            _(
                "No clause, or several, for: %(numbers)s. The text is kept; name the standard "
                "beside the clause.",
                numbers=unclear[:100],
            ),
        )
    return cited.keys


def _known(task: Task, rows: Sequence[RowPlan]) -> dict[str, Document]:
    """The unit's documents that the rows are about."""
    return known_records(
        Document,
        task.by.district_id,
        task.unit.id,
        {fold(row.key) for row in rows},
        joinedload(Document.owner_person),
        joinedload(Document.owner_position),
        selectinload(Document.clauses),
        selectinload(Document.revisions)
        .selectinload(Revision.signatures)
        .joinedload(Signature.person),
    )


def _judge_new(row: RowPlan, task: Task) -> None:
    status = Standing(str(row.value("status")))
    if row.values["status"] is None:
        row.warn(task.table, "status", _("No status: taken as “%(status)s”.", status=status.label))
    type, classification = row.defaults["type"], row.defaults["classification"]
    if row.values["type"] is None and type == DocumentType.OTHER.value:
        label = DocumentType.OTHER.label
        row.warn(task.table, "type", _("No type: taken as “%(type)s”.", type=label))
    if row.values["classification"] is None:
        label = Classification(str(classification)).label
        row.warn(
            task.table,
            "classification",
            _("No classification: taken as “%(classification)s”.", classification=label),
        )
    if status is Standing.IN_FORCE and row.value("effective_from") is None:
        row.refuse(
            task.table,
            "effective_from",
            _("A document in force needs the day from which it is in force."),
        )
    if status is Standing.WITHDRAWN:
        row.warn(
            task.table, "status", _("Since when is not known: it counts as withdrawn from today.")
        )


def _compare(row: RowPlan, task: Task) -> None:
    """Set the row against the document that is here, and refuse what cannot be corrected."""
    document: Document = row.record
    if not sight_of(task.by).sees(document):
        row.refuse(task.table, "number", _("This number is taken in the unit."))
        return
    row.number = document.number
    columns = task.fields
    if "approved_on" in columns:
        columns.add("effective_from")
    compare(
        row,
        now=now_of(document),
        in_file=columns,
        label=lambda name: label_of(ImportKind.DOCUMENTS, name),
    )
    if not row.changes:
        return
    last, first = document.last, row.changes[0]
    if last.author_id is not None or document.withdrawn_on is not None:
        row.refuse(
            task.table,
            first.name,
            _("%(number)s goes on in this system. Change it there.", number=document.number),
        )
        return
    _judge_change(row, last, task)


def _judge_change(row: RowPlan, last: Revision, task: Task) -> None:
    status = row.change_of("status")
    approved = last.state is RevisionState.APPROVED
    is_new = row.change_of("revision") is not None and approved
    effective = row.values["effective_from"] or (None if is_new else iso(last.effective_from))
    in_force = (row.values["status"] or _standing(last)) == Standing.IN_FORCE.value
    if status and status.after == Standing.DRAFT.value and not row.change_of("revision"):
        row.refuse(
            task.table,
            "status",
            _("This revision is approved here. A file cannot make it a draft again."),
        )
    if in_force and effective is None:
        row.refuse(
            task.table,
            "effective_from",
            _("A document in force needs the day from which it is in force."),
        )
    before = last if is_new else row.record.approved_before(last)
    if before is not None and in_force and effective:
        if str(effective) < (iso(before.effective_from) or ""):
            row.refuse(
                task.table,
                "effective_from",
                _("This revision begins before the one that is recorded already."),
            )


def _standing(revision: Revision) -> str:
    approved = revision.state is RevisionState.APPROVED
    return (Standing.IN_FORCE if approved else Standing.DRAFT).value


def now_of(document: Document) -> Values:
    """What a list would have to say for the document to be as it is."""
    last = document.last
    signed = {
        field: found.shown_name or None if (found := last.signature(role)) else None
        for role, field in (
            (SignatureRole.PREPARED, "prepared_by"),
            (SignatureRole.CHECKED, "checked_by"),
            (SignatureRole.APPROVED, "approved_by"),
        )
    }
    return {
        "number": document.external_number or document.number,
        "title": document.title,
        "type": document.type.value,
        "owner": document.owner_name or None,
        **signed,
        "revision": last.shown_number,
        "approved_on": iso(last.approved_on),
        "effective_from": iso(last.effective_from),
        "review_on": iso(document.review_on),
        "classification": document.classification.value,
        "status": Standing.WITHDRAWN.value if document.withdrawn_on else _standing(last),
        "clauses": keys_of(clause_by_id(link.clause_id) for link in document.clauses),
        **with_extra(document.imported_extra),
    }


def carry_out(rows: Sequence[RowPlan], unit: Node, by: Person) -> None:
    """Record the new documents, and correct those that are here."""
    owners, numbers = Owners(unit, by), Numbers(by.rights.tree, unit.id, by.district_id)
    for row in rows:
        if row.outcome is Outcome.CREATE:
            _record(row, numbers, owners, by)
        elif row.outcome is Outcome.CHANGE:
            _correct(row, owners, by)


def _record(row: RowPlan, numbers: Numbers, owners: Owners, by: Person) -> None:
    names = [name for name in row.values if row.value(name) is not None]
    given = _given(row, [*names, *row.defaults], owners, extra_of(row.values))
    document = operations.record_imported(numbers.unit_id, given, by=by, numbers=numbers)
    _withdraw_if_told(document, row, names, by)


def _correct(row: RowPlan, owners: Owners, by: Person) -> None:
    document: Document = row.record
    names = [change.name for change in row.changes]
    if "revision" in names:  # another revision: all that the list says is about the new one
        names = [name for name in row.values if row.values[name] is not None]
    extra = None
    if any(name.startswith(EXTRA) for name in names):
        extra = merged_extra(row, document.imported_extra)
    operations.correct_imported(document, _given(row, names, owners, extra), by=by)
    _withdraw_if_told(document, row, [change.name for change in row.changes], by)


def _given(
    row: RowPlan, names: Sequence[str], owners: Owners, extra: dict[str, str] | None
) -> ImportedDocument:
    """What the list says of these fields, as the documents area takes it."""
    told = {name: row.value(name) for name in names}

    def text(name: str) -> str | None:
        found = told.get(name)
        return None if found is None else str(found)

    def day(name: str) -> date | None:
        found = text(name)
        return date.fromisoformat(found) if found else None

    type, classification, status = text("type"), text("classification"), text("status")
    return ImportedDocument(
        title=text("title"),
        type=DocumentType(type) if type else None,
        external_number=text("number"),
        owner=owners.find(text("owner")),
        classification=Classification(classification) if classification else None,
        revision_label=text("revision"),
        is_approved=_is_approved(status, day("effective_from")),
        approved_on=day("approved_on"),
        effective_from=day("effective_from"),
        review_on=day("review_on"),
        prepared_by=text("prepared_by"),
        checked_by=text("checked_by"),
        approved_by=text("approved_by"),
        clause_ids=ids_in(told["clauses"]) if told.get("clauses") else None,
        extra=extra,
    )


def _is_approved(status: str | None, effective_from: date | None) -> bool | None:
    """A withdrawn document was approved if it has a day in force."""
    if status is None:
        return None
    if status == Standing.WITHDRAWN.value:
        return True if effective_from else None
    return status == Standing.IN_FORCE.value


def _withdraw_if_told(document: Document, row: RowPlan, names: Sequence[str], by: Person) -> None:
    if "status" in names and row.value("status") == Standing.WITHDRAWN.value:
        reason = _("The imported list says that it is withdrawn.")
        operations.withdraw_document(document, reason=reason, by=by)
