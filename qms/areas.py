"""The areas, listed in one place: their pages and their work in the background.

A plain tuple, so that a reader finds what exists. Their commands are listed in qms.cli.
"""

from qms.actions.routes import bp as actions
from qms.audits.jobs import JOBS as AUDIT_JOBS
from qms.audits.routes import bp as audits
from qms.certificates.routes import bp as certificates
from qms.complaints.routes import bp as complaints
from qms.core.jobs import Daily
from qms.deadlines.routes import bp as deadlines
from qms.documents.routes import bp as documents
from qms.evidence.routes import bp as evidence
from qms.findings.routes import bp as findings
from qms.imports.routes import bp as imports
from qms.overview.jobs import CHECKPOINT, HOUSEKEEPING
from qms.overview.jobs import JOBS as OVERVIEW_JOBS
from qms.overview.routes import bp as overview
from qms.packs.jobs import JOBS as PACK_JOBS
from qms.packs.routes import bp as packs
from qms.people.person_routes import bp as people
from qms.people.unit_routes import bp as units
from qms.reminders.jobs import JOBS as REMINDER_JOBS
from qms.reminders.jobs import REMIND, send_waiting
from qms.reminders.routes import bp as reminders
from qms.search.routes import bp as search
from qms.standards.routes import bp as standards
from qms.trends.jobs import JOBS as TREND_JOBS
from qms.trends.jobs import KEEP_FIGURES
from qms.trends.routes import bp as trends

BLUEPRINTS = (
    overview,
    reminders,
    audits,
    findings,
    complaints,
    actions,
    documents,
    evidence,
    certificates,
    standards,
    deadlines,
    units,
    people,
    packs,
    imports,
    search,
    trends,
)

JOBS = {**AUDIT_JOBS, **PACK_JOBS, **OVERVIEW_JOBS, **REMINDER_JOBS, **TREND_JOBS}
"""Kind of job -> its handler."""

DAILY = (
    Daily(CHECKPOINT),
    Daily(HOUSEKEEPING),
    Daily(KEEP_FIGURES, morning=1),
    Daily(REMIND, morning=5),
)
"""What a worker sees to every day. A day's figures are kept soon after it has ended; reminders are
made before the offices open."""

ERRANDS = (send_waiting,)
"""What a worker looks after between jobs."""
