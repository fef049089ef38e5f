"""Units from a file: types, parents, codes that lost zeros, corrections, rights."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from qms.core import journal
from qms.core.db import db
from qms.core.errors import Refused
from qms.imports.preview import Outcome, Preview
from qms.imports.words import UNIT_TYPES, guessed_type
from qms.people.operations import grant_role
from qms.people.roles import Role
from qms.units import operations
from qms.units.models import Unit, UnitType
from qms.units.tree import tree_of
from tests.cast import SINCE, SYSTEM, Cast

Look, Bring = Callable[..., Preview], Callable[..., Any]


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("Dinas Kesehatan", UnitType.DINAS),
        ("BADAN PENDAPATAN DAERAH", UnitType.BADAN),
        ("Kecamatan Salak", UnitType.KECAMATAN),
        ("Kantor Camat Salak", UnitType.KECAMATAN),
        ("Kelurahan Kesiman", UnitType.KELURAHAN),
        ("Desa Sukamaju", UnitType.DESA),
        ("Bagian Hukum", UnitType.SECTION),
        ("Sub Bagian Umum", UnitType.SECTION),
        ("Subag Umum UPT. PPID", UnitType.SECTION),
        ("UPT. Puskesmas Siempat Rube", UnitType.PUSKESMAS),
        ("UPT. Transportasi Darat", UnitType.UPTD),
        ("Puskesmas Siempat Rube", UnitType.PUSKESMAS),
        ("RSUD Salak", UnitType.RSUD),
        ("SMP Negeri 1 Salak", UnitType.SCHOOL),
        ("SD Negeri 2", UnitType.SCHOOL),
        ("Inspektorat", UnitType.INSPEKTORAT),
        ("Sekretariat Daerah", UnitType.SETDA),
        ("Sekretariat DPRD", UnitType.SETWAN),
        ("Satuan Polisi Pamong Praja", UnitType.SATPOL_PP),
        ("Kantor Kesatuan Bangsa", UnitType.KANTOR),
        ("Walikota", UnitType.OTHER),
        ("Dinasti", UnitType.OTHER),
    ],
)
def test_a_name_tells_the_type(name: str, type: UnitType) -> None:
    assert guessed_type(name) is type


def test_every_type_but_the_district_has_words() -> None:
    assert set(UNIT_TYPES.values()) == set(UnitType) - {UnitType.DISTRICT}


HEADINGS = ["Kode", "Nama Unit", "Nama singkat", "Jenis", "Induk"]


def unit(code: str) -> Unit:
    found = db.session.scalar(select(Unit).where(Unit.code == code))
    assert found is not None
    return found


def test_parents_by_code_and_by_name_in_any_order(bring: Bring, cast: Cast) -> None:
    rows = [
        HEADINGS,
        ["0102", "Seksi Arsip", "", "", "Bagian Umum"],
        ["01", "Sekretariat", "Sekr.", "", "DINKES"],
        ["0101", "Bagian Umum ", "", "", "01"],
        ["03", "Pos Layanan", "", "UPTD", ""],
    ]
    done = bring("units", rows)
    assert done["counts"]["create"] == 4 and done["imported"]
    tree = tree_of(cast.district)
    paths = {node.code: tree.path(node.id) for node in tree}
    assert paths["0102"] == "Dinas Kesehatan › Sekretariat › Bagian Umum › Seksi Arsip"
    assert paths["03"] == "Dinas Tenaga Kerja › Pos Layanan"
    assert unit("03").type is UnitType.UPTD and unit("01").names[0].short_name == "Sekr."
    assert bring("units", rows)["counts"]["same"] == 4


def test_a_corrected_file_corrects(bring: Bring, cast: Cast) -> None:
    bring("units", [HEADINGS, ["01", "Bidang Pelatian", "", "Bidang", ""]])
    done = bring("units", [HEADINGS, ["01", "Bidang Pelatihan", "Bid. Lat.", "UPTD", "DINKES"]])
    assert {one["field"] for one in done["rows"][0]["changes"]} == {
        "name", "short_name", "type", "parent",
    }  # fmt: skip
    found = unit("01")
    assert [row.name for row in found.names] == ["Bidang Pelatihan"]
    assert found.type is UnitType.UPTD
    node = tree_of(cast.district)[found.id]
    assert node.parent_id == cast.dinkes.id and node.short_name == "Bid. Lat."


def test_a_name_that_was_changed_here_stays(bring: Bring, cast: Cast) -> None:
    rows = [["Kode", "Nama"], ["01", "Bidang Lama"]]
    bring("units", rows)
    found = unit("01")
    operations.rename_unit(
        found,
        code="01",
        name="Bidang Baru",
        short_name=None,
        from_on=cast.district.today,
        by=cast.administrator,
    )
    db.session.commit()
    assert bring("units", rows)["counts"]["same"] == 1
    told = bring("units", [["Kode", "Nama"], ["01", "Bidang Lain"]])
    assert told["rows"][0]["changes"][0]["before"] == "Bidang Baru"
    assert told["rows"][0]["warnings"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (["01", "Bidang", "", "", "99"], "Induk"),
        (["01", "Bidang", "", "", "01"], "Induk"),
        (["01", "", "", "", ""], "Nama Unit"),
        (["", "Bidang", "", "", ""], "Kode"),
        (["0 1", "Bidang", "", "", ""], "Kode"),
        (["01", "Bidang", "", "Departemen", ""], "Jenis"),
        (["DISNAKER", "Dinas Tenaga Kerja", "", "", "BLK"], "Induk"),
    ],
)
def test_refused(look: Look, row: list[str], field: str) -> None:
    found = look("units", [HEADINGS, row])
    (plan,) = found.of(Outcome.REFUSED)
    assert plan.row == 2 and {one.column for one in plan.refusals} == {field}


def test_a_loop_within_the_file_is_refused(look: Look) -> None:
    found = look("units", [HEADINGS, ["1", "A", "", "", "2"], ["2", "B", "", "", "1"]])
    assert len(found.of(Outcome.REFUSED)) == 2


def test_the_same_code_twice_names_both_rows(look: Look) -> None:
    found = look("units", [HEADINGS, ["01a", "A"], [], ["01A", "B"]])
    assert [plan.refusals[0].reason.count("2, 4") for plan in found.rows] == [1, 1]


def test_a_code_that_another_unit_once_had_is_refused(look: Look, cast: Cast) -> None:
    operations.rename_unit(
        cast.blk,
        code="BLKI",
        name="UPTD Latihan Kerja",
        short_name=None,
        from_on=cast.district.today,
        by=cast.administrator,
    )
    db.session.commit()
    assert look("units", [HEADINGS, ["BLK", "UPTD Baru"]]).of(Outcome.REFUSED)


def test_codes_in_text_stay_and_numbers_are_warned_of(
    qms: Callable[..., Any], sheet: Callable[..., Any], cast: Cast
) -> None:
    file = sheet([["Kode", "Nama"], ["010001", "A"], [10002, "B"], ["10003", "C"]], "u.xlsx")
    told = qms("units", file, by="administrator")
    assert [row["key"] for row in told["rows"]] == ["010001", "10002", "10003"]
    assert [len(row["warnings"]) for row in told["rows"]] == [0, 1, 1]
    assert unit("010001").code == "010001"
    only_numbers = sheet([["Kode", "Nama"], [20001, "A"], [20002, "B"]], "n.xlsx")
    told = qms("units", only_numbers, "--preview", by="administrator")
    assert told["counts"]["warnings"] == 2


def test_rights(look: Look, cast: Cast) -> None:
    with pytest.raises(Refused):
        look("units", [HEADINGS, ["01", "A"]], by=cast.officer)
    keeper = cast.person("keeper", Role.ADMINISTRATOR, cast.disnaker)
    grant_role(keeper, Role.OFFICER, cast.dinkes, by=SYSTEM, from_on=SINCE)
    db.session.commit()
    found = look(
        "units",
        [
            HEADINGS,
            ["01", "A", "", "", ""],
            ["02", "B", "", "", "DINKES"],
            ["INSP", "Inspektorat Baru"],
        ],
        by=keeper,
    )
    assert [row.outcome for row in found.rows] == [
        Outcome.CREATE, Outcome.REFUSED, Outcome.REFUSED,
    ]  # fmt: skip


def test_an_administrator_of_one_unit_brings_in_what_nests(bring: Bring, cast: Cast) -> None:
    cast.person("keeper", Role.ADMINISTRATOR, cast.disnaker)
    db.session.commit()
    rows = [HEADINGS, ["01", "Bidang", "", "", ""], ["0101", "Seksi", "", "", "01"]]
    assert bring("units", rows, by="keeper")["imported"]
    assert unit("0101").parents[0].parent_id == unit("01").id


def test_what_nobody_knows_is_told_and_changes_nothing_later(bring: Bring) -> None:
    rows = [["Kode", "Nama", "Alamat"], ["01", "Bidang", "Jalan Mawar"]]
    assert bring("units", rows)["unknown_columns"] == ["Alamat"]
    assert bring("units", rows)["counts"]["same"] == 1


def test_a_consultant_brings_in_units_under_her_own(look: Look, bring: Bring, cast: Cast) -> None:
    rows = [HEADINGS, ["01", "Bidang", "", "", ""], ["0101", "Seksi", "", "", "01"]]
    assert bring("units", rows, by="consultant")["imported"]
    assert unit("0101").parents[0].parent_id == unit("01").id
    assert [(told.verb, told.by) for told in journal.history(unit("01"))] == [
        ("import_unit", "Consultant")
    ]
    assert bring("units", rows, by="consultant")["counts"]["same"] == 2
    elsewhere = [*rows, ["02", "Bidang lain", "", "", "DINKES"], ["DINKES", "Dinas Kesehatan"]]
    found = look("units", elsewhere, by=cast.consultant)
    assert [row.outcome for row in found.rows[2:]] == [Outcome.REFUSED, Outcome.SAME]
    assert "Dinas Kesehatan" in found.rows[2].refusals[0].reason


def test_what_is_here_is_changed_by_administrators_alone(look: Look, cast: Cast) -> None:
    """Moving a unit would move the rights in it, too."""
    changed = [HEADINGS, ["BLK", "Balai Baru", "", "", ""]]
    (plan,) = look("units", changed, by=cast.consultant).rows
    assert plan.outcome is Outcome.REFUSED and "ask an administrator" in plan.refusals[0].reason
    assert look("units", changed).rows[0].outcome is Outcome.CHANGE


def test_the_operations_ask_for_the_right(cast: Cast) -> None:
    new = {"code": "01", "name": "Bidang", "type": UnitType.SECTION}
    for person, parent in (
        (cast.consultant, cast.dinkes),
        (cast.officer, cast.disnaker),
        (cast.outsider, cast.disnaker),
    ):
        with pytest.raises(Refused):
            operations.bring_in_unit(cast.district, **new, parent=parent, by=person)
    with pytest.raises(Refused):
        operations.open_unit(cast.district, **new, parent=cast.disnaker, by=cast.consultant)


def test_nobody_moves_a_unit_to_where_they_do_not_administer(look: Look, cast: Cast) -> None:
    """The preview refuses it, so that the import does not fail halfway."""
    keeper = cast.person("keeper", Role.ADMINISTRATOR, cast.disnaker)
    grant_role(keeper, Role.OFFICER, cast.dinkes, by=SYSTEM, from_on=SINCE)
    db.session.commit()
    moved = [HEADINGS, ["BLK", "UPTD Balai Latihan Kerja", "", "", "DINKES"]]
    (plan,) = look("units", moved, by=keeper).rows
    assert plan.outcome is Outcome.REFUSED and plan.refusals[0].column == "Induk"
    assert look("units", moved).rows[0].outcome is Outcome.CHANGE
