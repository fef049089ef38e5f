"""The areas, listed in one place: their pages, their work in the background, their commands.

A plain tuple each, so that a reader finds what exists.
"""

from qms.actions.routes import bp as actions
from qms.certificates.routes import bp as certificates
from qms.demo.cli import demo, run_demo
from qms.documents.routes import bp as documents
from qms.evidence.routes import bp as evidence
from qms.findings.routes import bp as findings
from qms.imports.cli import import_
from qms.imports.routes import bp as imports
from qms.overview.cli import backup, journal, restore
from qms.overview.jobs import JOBS as OVERVIEW_JOBS
from qms.overview.routes import bp as overview
from qms.packs.cli import pack
from qms.packs.jobs import JOBS as PACK_JOBS
from qms.packs.routes import bp as packs
from qms.people.cli import people as people_commands
from qms.people.person_routes import bp as people
from qms.people.unit_cli import units as units_commands
from qms.people.unit_routes import bp as units
from qms.search.routes import bp as search
from qms.standards.cli import standards as standards_commands
from qms.standards.routes import bp as standards
from qms.web.cli import serve, worker
from qms.web.init import init

BLUEPRINTS = (
    overview,
    findings,
    actions,
    documents,
    evidence,
    certificates,
    standards,
    units,
    people,
    packs,
    imports,
    search,
)

COMMANDS = (
    init,
    serve,
    worker,
    units_commands,
    people_commands,
    standards_commands,
    import_,
    pack,
    journal,
    backup,
    restore,
    demo,
    run_demo,
)

JOBS = {**PACK_JOBS, **OVERVIEW_JOBS}
"""Kind of job -> its handler."""
