"""What waits for a person, area by area: the one list for My work, reminders and calendars.

An area that has something to wait for adds its line here, its kinds to `queries.work.Kind` and
their words to `lines`; where a reminder finds such a record again is listed in `reminders.records`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qms.core.i18n import lazy_gettext as _l
from qms.overview.queries.audit_work import audits_waiting
from qms.overview.queries.complaint_work import complaints_waiting
from qms.overview.queries.outlook import certificates_waiting
from qms.overview.queries.work import (
    Bundle,
    Reach,
    actions_waiting,
    documents_waiting,
    findings_waiting,
)
from qms.people.models import Person


@dataclass(frozen=True)
class Area:
    """A section of My work: its lines, and the endpoint where its records have their pages."""

    label: Any
    waiting: Callable[[Person, Reach], Bundle]
    endpoint: str


AREAS = (
    Area(_l("Audits"), audits_waiting, "audits.show"),
    Area(_l("Complaints"), complaints_waiting, "complaints.show"),
    Area(_l("Findings"), findings_waiting, "findings.show"),
    Area(_l("Actions"), actions_waiting, "actions.show"),
    Area(_l("Documents"), documents_waiting, "documents.show"),
)
CERTIFICATES = Area(_l("Certificates"), certificates_waiting, "certificates.show")
"""My work words these itself, with what comes next for each."""
DATED = (*AREAS, CERTIFICATES)
"""All that can have a day: what is reminded of, and what stands in a calendar."""
