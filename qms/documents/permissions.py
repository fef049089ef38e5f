"""Who may write, sign, withdraw and read documents."""

from qms.core.db import AccessClass
from qms.documents.editors import editors_of
from qms.documents.models import Document, Revision, RevisionState, SignatureRole
from qms.people.models import Person
from qms.people.queries import acts_for, positions_held
from qms.people.rights import sight_of
from qms.people.roles import ADMINISTERS, APPROVES, KEEPS, NEED_TO_KNOW, WORKS


def may_draft(person: Person, unit_id: int) -> bool:
    """Who works in a unit drafts documents of it."""
    return person.holds(WORKS, unit_id)


def may_classify(person: Person, about: tuple[int, AccessClass]) -> bool:
    """Give a document of a unit an access class: restricted only by those who need to know."""
    unit_id, access = about
    return access is AccessClass.ORDINARY or person.holds(NEED_TO_KNOW, unit_id)


def may_edit(person: Person, document: Document) -> bool:
    """Correct a document's facts: who keeps the unit's documents, and before the first approval
    who wrote it."""
    if not sight_of(person).sees(document) or document.withdrawn_on is not None:
        return False
    if person.holds(KEEPS, document.unit_id):
        return True
    return (
        person.holds(WORKS, document.unit_id)
        and not document.was_approved
        and any(revision.author_id == person.id for revision in document.revisions)
    )


def may_review(person: Person, document: Document) -> bool:
    """Say that a document in force is still right: who keeps the unit's documents, or works there
    and owns it."""
    today = person.district.today
    if not sight_of(person).sees(document) or document.in_force(today) is None:
        return False
    if person.holds(KEEPS, document.unit_id):
        return True
    return person.holds(WORKS, document.unit_id) and (
        document.owner_person_id == person.id
        or (
            document.owner_position_id is not None
            and document.owner_position_id in positions_held({person.id}, today)
        )
    )


def may_revise(person: Person, document: Document) -> bool:
    """Begin a new revision, add evidence or a signed scan: who works in the unit."""
    return sight_of(person).sees(document) and person.holds(WORKS, document.unit_id)


def may_read(person: Person, revision: Revision) -> bool:
    """Approved ones, past ones too, are for all who see the document; others for who works in the
    unit and for who is named to sign."""
    if not sight_of(person).sees(revision.document):
        return False
    return (
        revision.state is RevisionState.APPROVED
        or person.holds(WORKS, revision.document.unit_id)
        or any(signature.person_id == person.id for signature in revision.signatures)
    )


def is_writer(person: Person, revision: Revision) -> bool:
    """Whether this person wrote the revision here, or is named as who prepared it."""
    return person.id in writers_of(revision)


def writers_of(revision: Revision) -> set[int]:
    """Who began the revision here, who changed since what it says, and who is named as who
    prepared it, by id."""
    prepared = revision.signature(SignatureRole.PREPARED)
    found = {revision.author_id, prepared.person_id if prepared else None, *editors_of(revision)}
    return {one for one in found if one is not None}


def counts_as_writer(person: Person, revision: Revision) -> bool:
    """The writers, and everybody who acts for one of them or for whom one of them acts."""
    return bool(writers_of(revision) & acts_for(person, person.district.today))


def barred_signatory(revision: Revision) -> Person | None:
    """Whoever is named to check or approve and cannot, because they count as a writer by now."""
    for role in (SignatureRole.CHECKED, SignatureRole.APPROVED):
        named = revision.signature(role)
        if (
            named
            and named.person
            and not named.signed_at
            and counts_as_writer(named.person, revision)
        ):
            return named.person
    return None


def may_write(person: Person, revision: Revision) -> bool:
    """Edit, submit or give up a draft: its writers, and who keeps the unit's documents."""
    unit_id = revision.document.unit_id
    if not sight_of(person).sees(revision.document):
        return False
    return person.holds(KEEPS, unit_id) or (
        person.holds(WORKS, unit_id) and is_writer(person, revision)
    )


def may_take_back(person: Person, revision: Revision) -> bool:
    """A running review is taken back by who wrote it."""
    return sight_of(person).sees(revision.document) and is_writer(person, revision)


def is_named(person: Person, revision: Revision, role: SignatureRole) -> bool:
    """Whether this person is named to sign in a role and sees the document."""
    signature = revision.signature(role)
    return (
        signature is not None
        and signature.person_id == person.id
        and sight_of(person).sees(revision.document)
    )


def may_check(person: Person, revision: Revision) -> bool:
    """The named checker, unless they count as its writer."""
    return is_named(person, revision, SignatureRole.CHECKED) and not counts_as_writer(
        person, revision
    )


def may_approve(person: Person, revision: Revision) -> bool:
    """The named approver or the head of the unit or of one above; never its author, who prepared
    it, or anybody acting for one of them."""
    if not _may_decide(person, revision):
        return False
    return not counts_as_writer(person, revision)


def _may_decide(person: Person, revision: Revision) -> bool:
    return is_named(person, revision, SignatureRole.APPROVED) or (
        person.holds(APPROVES, revision.document.unit_id)
        and sight_of(person).sees(revision.document)
    )


def may_send_back(person: Person, revision: Revision) -> bool:
    """Who is named to check or approve, or a head; writers take it back instead."""
    asked = is_named(person, revision, SignatureRole.CHECKED) or _may_decide(person, revision)
    return asked and not is_writer(person, revision)


def may_withdraw(person: Person, document: Document) -> bool:
    """Who keeps the unit's documents, or its head."""
    return sight_of(person).sees(document) and person.holds(KEEPS | APPROVES, document.unit_id)


def may_recall(person: Person, revision: Revision) -> bool:
    """Take an approval back before its day: who could withdraw the document, or approved it."""
    return may_withdraw(person, revision.document) or is_named(
        person, revision, SignatureRole.APPROVED
    )


def may_withdraw_revision(person: Person, revision: Revision) -> bool:
    """With the document."""
    return may_withdraw(person, revision.document)


def may_set_patterns(person: Person, unit_id: int) -> bool:
    """How a unit numbers: its administrators and who keeps its documents."""
    return person.holds(ADMINISTERS | KEEPS, unit_id)


def may_import(person: Person, unit_id: int) -> bool:
    """Bring in what a unit kept elsewhere: who keeps its documents."""
    return person.holds(KEEPS, unit_id)


def may_record_approved(person: Person, revision: Revision) -> bool:
    """Of an imported revision that nobody here has written on."""
    return revision.author_id is None and may_import(person, revision.document.unit_id)
