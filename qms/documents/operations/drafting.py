"""Drafting: a new document, its facts, a new revision, what a draft says and who is to sign it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from qms.core import files as store
from qms.core import journal
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.files import Received, StoredFile
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.text import fold
from qms.documents.editors import REWRITES, count_in
from qms.documents.models import (
    Classification,
    Document,
    DocumentClause,
    DocumentType,
    FileRole,
    Revision,
    RevisionFile,
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.documents.numbers import LONGEST, Numbers, is_taken
from qms.documents.permissions import (
    counts_as_writer,
    may_classify,
    may_draft,
    may_edit,
    may_read,
    may_revise,
    may_write,
    writers_of,
)
from qms.people.models import Person, Position
from qms.people.rights import sight_of

ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class Content:
    """What a revision says: text written here (Markdown), an address, files. `removed` takes
    files away; a file given takes the place of the one before."""

    body: str | None = None
    link: str | None = None
    source: Received | None = None
    signed: Received | None = None
    removed: frozenset[FileRole] = frozenset()

    @property
    def received(self) -> dict[FileRole, Received]:
        both = {FileRole.SOURCE: self.source, FileRole.SIGNED: self.signed}
        return {role: file for role, file in both.items() if file is not None}


@dataclass(frozen=True)
class Signatories:
    """Who is to sign. Without `prepared` it is who writes the revision here."""

    prepared: Person | None = None
    checked: Person | None = None
    approved: Person | None = None


def draft_document(
    unit_id: int,
    *,
    type: DocumentType,
    title: str,
    by: Person,
    number: str | None = None,
    owner: Person | Position | None = None,
    classification: Classification = Classification.INTERNAL,
    access: AccessClass = AccessClass.ORDINARY,
    language: str = "id",
    review_on: date | None = None,
    clause_ids: Iterable[int] = (),
    change_note: str = "",
    content: Content | None = None,
    signatories: Signatories | None = None,
    uid: UUID | None = None,
    like: Revision | None = None,
) -> Document:
    """A new document with its revision 00 as a draft. Without a number it gets the next one by
    the unit's pattern. It takes over the editable source of `like`, a revision that the person
    reads, perhaps another unit's; what is restricted there stays so. With a uid that was used
    before, the document that it made."""
    require(may_draft, by, unit_id)
    require(may_classify, by, (unit_id, access))
    content = content or Content()
    source = _source_of(like, content)
    files = {one.sha256 for one in content.received.values()}
    files |= {source.stored.sha256} if source else set()
    wanted = (unit_id, type, title.strip(), files, content.body or None)
    if known := made_before(Document, uid, by=by, is_same=lambda one: _as_drafted(one) == wanted):
        return known
    _refuse_closed(by, unit_id)
    if like is not None:
        _refuse_opening(like, access, by)
    signatories = signatories or Signatories()
    kept = _kept(content, by.district_id, by=by)
    document = Document(
        district_id=by.district_id,
        unit_id=unit_id,
        title=_titled(title),
        type=type,
        classification=classification,
        access=access,
        language=language,
        review_on=review_on,
        **({"uid": uid} if uid else {}),
        **_numbered(unit_id, type, number, by=by),
    )
    own(document, owner)
    cite(document, clause_ids)
    revision = Revision(
        district_id=by.district_id,
        number=0,
        change_note=change_note.strip() or _("First issue"),
        state=RevisionState.DRAFT,
        author_id=by.id,
    )
    revision.document = document
    document.revisions.append(revision)
    _fill(revision, content, kept)
    if source is not None:
        put_file(revision, FileRole.SOURCE, source.stored, source.name)
    db.session.add(document)
    db.session.flush()
    _name(revision, signatories, by=by)
    journal.write("draft", document, by=by)
    return document


def _as_drafted(document: Document) -> tuple[Any, ...]:
    first = document.revisions[0]
    files = {one.stored.sha256 for one in first.files}
    return document.unit_id, document.type, document.title, files, first.body


def _source_of(like: Revision | None, content: Content) -> RevisionFile | None:
    """The editable source that is taken over, unless a file is given."""
    return like.file(FileRole.SOURCE) if like is not None and content.source is None else None


def _refuse_closed(by: Person, unit_id: int) -> None:
    node = by.rights.tree.get(unit_id)
    if node is None or not node.is_open:
        message = _l("This unit is closed. Choose the unit that took over from it.")
        raise Invalid(message, unit=message)


def _refuse_opening(like: Revision, access: AccessClass, by: Person) -> None:
    require(may_read, by, like)
    if like.document.access is AccessClass.RESTRICTED and access is AccessClass.ORDINARY:
        message = _l("What it starts from is restricted, and stays so in another unit too.")
        raise Invalid(message, access=message)


def _titled(title: str) -> str:
    if not title.strip():
        message = _l("Give the document a title.")
        raise Invalid(message, title=message)
    return title.strip()


def _numbered(
    unit_id: int, type: DocumentType, number: str | None, *, by: Person
) -> dict[str, str]:
    number = (number or "").strip()
    if number:
        refuse_number(number, by.district_id)
    else:
        numbers = Numbers(by.rights.tree, unit_id, by.district_id)
        number = numbers.next(type, by.district.today)
    return {"number": number, "number_key": fold(number)}


def refuse_number(number: str, district_id: int, but: Document | None = None) -> None:
    """Raise Invalid if a number is too long or another document of the district has it."""
    if len(number) > LONGEST:
        message = _l("At most %(most)s characters.", most=LONGEST)
        raise Invalid(message, number=message)
    if is_taken(district_id, number, but):
        message = _l("The number %(number)s is taken by another document.", number=number)
        raise Invalid(message, number=message)


def own(document: Document, owner: Person | Position | None) -> None:
    """Make a person, a position or nobody the owner."""
    document.owner_person_id = owner.id if isinstance(owner, Person) else None
    document.owner_position_id = owner.id if isinstance(owner, Position) else None


def cite(document: Document, clause_ids: Iterable[int]) -> None:
    """Make the document's clauses exactly these."""
    wanted = set(clause_ids)
    for link in [link for link in document.clauses if link.clause_id not in wanted]:
        document.clauses.remove(link)
    known = {link.clause_id for link in document.clauses}
    for clause_id in sorted(wanted - known):
        document.clauses.append(
            DocumentClause(district_id=document.district_id, clause_id=clause_id)
        )


def edit_document(
    document: Document,
    *,
    title: str,
    owner: Person | Position | None,
    classification: Classification,
    language: str,
    review_on: date | None,
    clause_ids: Iterable[int],
    by: Person,
    access: AccessClass | None = None,
    number: str | None = None,
    type: DocumentType | None = None,
    seen: int | None = None,
) -> None:
    """Correct a document's facts. Number and type change only before the first approval: papers
    bear them from then on."""
    require(may_edit, by, document)
    same_version(document, seen)
    if access is not None and access is not document.access:
        require(may_classify, by, (document.unit_id, AccessClass.RESTRICTED))
        document.access = access
        _refuse_blind_signatories(document)
    _renumber(document, number, type)
    document.title = _titled(title)
    document.classification, document.language = classification, language
    document.review_on = review_on
    own(document, owner)
    cite(document, clause_ids)
    touch(document)
    journal.write("edit_document", document, by=by)


def _refuse_blind_signatories(document: Document) -> None:
    """Who is named to sign what is being written must go on seeing it."""
    written = document.being_written
    for signature in written.signatures if written else []:
        person = signature.person
        if person and not signature.signed_at and not sight_of(person).sees(document):
            message = _l(
                "%(name)s is named to sign and could not see it any more. Name somebody else in "
                "the draft first.",
                name=person.name,
            )
            raise Invalid(message, access=message)


def _renumber(document: Document, number: str | None, type: DocumentType | None) -> None:
    number = (number or "").strip() or document.number
    if number == document.number and type in (None, document.type):
        return
    if document.was_approved:
        raise OutOfTurn(_l("An approved document keeps its number and type."))
    refuse_number(number, document.district_id, but=document)
    document.number, document.number_key = number, fold(number)
    document.type = type or document.type


def new_revision(
    document: Document, *, change_note: str, by: Person, copy: bool = True, seen: int | None = None
) -> Revision:
    """The next revision as a draft. With `copy` it starts from what the last one says and with
    the same signatories; the signed scan is not copied."""
    require(may_revise, by, document)
    same_version(document, seen)
    if document.withdrawn_on is not None:
        raise OutOfTurn(_l("This document is withdrawn. Draft a new one instead."))
    if document.being_written is not None:
        raise OutOfTurn(_l("A revision is being written already. Go on with that one."))
    if not change_note.strip():
        message = _l("Write what is to change, and why.")
        raise Invalid(message, change_note=message)
    last = document.last
    revision = Revision(
        district_id=document.district_id,
        document_id=document.id,
        number=last.number + 1,
        change_note=change_note.strip(),
        state=RevisionState.DRAFT,
        author_id=by.id,
    )
    revision.document = document
    document.revisions.append(revision)
    db.session.flush()
    _name_as_before(revision, last, by=by)
    if copy:
        _copy(last, revision)
    touch(document)  # of two who begin a revision at once, one is told so
    journal.write("revise", revision, by=by)
    return revision


def _copy(last: Revision, revision: Revision) -> None:
    revision.body, revision.link = last.body, last.link
    source = last.file(FileRole.SOURCE)
    if source is not None:
        revision.files.append(
            RevisionFile(
                district_id=revision.district_id,
                role=FileRole.SOURCE,
                stored_file_id=source.stored_file_id,
                name=source.name,
            )
        )


def _name_as_before(revision: Revision, last: Revision, *, by: Person) -> None:
    """Name the signatories of the last revision again, as far as they still may sign: who counts
    as the writer by now does not."""
    _sign_up(revision, SignatureRole.PREPARED, by)
    for role in (SignatureRole.CHECKED, SignatureRole.APPROVED):
        before = last.signature(role)
        person = before.person if before is not None else None
        if person is None or counts_as_writer(person, revision):
            continue
        if sight_of(person).sees(revision.document):
            _sign_up(revision, role, person)


def edit_revision(
    revision: Revision,
    *,
    change_note: str,
    content: Content,
    signatories: Signatories,
    by: Person,
    seen: int | None = None,
) -> None:
    """Change what a draft says, its change note and who is to sign it."""
    require(may_write, by, revision)
    if revision.state is not RevisionState.DRAFT:
        raise OutOfTurn(_l("Only a draft can be changed. Take it back or begin a new revision."))
    same_version(revision, seen)
    kept = _kept(content, revision.district_id, by=by)
    revision.change_note = change_note.strip()
    revision.author_id = revision.author_id or by.id
    before = _said(revision)
    _fill(revision, content, kept)
    if is_rewritten := _said(revision) != before:
        count_in(revision, by)
    _name(revision, signatories, by=by)
    touch(revision)
    journal.write(REWRITES if is_rewritten else "name_signatories", revision, by=by)


def _said(revision: Revision) -> tuple[Any, ...]:
    """What it says, to be compared. Browsers write line ends of their own."""
    lines = [line.rstrip() for line in (revision.body or "").strip().splitlines()]
    files = {file.role: (file.stored_file_id, file.name) for file in revision.files}
    return lines, revision.link, files


def _kept(content: Content, district_id: int, *, by: Any) -> dict[FileRole, StoredFile]:
    """The files on record. Done first: it tells the journal of its own."""
    return {
        role: store.keep(received, district_id=district_id, by=by)
        for role, received in content.received.items()
    }


def _fill(revision: Revision, content: Content, kept: Mapping[FileRole, StoredFile]) -> None:
    revision.body = content.body or None
    revision.link = checked_link(content.link)
    for role in content.removed - set(kept):
        if (file := revision.file(role)) is not None:
            revision.files.remove(file)
    for role, stored in kept.items():
        put_file(revision, role, stored, content.received[role].name)


def put_file(revision: Revision, role: FileRole, stored: StoredFile, name: str) -> None:
    """Lay a file with the revision, in place of the one before."""
    file = revision.file(role)
    if file is None:
        file = RevisionFile(district_id=revision.district_id, role=role)
        revision.files.append(file)
    file.stored_file_id, file.name = stored.id, name


def checked_link(link: str | None) -> str | None:
    """The address of a document that lives elsewhere. Raises Invalid unless it is a web one."""
    link = (link or "").strip()
    if not link:
        return None
    if not ADDRESS.fullmatch(link) or len(link) > 2000:
        message = _l("Write an address that begins with https:// or http://.")
        raise Invalid(message, link=message)
    return link


def _name(revision: Revision, signatories: Signatories, *, by: Person) -> None:
    """Name who is to sign, after a look at whether they can."""
    _sign_up(revision, SignatureRole.PREPARED, signatories.prepared or by)
    writers = writers_of(revision)
    for role, person, field in (
        (SignatureRole.CHECKED, signatories.checked, "checked_by"),
        (SignatureRole.APPROVED, signatories.approved, "approved_by"),
    ):
        if person is not None:
            _refuse_signatory(revision, person, writers, field)
        _sign_up(revision, role, person)


def _refuse_signatory(revision: Revision, person: Person, writers: set[int], field: str) -> None:
    message: Any = None
    if person.id in writers:
        message = _l("%(name)s wrote or prepared it. Name somebody else.", name=person.name)
    elif not sight_of(person).sees(revision.document):
        message = _l(
            "%(name)s has no role in this unit that lets them see the document.", name=person.name
        )
    if message is not None:
        raise Invalid(message, **{field: message})


def _sign_up(revision: Revision, role: SignatureRole, person: Person | None) -> None:
    signature = revision.signature(role)
    if person is None:
        if signature is not None and signature.signed_at is None:
            revision.signatures.remove(signature)
        return
    if signature is None:
        signature = Signature(district_id=revision.district_id, role=role)
        revision.signatures.append(signature)
    signature.person_id, signature.name = person.id, None
    signature.person = person
