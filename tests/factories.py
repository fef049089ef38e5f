"""Records for tests: each with sensible values, made by the operations that people use."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from qms.actions import operations as actions
from qms.actions.models import Action, ActionKind
from qms.core import clock, files
from qms.core.db import AccessClass
from qms.core.files import Received
from qms.evidence import operations as evidences
from qms.evidence.models import Evidence
from qms.findings import operations as findings
from qms.findings.models import Finding, FindingState, Grade, Source
from qms.findings.permissions import may_approve_plan
from tests.cast import Cast


def make_file(name: str = "foto.txt", content: bytes = b"Isi berkas bukti.\n") -> Received:
    """A received upload."""
    return files.receive(BytesIO(content), name)


def make_evidence(cast: Cast, name: str = "Foto loket", **given: Any) -> Evidence:
    """Evidence of Disnaker, filed by its officer."""
    unit = given.pop("unit", cast.disnaker)
    values: dict[str, Any] = {"by": cast.officer, **given}
    values.setdefault("files", [make_file(content=f"Isi {name}\n".encode())])
    return evidences.file_evidence(unit.id, name, **values)


def make_action(cast: Cast, what: str = "Pasang papan nomor antrean", **given: Any) -> Action:
    """An open action of Disnaker, planned by its officer, owned by its process owner."""
    unit = given.pop("unit", cast.disnaker)
    values: dict[str, Any] = {
        "kind": ActionKind.CORRECTIVE,
        "due_on": today(cast) + timedelta(days=14),
        "by": cast.officer,
        **given,
    }
    if "owner_position_id" not in values:
        values.setdefault("owner_person_id", cast.owner.id)
    return actions.plan_action(unit.id, what=what, **values)


def make_finding(cast: Cast, deviation: str = "Papan antrean tidak ada.", **given: Any) -> Finding:
    """A minor nonconformity in Disnaker, raised today by the auditor."""
    unit = given.pop("unit", cast.disnaker)
    values: dict[str, Any] = {
        "source": Source.INTERNAL_AUDIT,
        "found_on": today(cast),
        "grade": Grade.MINOR,
        "requirement": "Antrean diatur dengan nomor.",
        "seen": "Pada kunjungan tidak terlihat nomor antrean di loket 2.",
        "place": "Loket 2",
        "by": cast.auditor,
        **given,
    }
    return findings.raise_finding(unit.id, deviation=deviation, **values)


def answer(cast: Cast, finding: Finding, by: Any = None) -> Action:
    """Answer a finding as the unit's officer, with one action of the process owner's; where the
    plan is to be approved, somebody who may approves it."""
    action = submit(cast, finding, by)
    if finding.state is FindingState.SUBMITTED:
        able = (cast.lead_auditor, cast.auditor, cast.coordinator)
        findings.approve_plan(
            finding, by=next(one for one in able if may_approve_plan(one, finding))
        )
    return action


def submit(cast: Cast, finding: Finding, by: Any = None) -> Action:
    """The same, without the approval."""
    by = by or cast.officer
    findings.write_response(
        finding,
        correction="Antrean diatur petugas.",
        cause="Papan belum dibeli.",
        criterion="Satu bulan tanpa keluhan antrean.",
        by=by,
    )
    action = findings.add_action(
        finding,
        kind=ActionKind.CORRECTIVE,
        what="Pasang papan nomor antrean",
        due_on=today(cast) + timedelta(days=14),
        owner_person_id=cast.owner.id,
        by=by,
    )
    findings.answer_finding(finding, by=by)
    return action


def verify_all(cast: Cast, finding: Finding) -> Finding:
    """Answer, do and verify everything; effectiveness remains to be proven."""
    action = answer(cast, finding)
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    findings.verify_finding(finding, by=cast.auditor)
    return finding


@contextmanager
def on_check_day(finding: Finding) -> Iterator[None]:
    """The clock on the day on which the effect of a verified finding is to be seen."""
    assert finding.effect_due_on is not None
    with clock.at(datetime.combine(finding.effect_due_on, time(5), UTC)):
        yield


def finish(cast: Cast, action: Action, **given: Any) -> Action:
    """Finish an action as its owner, with evidence of its own access class."""
    by = given.pop("by", cast.owner)
    piece = make_evidence(cast, f"Bukti {action.number}", access=AccessClass.ORDINARY)
    actions.finish_action(action, note="Sudah dipasang.", evidence=[piece], by=by, **given)
    return action


def today(cast: Cast) -> date:
    """The district's today."""
    return cast.district.today
