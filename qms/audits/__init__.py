"""Audits: planned, walked through line by line, reported, signed, closed.

An internal audit asks a unit about editions of standards: a plan, a team, a checklist whose lines
are answered with what was seen, findings, and a report that is signed in order (auditors, lead
auditor, the auditee's acknowledgement, the head of the unit). An external audit is recorded as the
certification body held it: its findings, grades and deadlines, without a checklist of ours.

Rules: the audit coordinator and lead auditors plan; the team answers. Who belongs to the unit or
worked on what is audited is not independent (`independence`): under ISO 9001 the coordinator or
another lead auditor may overrule that in writing, and the report says so; under ISO 37001 nobody
may. Major and minor answers need a finding; a cancelled finding counts as none. An audit is not
closed with open lines. A signed report is never changed: a correction is a new issue of it, with
its reason. One person signs for the unit as auditee and as head only where nobody else of the unit
can acknowledge, or with the reason. The report of a cancelled audit stays as it was.
"""
