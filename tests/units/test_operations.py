"""Keeping units: what is refused, what the tree says on each day, what the journal tells."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn, Refused, Stale
from qms.core.i18n import speaking
from qms.units import operations as units
from qms.units.models import District, SuccessionKind, Unit, UnitSuccession, UnitType
from qms.units.tree import tree_of
from tests.cast import SYSTEM, Cast
from tests.counting import counted

NEW_YEAR = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are read in English."""
    with speaking("en"):
        yield


def opened(cast: Cast, code: str, parent: Unit | None = None, **given: Any) -> Unit:
    return units.open_unit(
        cast.district,
        code=code,
        name=f"Unit {code}",
        type=UnitType.DINAS,
        parent=parent or cast.root,
        by=given.pop("by", cast.administrator),
        **given,
    )


def verbs(record: Any) -> list[str]:
    return [told.verb for told in reversed(journal.history(record))]


def test_a_unit_keeps_its_names_through_time(cast: Cast) -> None:
    units.rename_unit(
        cast.disnaker,
        code="DISNAKERTRANS",
        name="Dinas Tenaga Kerja dan Transmigrasi",
        short_name="Disnakertrans",
        from_on=NEW_YEAR,
        by=cast.administrator,
    )
    db.session.commit()
    before, after = tree_of(cast.district, date(2025, 12, 31)), tree_of(cast.district, NEW_YEAR)
    assert before[cast.disnaker.id].code == "DISNAKER"
    assert before[cast.disnaker.id].name == "Dinas Tenaga Kerja"
    assert after[cast.disnaker.id].label == "Disnakertrans"
    assert cast.disnaker.code == "DISNAKERTRANS"
    assert verbs(cast.disnaker) == ["open_unit", "rename_unit"]


def test_a_forgotten_name_of_the_past_leaves_the_present_code(cast: Cast) -> None:
    rename = {"short_name": None, "by": cast.administrator}
    units.rename_unit(cast.disnaker, code="B", name="B", from_on=NEW_YEAR, **rename)
    units.rename_unit(cast.disnaker, code="A", name="A", from_on=date(2024, 1, 1), **rename)
    assert cast.disnaker.code == "B"
    assert tree_of(cast.district, date(2024, 6, 1))[cast.disnaker.id].code == "A"
    assert tree_of(cast.district, NEW_YEAR)[cast.disnaker.id].code == "B"


def test_a_name_may_go_ahead_of_its_day_but_a_code_may_not(cast: Cast) -> None:
    later = cast.district.today + timedelta(days=30)
    rename = {"short_name": None, "by": cast.administrator}
    with pytest.raises(Invalid, match="counts at once"):
        units.rename_unit(cast.disnaker, code="LATER", name="X", from_on=later, **rename)
    units.rename_unit(cast.disnaker, code="DISNAKER", name="Later", from_on=later, **rename)
    units.rename_unit(cast.disnaker, code="NOW", name="Now", from_on=cast.district.today, **rename)
    assert tree_of(cast.district)[cast.disnaker.id].name == "Now"
    assert tree_of(cast.district, later)[cast.disnaker.id].name == "Later"
    assert tree_of(cast.district, later)[cast.disnaker.id].code == "NOW"


@pytest.mark.parametrize("code", ["DINKES", "dinkes", "DISNAKER"])
def test_a_code_is_never_given_again(cast: Cast, code: str) -> None:
    units.rename_unit(
        cast.disnaker,
        code="OTHER",
        name="Lain",
        short_name=None,
        from_on=NEW_YEAR,
        by=cast.administrator,
    )
    with pytest.raises(Invalid) as refused:
        opened(cast, code)
    assert "code" in refused.value.fields


@pytest.mark.parametrize(
    ("code", "alike"), [("DINAS-ÉLOK", "dinas-élok"), ("ĐẮK", "đắk"), ("STRASSE", "straße")]
)
def test_a_code_is_taken_whatever_its_case_in_any_alphabet(
    cast: Cast, code: str, alike: str
) -> None:
    """SQLite folds plain letters only: the comparison is ours."""
    unit = opened(cast, code)
    with pytest.raises(Invalid) as refused:
        opened(cast, alike)
    assert "code" in refused.value.fields
    with pytest.raises(Invalid):
        units.found_district("uji", "Lagi", by=SYSTEM)
    node = tree_of(cast.district).by_code(alike)
    assert node is not None and node.id == unit.id


@pytest.mark.parametrize("code", ["", "A B", "x" * 31, "A:B"])
def test_a_code_has_letters_digits_and_little_else(cast: Cast, code: str) -> None:
    with pytest.raises(Invalid):
        opened(cast, code)


def test_a_unit_may_take_its_own_former_code_back(cast: Cast) -> None:
    rename = {"name": "X", "short_name": None, "by": cast.administrator}
    units.rename_unit(cast.disnaker, code="NEW", from_on=NEW_YEAR, **rename)
    units.rename_unit(cast.disnaker, code="DISNAKER", from_on=date(2026, 6, 1), **rename)
    assert cast.disnaker.code == "DISNAKER"


def test_a_unit_moves_from_a_day_on(cast: Cast) -> None:
    units.move_unit(cast.blk, parent=cast.dinkes, from_on=NEW_YEAR, by=cast.administrator)
    db.session.commit()
    before, after = tree_of(cast.district, date(2025, 12, 31)), tree_of(cast.district, NEW_YEAR)
    assert before[cast.blk.id].parent_id == cast.disnaker.id
    assert after[cast.blk.id].parent_id == cast.dinkes.id
    assert cast.blk.id in after.subtree(cast.dinkes.id)
    assert cast.blk.id not in after.subtree(cast.disnaker.id)


def test_no_move_makes_a_loop_on_any_day(cast: Cast) -> None:
    for unit, parent in ((cast.disnaker, cast.blk), (cast.blk, cast.blk), (cast.root, cast.blk)):
        with pytest.raises(Invalid):
            units.move_unit(unit, parent=parent, from_on=NEW_YEAR, by=SYSTEM)
    # From 2027 Dinkes stands under Disnaker: Disnaker cannot have stood under Dinkes since 2026.
    units.move_unit(cast.dinkes, parent=cast.disnaker, from_on=date(2027, 1, 1), by=SYSTEM)
    with pytest.raises(Invalid):
        units.move_unit(cast.disnaker, parent=cast.dinkes, from_on=NEW_YEAR, by=SYSTEM)


def test_a_unit_closes_with_a_successor_and_stays_in_history(cast: Cast) -> None:
    units.close_unit(
        cast.insp,
        on=NEW_YEAR,
        successors=[cast.dinkes],
        kind=SuccessionKind.MERGED,
        note="Perda 1/2025",
        by=cast.administrator,
    )
    db.session.commit()
    assert tree_of(cast.district, date(2025, 12, 31))[cast.insp.id].is_open
    assert not tree_of(cast.district, NEW_YEAR)[cast.insp.id].is_open
    row = db.session.scalar(select(UnitSuccession))
    assert row and (row.unit_id, row.successor_id, row.on) == (
        cast.insp.id,
        cast.dinkes.id,
        NEW_YEAR,
    )
    with pytest.raises(OutOfTurn):
        units.close_unit(cast.insp, on=NEW_YEAR, by=cast.administrator)


def test_a_closing_that_was_a_mistake_is_taken_back(cast: Cast) -> None:
    units.close_unit(cast.insp, on=NEW_YEAR, successors=[cast.dinkes], by=cast.administrator)
    db.session.commit()
    with pytest.raises(Invalid):
        units.reopen_unit(cast.insp, reason=" ", by=cast.administrator)
    units.reopen_unit(cast.insp, reason="Salah unit", by=cast.administrator)
    db.session.commit()
    assert tree_of(cast.district)[cast.insp.id].is_open
    assert db.session.scalar(select(UnitSuccession)) is None
    told = journal.history(cast.insp)[0]
    assert (told.verb, told.reason) == ("reopen_unit", "Salah unit")


def test_what_cannot_be_closed(cast: Cast) -> None:
    by = cast.administrator
    with pytest.raises(OutOfTurn, match="UPTD Balai Latihan Kerja"):
        units.close_unit(cast.disnaker, on=NEW_YEAR, by=by)
    with pytest.raises(OutOfTurn):
        units.close_unit(cast.root, on=NEW_YEAR, by=by)
    with pytest.raises(Invalid):
        units.close_unit(cast.insp, on=NEW_YEAR, successors=[cast.insp], by=by)
    units.close_unit(cast.blk, on=NEW_YEAR, by=by)
    units.close_unit(cast.disnaker, on=NEW_YEAR, by=by)
    with pytest.raises(Invalid, match="closed then"):
        opened(cast, "UNDER", parent=cast.disnaker)
    with pytest.raises(Invalid, match="closed then"):
        units.close_unit(cast.insp, on=NEW_YEAR, successors=[cast.disnaker], by=by)


def test_a_unit_that_opens_later_is_known_already_but_not_open(cast: Cast) -> None:
    coming = opened(cast, "NANTI", opened_on=cast.district.today + timedelta(days=9))
    node = tree_of(cast.district)[coming.id]
    assert (node.code, node.is_open, node.parent_id) == ("NANTI", False, cast.root.id)
    assert tree_of(cast.district, coming.opened_on)[coming.id].is_open
    assert cast.administrator.administers(coming.id)


def test_services_come_and_go_and_come_again(cast: Cast) -> None:
    by = cast.administrator
    service = units.offer_service(cast.disnaker, " Kartu AK I ", opened_on=NEW_YEAR, by=by)
    assert service.name == "Kartu AK I"
    with pytest.raises(Invalid):
        units.offer_service(cast.disnaker, "Kartu AK I", by=by)
    with pytest.raises(Invalid):
        units.end_service(service, on=NEW_YEAR, by=by)
    units.end_service(service, on=date(2026, 5, 1), by=by)
    with pytest.raises(OutOfTurn):
        units.end_service(service, on=date(2026, 6, 1), by=by)
    assert units.offer_service(cast.disnaker, "Kartu AK I", by=by) is service
    assert service.closed_on is None
    db.session.commit()
    assert verbs(service) == ["offer_service", "end_service", "offer_service"]


def test_a_save_on_an_old_version_is_refused(cast: Cast) -> None:
    seen = cast.disnaker.version
    units.move_unit(cast.disnaker, parent=cast.dinkes, from_on=NEW_YEAR, by=cast.administrator)
    db.session.commit()
    with pytest.raises(Stale):
        units.close_unit(cast.disnaker, on=NEW_YEAR, by=cast.administrator, seen=seen)


def is_refused(act: Any) -> bool:
    try:
        act()
    except Refused:
        return True
    return False


def keeping(cast: Cast, by: Any) -> dict[str, Any]:
    """Every verb about Disnaker, as `by` would do it."""
    day, unit = date(2026, 2, 1), cast.disnaker
    service = units.offer_service(unit, "Layanan", by=SYSTEM)
    return {
        "open": lambda: opened(cast, "NEW", parent=unit, by=by),
        "rename": lambda: units.rename_unit(
            unit, code="X", name="X", short_name=None, from_on=day, by=by
        ),
        "type": lambda: units.correct_type(unit, UnitType.BADAN, by=by),
        "move": lambda: units.move_unit(unit, parent=cast.dinkes, from_on=day, by=by),
        "close": lambda: units.close_unit(unit, on=day, by=by),
        "reopen": lambda: units.reopen_unit(unit, reason="x", by=by),
        "offer": lambda: units.offer_service(unit, "Lain", by=by),
        "end": lambda: units.end_service(service, on=day, by=by),
    }


def test_only_administrators_keep_units(cast: Cast) -> None:
    for who in Cast.ROLES:
        if who == "administrator":
            continue
        for verb, act in keeping(cast, getattr(cast, who)).items():
            assert is_refused(act), f"{who} did {verb}"
        db.session.rollback()


def test_nobody_but_an_operator_founds_a_district(cast: Cast) -> None:
    with pytest.raises(Refused):
        units.found_district("BARU", "Kabupaten Baru", by=cast.administrator)
    root = units.found_district("BARU", "Kabupaten Baru", by=SYSTEM, timezone="Asia/Makassar")
    assert root.type is UnitType.DISTRICT
    with pytest.raises(Invalid):
        units.found_district("BARU", "Lagi", by=SYSTEM)
    with pytest.raises(Invalid):
        units.found_district("ZONA", "Zona", by=SYSTEM, timezone="Bulan/Barat")


def test_a_tree_that_was_rolled_back_never_comes_again(cast: Cast) -> None:
    opened(cast, "HANTU")
    assert tree_of(cast.district).by_code("HANTU")
    db.session.rollback()
    opened(cast, "NYATA")
    db.session.commit()
    tree = tree_of(cast.district)
    assert tree.by_code("NYATA")
    assert tree.by_code("HANTU") is None


def test_five_hundred_units_cost_the_same_few_queries_each(cast: Cast) -> None:
    """A list of units is brought in by opening one after the other, children of new ones too."""

    def bring_in(prefix: str, count: int) -> int:
        with counted() as statements:
            parent = opened(cast, f"{prefix}-INDUK")
            for number in range(count):
                opened(cast, f"{prefix}-{number}", parent=parent)
        return len(statements)

    few, many = bring_in("A", 10), bring_in("B", 100)
    assert many <= few + 90 * 10
    db.session.commit()
    district = db.session.get(District, cast.district.id)
    assert district and len(tree_of(district).nodes) == 112 + 5


def test_nothing_stands_open_under_a_closed_unit(cast: Cast) -> None:
    """A unit that is to close can take nothing in, and one whose parent closed opens after it."""
    by, section = cast.administrator, opened(cast, "SEKSI", cast.dinkes)
    units.close_unit(section, on=NEW_YEAR, by=by)
    end = cast.district.today + timedelta(days=60)
    units.close_unit(cast.dinkes, on=end, by=by)
    db.session.commit()
    for act in (
        lambda: opened(cast, "BARU", cast.dinkes),
        lambda: units.move_unit(cast.blk, parent=cast.dinkes, from_on=cast.district.today, by=by),
        lambda: units.reopen_unit(section, reason="Keliru", by=by),
    ):
        with pytest.raises((Invalid, OutOfTurn), match=r"closes on|Open the unit above first"):
            act()
        db.session.rollback()
    units.reopen_unit(cast.dinkes, reason="Keliru", by=by)
    units.reopen_unit(section, reason="Keliru", by=by)
    db.session.commit()
    assert tree_of(cast.district)[section.id].is_open


def test_a_district_is_called_as_its_own_unit_is(cast: Cast) -> None:
    given = {"code": "UJI", "short_name": None, "by": cast.administrator}
    units.rename_unit(cast.root, name="Kabupaten Uji Raya", from_on=NEW_YEAR, **given)
    db.session.commit()
    assert db.session.get(District, cast.district.id).name == "Kabupaten Uji Raya"
    units.rename_unit(cast.root, name="Kabupaten Lama", from_on=date(2001, 1, 1), **given)
    db.session.commit()
    assert db.session.get(District, cast.district.id).name == "Kabupaten Uji Raya"


def test_a_unit_is_split_into_several(cast: Cast) -> None:
    by, today = cast.administrator, cast.district.today
    parts = [opened(cast, "BARAT", opened_on=today), opened(cast, "TIMUR", opened_on=today)]
    given = {"on": today, "kind": SuccessionKind.SPLIT, "by": by}
    units.close_unit(cast.dinkes, successors=[*parts, parts[0]], note="Perda 2/2026", **given)
    db.session.commit()
    rows = db.session.scalars(select(UnitSuccession)).all()
    assert {(row.successor_id, row.kind, row.note) for row in rows} == {
        (part.id, SuccessionKind.SPLIT, "Perda 2/2026") for part in parts
    }
    units.reopen_unit(cast.dinkes, reason="Ditunda", by=by)
    db.session.commit()
    assert not db.session.scalars(select(UnitSuccession)).all()


def test_what_comes_later_keeps_a_unit_open_too(cast: Cast) -> None:
    """Else it would open, or come to stand, under one that is closed by then."""
    by, today = cast.administrator, cast.district.today
    opened(cast, "NANTI", cast.dinkes, opened_on=today + timedelta(days=30))
    units.move_unit(cast.blk, parent=cast.insp, from_on=today + timedelta(days=30), by=by)
    db.session.commit()
    for unit, below in ((cast.dinkes, "Unit NANTI"), (cast.insp, "UPTD Balai Latihan Kerja")):
        with pytest.raises(OutOfTurn, match=below):
            units.close_unit(unit, on=today, by=by)


def test_nothing_stands_under_a_unit_before_it_opens(cast: Cast) -> None:
    by, start = cast.administrator, cast.district.today + timedelta(days=30)
    coming = opened(cast, "NANTI", opened_on=start)
    opened(cast, "SEKSI", coming, opened_on=start)
    units.move_unit(cast.blk, parent=coming, from_on=start, by=by)
    db.session.commit()
    for act in (
        lambda: opened(cast, "DINI", coming),
        lambda: units.move_unit(cast.insp, parent=coming, from_on=cast.district.today, by=by),
    ):
        with pytest.raises(Invalid, match="opens on"):
            act()


def test_the_same_name_is_not_noted_again(cast: Cast) -> None:
    unit = cast.insp
    name = {"code": unit.code, "name": unit.name, "short_name": unit.short_name}
    with pytest.raises(Invalid, match="called so"):
        units.rename_unit(unit, **name, from_on=cast.district.today, by=cast.administrator)
    assert len(unit.names) == 1
