"""Evidence that another unit filed is in a pack where it belongs to a record of the pack's units,
for who may see it."""

from datetime import date, timedelta
from typing import Any

import pytest

from qms.actions.models import ActionEvidence
from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Refused
from qms.documents.models import DocumentEvidence
from qms.evidence.models import Evidence
from qms.evidence.operations import withdraw_evidence
from qms.findings.models import FindingEvidence
from qms.packs import operations
from qms.people import operations as people
from qms.people.roles import Role
from tests.cast import SYSTEM, Cast
from tests.documents.makers import make_draft, make_in_force
from tests.factories import make_action, make_evidence, make_finding
from tests.packs.conftest import Packs
from tests.packs.expected import Expected
from tests.packs.generated import FROM, TO
from tests.packs.opened import Opened, rows_below
from tests.packs.test_operations import ask, lose_roles, worked

LONG_AGO = date(2001, 1, 1)
TITLES = {"Untuk temuan", "Untuk tindakan", "Untuk dokumen", "Untuk draf"}
"""What the Dinas Kesehatan filed that belongs to a record of the Dinas Tenaga Kerja."""


def tie(record: Any, model: Any, evidence: Evidence) -> None:
    district_id = evidence.district_id
    record.evidence.append(model(district_id=district_id, evidence_id=evidence.id))
    journal.write("edit", record, by=SYSTEM)


@pytest.fixture
def further(cast: Cast, today: date) -> Cast:
    """Evidence of the Dinas Kesehatan beside records of the Dinas Tenaga Kerja, and beside none."""

    def theirs(name: str, **given: Any) -> Evidence:
        piece = make_evidence(cast, name, unit=cast.dinkes, by=cast.other_officer, **given)
        db.session.flush()
        return piece

    old = {"proves_from": LONG_AGO, "proves_until": LONG_AGO}
    finding, action = make_finding(cast), make_action(cast)
    document, draft = make_in_force(cast), make_draft(cast, "Draf")
    db.session.flush()
    tie(finding, FindingEvidence, theirs("Untuk temuan", **old))
    tie(action, ActionEvidence, theirs("Untuk tindakan", **old))
    tie(document, DocumentEvidence, theirs("Untuk dokumen", **old))
    tie(draft, DocumentEvidence, theirs("Untuk draf"))
    tie(draft, DocumentEvidence, theirs("Untuk draf, dahulu", **old))
    secret = theirs("Rahasia mereka", access=AccessClass.RESTRICTED)
    tie(finding, FindingEvidence, secret)
    gone = theirs("Sudah ditarik")
    tie(finding, FindingEvidence, gone)
    withdraw_evidence(gone, reason="Salah berkas", by=cast.other_officer)
    theirs("Milik mereka saja")
    foreign = make_finding(cast, "Temuan mereka", unit=cast.dinkes, by=cast.other_officer)
    db.session.flush()
    tie(foreign, FindingEvidence, theirs("Untuk temuan mereka"))
    make_evidence(cast, "Milik sendiri")
    db.session.commit()
    return cast


def expected(cast: Cast, **given: Any) -> set[tuple[str, str]]:
    units = {one.id: one.names[0].name for one in (cast.disnaker, cast.blk)}
    rows = Expected(units, start=FROM, end=TO, as_of=cast.district.today, **given)
    return {(row.name, rows.names[row.unit_id]) for row in rows.rows("evidence")}


def shown(opened: Opened) -> set[tuple[str, str]]:
    return {(row["Evidence"], row["Unit"]) for row in opened.sheet("Evidence")}


def test_it_is_in_the_pack_of_who_sees_it(further: Cast, packs: Packs) -> None:
    opened = Opened(packs.make(packs.about(further.coordinator)))
    wanted = {(title, "Dinas Kesehatan") for title in TITLES}
    wanted.add(("Milik sendiri", "Dinas Tenaga Kerja"))
    assert wanted == expected(further, restricted=False, elsewhere=True)
    assert shown(opened) == wanted
    register = rows_below(opened.chapters["Registers/Evidence"])
    assert {(row[0], row[2]) for row in register} == wanted
    files = [name for name in opened.parts if name.startswith("Evidence/")]
    assert len(files) == len(wanted)
    assert {row["Number"]: row["Evidence"] for row in opened.sheet("Findings")} == {
        row["Number"]: "Untuk temuan" for row in opened.sheet("Findings")
    }
    assert opened.manifest["further_units"] == [str(further.dinkes.uid)]
    assert opened.manifest["restricted_left_out"]["evidence"] == 1


def test_restricted_evidence_of_another_unit_too_if_asked_for(
    further: Cast, packs: Packs, only_sqlite: None
) -> None:
    opened = Opened(packs.make(packs.about(further.coordinator, include_restricted=True)))
    assert ("Rahasia mereka", "Dinas Kesehatan") in shown(opened)
    assert shown(opened) == expected(further, restricted=True, elsewhere=True)
    assert str(further.dinkes.uid) in opened.manifest["restricted_units"]


def test_who_does_not_see_the_other_unit_gets_and_learns_nothing(
    further: Cast, packs: Packs
) -> None:
    for given in ({}, {"include_restricted": True}):
        path = packs.make(packs.about(further.officer, **given), f"pack-{len(given)}.zip")
        opened = Opened(path)
        assert shown(opened) == {("Milik sendiri", "Dinas Tenaga Kerja")}
        assert opened.manifest["further_units"] == []
        assert opened.manifest["restricted_left_out"] == {}
        everything = opened.words + "".join(opened.parts)
        assert not [title for title in TITLES if title in everything]
        assert "Dinas Kesehatan" not in everything


def test_a_pack_of_one_unit_names_units_of_evidence_only_where_another_filed_some(
    further: Cast, packs: Packs, only_sqlite: None
) -> None:
    def header(by: Any, unit: Any) -> list[str]:
        path = packs.make(packs.about(by, units=[unit.id]), f"{by.name}-{unit.id}.zip")
        part = Opened(path).chapters["Registers/Evidence"]
        return next(list(rows[0]) for style, rows in part if not style)

    assert "Unit" not in header(further.other_officer, further.dinkes)
    make_evidence(further, "Hasil audit", unit=further.insp, by=further.coordinator)
    make_finding(further, "Di inspektorat", unit=further.insp, by=further.coordinator)
    db.session.commit()
    assert "Unit" not in header(further.coordinator, further.insp)
    finding = make_finding(further, "Lagi", unit=further.insp, by=further.coordinator)
    piece = make_evidence(further, "Dari sana", unit=further.dinkes, by=further.other_officer)
    db.session.flush()
    tie(finding, FindingEvidence, piece)
    db.session.commit()
    assert "Unit" in header(further.coordinator, further.insp)


def test_losing_sight_of_the_other_unit_closes_the_pack(
    further: Cast, travel: Any, only_sqlite: None
) -> None:
    """Seeing it is enough: the right to export is asked of the pack's own units."""
    people.grant_role(
        further.officer, Role.OWNER, further.dinkes, by=SYSTEM, from_on=date(2020, 1, 1)
    )
    db.session.commit()
    further.officer.__dict__.pop("rights", None)
    pack = ask(further.officer, [further.disnaker.id], to_on=TO + timedelta(days=1))
    db.session.commit()
    worked()
    path = operations.take_copy(pack, by=further.officer)
    assert len(operations.units_inside(path, further.district.id)[1]) == 1
    lose_roles(further, further.officer)
    people.grant_role(
        further.officer, Role.OFFICER, further.disnaker, by=SYSTEM, from_on=date(2020, 1, 1)
    )
    db.session.commit()
    db.session.expire_all()
    further.officer.__dict__.pop("rights", None)
    with pytest.raises(Refused):
        operations.take_copy(pack, by=further.officer)
