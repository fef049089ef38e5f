"""What stored files are for: the records that name them, in words."""

from collections.abc import Sequence

from sqlalchemy import select

from qms.core.db import db
from qms.core.files import StoredFile
from qms.core.i18n import gettext as _
from qms.documents.models import Document, Revision, RevisionFile
from qms.evidence.models import Evidence, EvidenceFile
from qms.imports.models import ImportRun

BATCH = 500


def records_naming(hashes: Sequence[str]) -> dict[str, list[str]]:
    """SHA-256 -> each name of the file with the record that names it. For the operator: nobody's
    rights are asked. Three queries for 500 files."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(hashes), BATCH):
        wanted = StoredFile.sha256.in_(hashes[start : start + BATCH])
        evidence = (
            select(StoredFile.sha256, EvidenceFile.name, Evidence.name)
            .join(EvidenceFile, EvidenceFile.stored_file_id == StoredFile.id)
            .join(Evidence, Evidence.id == EvidenceFile.evidence_id)
        )
        for sha256, name, record in db.session.execute(evidence.where(wanted)):
            said = _("%(file)s of the evidence “%(name)s”", file=name, name=record)
            found.setdefault(sha256, []).append(said)
        documents = (
            select(StoredFile.sha256, RevisionFile.name, Document.number, Revision.number)
            .join(RevisionFile, RevisionFile.stored_file_id == StoredFile.id)
            .join(Revision, Revision.id == RevisionFile.revision_id)
            .join(Document, Document.id == Revision.document_id)
        )
        for sha256, name, number, revision in db.session.execute(documents.where(wanted)):
            said = _(
                "%(file)s of the document %(number)s, revision %(revision)s",
                file=name,
                number=number,
                revision=f"{revision:02}",
            )
            found.setdefault(sha256, []).append(said)
        imports = select(StoredFile.sha256, ImportRun.file_name).join(
            ImportRun, ImportRun.stored_file_id == StoredFile.id
        )
        for sha256, name in db.session.execute(imports.where(wanted)):
            found.setdefault(sha256, []).append(_("%(file)s of an import", file=name))
    return found
