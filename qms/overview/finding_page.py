"""The page of a finding, with the complaints that led to it: a finding knows none of them."""

from qms.complaints.queries import beside_finding
from qms.complaints.showing import led_here
from qms.core.routing import me, uid_or_404
from qms.findings.beside import Side, beside
from qms.findings.changes import of_finding
from qms.findings.queries import finding_by_uid
from qms.findings.routes import bp as findings
from qms.findings.routes.story import record_page


@findings.get("/findings/<uid>")
def show(uid: str) -> str:
    """The story of a finding: what was found, what led to it, what was done, who checked it."""
    person = me()
    finding = finding_by_uid(person, uid_or_404(uid))
    streams = [of_finding(finding, person), beside_finding(person, finding)]
    others = beside(finding, person, streams)
    complaints = led_here(one for one in others if one.side is Side.COMPLAINT)
    return record_page(finding, person, others, complaints)
