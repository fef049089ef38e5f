"""The plan of the files in a pack: which content lies under which path, decided before writing.

A file lies once, under the first clause that its evidence or document serves; whatever else refers
to it links there. The plan depends on the records alone, so it is the same each time.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from qms.actions.models import Action, ActionEvidence
from qms.core.files import StoredFile
from qms.core.i18n import gettext as _
from qms.documents.models import (
    Document,
    DocumentClause,
    DocumentEvidence,
    FileRole,
    Revision,
    RevisionFile,
)
from qms.evidence.models import Evidence, EvidenceClause, EvidenceFile, EvidenceVersion
from qms.findings.models import Finding, FindingAction, FindingClause, FindingEvidence
from qms.packs import paths
from qms.packs.reading import conditions
from qms.packs.reading.reader import Reader

LONGEST_FILE_NAME = 40
"""Characters of a file's own name, where evidence has several files."""


@dataclass(frozen=True)
class PlannedFile:
    """Content from the store (by its hash), or the Markdown of a revision (by its id)."""

    path: str
    name: str
    """What people called the file; text that was written here has no name."""
    sha256: str
    size: int
    extension: str
    revision_id: int | None = None
    is_missing: bool = False
    """The store no longer has it: it is named as a gap, and nothing links to it."""


@dataclass
class Plan:
    """All files, in the order in which they are written."""

    of_evidence: dict[int, list[PlannedFile]] = field(default_factory=dict)
    of_revisions: dict[int, list[PlannedFile]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[PlannedFile]:
        for files in (*self.of_evidence.values(), *self.of_revisions.values()):
            yield from files

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self)

    @property
    def missing(self) -> list[PlannedFile]:
        return [file for file in self if file.is_missing]


def plan_files(reader: Reader, store: Path) -> Plan:
    """The plan. `store` is the folder of contents by hash."""
    plan, given = Plan(), paths.Paths()
    plan_evidence(reader, plan, given, store)
    plan_documents(reader, plan, given, store)
    return plan


def folder_of(reader: Reader, clause_id: int | None) -> tuple[str, ...]:
    """The folder of a clause: its edition if there are several, then number and title."""
    if clause_id is None:
        return (paths.part(_("0 No clause"), paths.FOLDER_LENGTH),)
    clause = reader.clauses[clause_id]
    folder = paths.part(reader.heading(clause), paths.FOLDER_LENGTH)
    if len(reader.about.editions) == 1:
        return (folder,)
    return (paths.part(clause.edition_code, paths.TOP_LENGTH), folder)


def plan_evidence(reader: Reader, plan: Plan, given: paths.Paths, store: Path) -> None:
    """Files of the newest version of each piece of evidence, numbered within their folder."""
    counts: dict[tuple[str, ...], int] = {}
    statement = (
        select(Evidence).where(reader.shown("evidence")).order_by(Evidence.added_on, Evidence.uid)
    )
    for batch in reader.batches(statement):
        ids = [evidence.id for evidence in batch]
        places, files = first_clauses(reader, ids), newest_files(reader, ids)
        for evidence in batch:
            folder = folder_of(reader, places.get(evidence.id))
            number = counts[folder] = counts.get(folder, 0) + 1
            several = len(files.get(evidence.id, [])) > 1
            plan.of_evidence[evidence.id] = [
                PlannedFile(
                    given.give(
                        _("Evidence"),
                        *folder,
                        stem=f"{number:03} {evidence.name}",
                        ending=own_name(file.name) if several else "",
                        extension=stored.extension,
                    ),
                    file.name,
                    stored.sha256,
                    stored.size,
                    stored.extension,
                    is_missing=is_missing(store, stored),
                )
                for file, stored in files.get(evidence.id, [])
            ]


def own_name(file_name: str) -> str:
    """What tells the files of one piece of evidence apart: 001 Notulen rapat - halaman 2."""
    bare = file_name.rpartition(".")[0] or file_name
    return f" - {paths.part(bare, LONGEST_FILE_NAME)}"


def first_clauses(reader: Reader, ids: list[int]) -> dict[int, int]:
    """The clause under which each piece of evidence lies: the first of its own, else of what it
    belongs to: a finding, an action's finding, a document."""
    own = select(EvidenceClause.evidence_id, EvidenceClause.clause_id).where(
        EvidenceClause.evidence_id.in_(ids)
    )
    of_findings = (
        select(FindingEvidence.evidence_id, FindingClause.clause_id)
        .join(FindingClause, FindingClause.finding_id == FindingEvidence.finding_id)
        .join(Finding, Finding.id == FindingEvidence.finding_id)
        .where(FindingEvidence.evidence_id.in_(ids), reader.shown("finding"))
    )
    of_actions = (
        select(ActionEvidence.evidence_id, FindingClause.clause_id)
        .join(FindingAction, FindingAction.action_id == ActionEvidence.action_id)
        .join(FindingClause, FindingClause.finding_id == FindingAction.finding_id)
        .join(Finding, Finding.id == FindingAction.finding_id)
        .join(Action, Action.id == ActionEvidence.action_id)
        .where(ActionEvidence.evidence_id.in_(ids), reader.shown("action"), reader.shown("finding"))
    )
    of_documents = (
        select(DocumentEvidence.evidence_id, DocumentClause.clause_id)
        .join(DocumentClause, DocumentClause.document_id == DocumentEvidence.document_id)
        .join(Document, Document.id == DocumentEvidence.document_id)
        .where(DocumentEvidence.evidence_id.in_(ids), reader.shown("document"))
    )
    found: dict[int, int] = {}
    for statement in (own, of_findings, of_actions, of_documents):
        for evidence_id, clause_ids in reader.linked(statement).items():
            if evidence_id not in found and (first := first_of(reader, clause_ids)) is not None:
                found[evidence_id] = first
    return found


def first_of(reader: Reader, clause_ids: Iterable[int]) -> int | None:
    """The first of some clauses in the order of the pack; None if none has a section."""
    known = [clause_id for clause_id in clause_ids if clause_id in reader.order]
    return min(known, key=lambda clause_id: reader.order[clause_id], default=None)


def newest_files(
    reader: Reader, ids: list[int]
) -> dict[int, list[tuple[EvidenceFile, StoredFile]]]:
    """The files of the newest version of each piece of evidence, in their order."""
    version = aliased(EvidenceVersion)
    newest = (
        select(func.max(version.number))
        .where(version.evidence_id == EvidenceFile.evidence_id)
        .correlate(EvidenceFile)
        .scalar_subquery()
    )
    found: dict[int, list[tuple[EvidenceFile, StoredFile]]] = {}
    for file, stored in reader.session.execute(
        select(EvidenceFile, StoredFile)
        .join(StoredFile, StoredFile.id == EvidenceFile.stored_file_id)
        .where(EvidenceFile.evidence_id.in_(ids), EvidenceFile.number == newest)
        .order_by(EvidenceFile.evidence_id, EvidenceFile.position)
    ):
        found.setdefault(file.evidence_id, []).append((file, stored))
    return found


def plan_documents(reader: Reader, plan: Plan, given: paths.Paths, store: Path) -> None:
    """Files of the revisions in force: the signed scan, the source, the text written here."""
    statement = (
        select(Revision)
        .join(Document, Document.id == Revision.document_id)
        .where(
            reader.shown("document"),
            conditions.revision_in_force(reader.about.as_of),
        )
        .order_by(Document.number_key, Document.uid, Revision.number)
    )
    for batch in reader.batches(statement):
        documents = {
            one.id: one
            for one in reader.session.scalars(
                select(Document).where(Document.id.in_({each.document_id for each in batch}))
            )
        }
        cited = reader.linked(
            select(DocumentClause.document_id, DocumentClause.clause_id).where(
                DocumentClause.document_id.in_(documents)
            )
        )
        files = revision_files(reader, [revision.id for revision in batch])
        for revision in batch:
            document = documents[revision.document_id]
            place = first_of(reader, cited.get(document.id, []))
            folder = (_("Documents"), *folder_of(reader, place))
            plan.of_revisions[revision.id] = revision_plan(
                document, revision, files.get(revision.id, []), folder, given, store
            )


def revision_plan(
    document: Document,
    revision: Revision,
    kept: Sequence[tuple[RevisionFile, StoredFile]],
    folder: tuple[str, ...],
    given: paths.Paths,
    store: Path,
) -> list[PlannedFile]:
    """The files of one revision, named alike but for their endings; text written here last."""
    stem = f"{document.number} {document.title}"
    roles = [*(file.role for file, _stored in kept), *[None] * bool(revision.body)]
    endings = {role: revision_ending(revision, role) for role in roles}
    longest = max(endings.values(), key=len, default="")

    def path(role: FileRole | None, extension: str) -> str:
        return given.give(
            *folder, stem=stem, ending=endings[role], longest=longest, extension=extension
        )

    found = [
        PlannedFile(
            path(file.role, stored.extension),
            file.name,
            stored.sha256,
            stored.size,
            stored.extension,
            is_missing=is_missing(store, stored),
        )
        for file, stored in kept
    ]
    if revision.body:
        content = revision.body.encode()
        sha256 = hashlib.sha256(content).hexdigest()
        written = path(None, "md")
        found.append(PlannedFile(written, "", sha256, len(content), "md", revision.id))
    return found


def revision_ending(revision: Revision, role: FileRole | None) -> str:
    """What stands behind number and title: rev 02 (signed). Text written here has no role."""
    words = {FileRole.SIGNED: _("signed"), FileRole.SOURCE: _("source")}
    which = f" ({words[role]})" if role else ""
    return f" rev {paths.part(revision.shown_number, 12)}{which}"


def revision_files(
    reader: Reader, ids: list[int]
) -> dict[int, list[tuple[RevisionFile, StoredFile]]]:
    """Signed scan first, then the source, by revision."""
    found: dict[int, list[tuple[RevisionFile, StoredFile]]] = {}
    for file, stored in reader.session.execute(
        select(RevisionFile, StoredFile)
        .join(StoredFile, StoredFile.id == RevisionFile.stored_file_id)
        .where(RevisionFile.revision_id.in_(ids))
    ):
        found.setdefault(file.revision_id, []).append((file, stored))
    for files in found.values():
        files.sort(key=lambda pair: (pair[0].role is not FileRole.SIGNED, pair[0].role))
    return found


def is_missing(store: Path, stored: StoredFile) -> bool:
    """Whether the store lost the content, or part of it."""
    path = store / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256
    try:
        return path.stat().st_size != stored.size
    except OSError:
        return True
