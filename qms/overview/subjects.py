"""What kinds of lines belong together, as far as a district can switch their reminders."""

from enum import StrEnum
from typing import Any

from qms.core.i18n import lazy_gettext as _l
from qms.overview.queries.work import Kind


class Subject(StrEnum):
    """What people are reminded of, as far as a district can switch it."""

    FINDINGS = "findings"
    EFFECTS = "effects"
    ACTIONS = "actions"
    COMPLAINTS = "complaints"
    VERIFYING = "verifying"
    AUDITS = "audits"
    DOCUMENTS = "documents"
    CERTIFICATES = "certificates"
    COMPETENCES = "competences"
    OTHERS = "others"

    @property
    def label(self) -> Any:
        return SUBJECT_LABELS[self]

    @property
    def is_long(self) -> bool:
        """Whether it takes months, so that one must hear of it early."""
        return self in (Subject.CERTIFICATES, Subject.COMPETENCES, Subject.DOCUMENTS)


SUBJECT_LABELS = {
    Subject.FINDINGS: _l("Findings to answer and to close"),
    Subject.EFFECTS: _l("Effects to prove"),
    Subject.ACTIONS: _l("Actions to do"),
    Subject.VERIFYING: _l("Actions that wait for verification"),
    Subject.COMPLAINTS: _l("Complaints to answer and to close"),
    Subject.AUDITS: _l("Audits and their programmes"),
    Subject.DOCUMENTS: _l("Documents to review, and those that come into force"),
    Subject.CERTIFICATES: _l("Certificates"),
    Subject.COMPETENCES: _l("Competences of auditors"),
    Subject.OTHERS: _l("Everything else that has a day"),
}
OF_KIND = {
    **dict.fromkeys(
        (
            Kind.ANSWER,
            Kind.ACKNOWLEDGE,
            Kind.RULE,
            Kind.APPROVE_PLAN,
            Kind.PLAN,
            Kind.CLOSE,
            Kind.LOOK,
        ),
        Subject.FINDINGS,
    ),
    Kind.PROVE: Subject.EFFECTS,
    **dict.fromkeys((Kind.DO, Kind.EXTEND), Subject.ACTIONS),
    Kind.VERIFY: Subject.VERIFYING,
    **dict.fromkeys(
        (Kind.TAKE_UP, Kind.ANSWER_COMPLAINT, Kind.CLOSE_COMPLAINT), Subject.COMPLAINTS
    ),
    **dict.fromkeys((Kind.REVIEW, Kind.TAKE_EFFECT), Subject.DOCUMENTS),
    Kind.CERTIFY: Subject.CERTIFICATES,
    Kind.RENEW: Subject.COMPETENCES,
    **dict.fromkeys(
        (
            Kind.BEGIN,
            Kind.WALK,
            Kind.ACKNOWLEDGE_PLAN,
            Kind.CHANGE_PLAN,
            Kind.STAFF,
            Kind.PREPARE,
            Kind.REPORT,
            Kind.CLOSE_AUDIT,
            Kind.ASSESS_SELF,
            Kind.APPROVE_PROGRAMME,
            Kind.PLAN_VISITS,
        ),
        Subject.AUDITS,
    ),
}
"""Kinds that are not here belong to everything else."""


def subject_of(kind: Kind) -> Subject:
    """What a kind of line belongs to."""
    return OF_KIND.get(kind, Subject.OTHERS)
