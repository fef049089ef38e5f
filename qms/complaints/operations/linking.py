"""The findings that complaints lead to."""

from typing import Any

from qms.complaints.models import Complaint, ComplaintFinding
from qms.complaints.permissions import may_raise_from
from qms.core import journal
from qms.core.db import AccessClass, touch
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.findings import operations as findings
from qms.findings.models import Finding, FindingState, Source
from qms.people.models import Person
from qms.people.rights import sight_of


def raise_finding(complaint: Complaint, *, by: Person, **said: Any) -> Finding:
    """A finding that this complaint led to: raised as any other (`findings.raise_finding`), with
    the complaint as its source. What a restricted complaint led to is restricted; and as those
    whom a complaint about integrity may be about see the finding, it does not tell them of the
    complaint: neither source nor number nor evidence."""
    require(may_raise_from, by, complaint)
    if complaint.access is AccessClass.RESTRICTED:
        said["access"] = AccessClass.RESTRICTED
    if complaint.is_integrity:
        said["source"], said["evidence"] = Source.OTHER, ()
    else:
        said["source"] = Source.COMPLAINT
        said["source_note"] = said.get("source_note") or complaint.number
    finding = findings.raise_finding(complaint.unit_id, by=by, **said)
    link_finding(complaint, finding, by=by)
    return finding


def link_finding(complaint: Complaint, finding: Finding, *, by: Person) -> None:
    """Say that a finding which is recorded already follows from this complaint too."""
    require(may_raise_from, by, complaint)
    if not sight_of(by).sees(finding) or finding.state is FindingState.CANCELLED:
        message = _l("This finding cannot be chosen: it is cancelled or not for you.")
        raise Invalid(message, finding=message)
    if any(link.finding_id == finding.id for link in complaint.findings):
        return
    complaint.findings.append(
        ComplaintFinding(district_id=complaint.district_id, finding_id=finding.id)
    )
    touch(complaint)
    journal.write("link_finding", complaint, by=by, finding=finding.number)
