"""The district's units and services, its people with their positions, roles and accounts."""

import secrets
from datetime import date
from typing import Any

from qms.core.db import db
from qms.demo.stage import Stage, content
from qms.people import operations as people
from qms.people.installation import INSTALLATION
from qms.people.models import AppointmentKind, Person
from qms.people.roles import Role
from qms.units import operations as units
from qms.units.models import District, SuccessionKind, UnitType

FOUNDED = 1200
"""Days before today on which the installation began."""
RENAMED = 1197
"""A unit was renamed on this day, before anything was numbered there."""
CODE, NAME = "CONTOH", "Kabupaten Contoh"
ADDRESS = """Jalan Alun-Alun Utara Nomor 1, Kota Contoh 40999
Telepon (0200) 5550100, Pos-el setda@contoh.example, Laman www.contoh.example"""


def tell(stage: Stage) -> None:
    """Found the district, open its units, and let people come, move and leave."""
    stage.at(FOUNDED, _found)
    for told in content("units"):
        stage.at(FOUNDED, _open, told)
    for told in content("people"):
        stage.at(FOUNDED, _add, told)
    stage.at(FOUNDED, _administrator_may_administer)
    for told in content("people"):
        stage.at(FOUNDED - 1, _appoint, told)
        stage.at(FOUNDED - 1, _grant, told)
    stage.at(FOUNDED - 3, _close_old_office)
    for told in content("units"):
        if "first" in told:
            stage.at(RENAMED, _rename, told)
    stage.at(185, _leave)
    stage.at(12, _delegate)


def _found(stage: Stage) -> None:
    root = units.found_district(CODE, NAME, by=INSTALLATION)
    units.write_address(root, ADDRESS, by=INSTALLATION)
    stage.keep(f"unit:{CODE}", root)
    district = db.session.get(District, root.district_id)
    assert district is not None
    stage.keep("district", district)


def _open(stage: Stage, told: dict[str, Any]) -> None:
    code, name, short_name = told.get("first", (told["code"], told["name"], told.get("short")))
    unit = units.open_unit(
        stage.district(),
        code=code,
        name=name,
        short_name=short_name,
        type=UnitType(told["type"]),
        parent=stage.unit(told.get("parent", CODE)),
        opened_on=_years_ago(stage, told["opened"]) if "opened" in told else None,
        by=INSTALLATION,
    )
    stage.keep(f"unit:{told['code']}", unit)
    if "address" in told:
        units.write_address(unit, "\n".join(told["address"]), by=INSTALLATION)
    for name in told.get("services", []):
        stage.keep(f"service:{name}", units.offer_service(unit, name, by=INSTALLATION))


def _years_ago(stage: Stage, years: int) -> date:
    return date(stage.today.year - years, 1, 2)


def _add(stage: Stage, told: dict[str, Any]) -> None:
    district = stage.district()
    person = people.add_person(district.id, told["name"], by=INSTALLATION)
    stage.keep(f"person:{told['key']}", person)
    if "user" in told:
        # Nobody knows these passwords: the demo lets its people in at a click.
        people.open_account(
            person,
            told["user"],
            secrets.token_urlsafe(24),
            by=INSTALLATION,
            must_change=False,
            is_operator=told["user"] == "admin",
        )


def _administrator_may_administer(stage: Stage) -> None:
    people.grant_role(
        _administrator(stage),
        Role.ADMINISTRATOR,
        stage.unit(CODE),
        by=INSTALLATION,
        from_on=stage.day(FOUNDED),
    )


def _administrator(stage: Stage) -> Person:
    return stage.person("rahmat")


def _appoint(stage: Stage, told: dict[str, Any]) -> None:
    for one in told.get("positions", []):
        key = f"position:{one['unit']}:{one['title']}"
        if key not in stage.known:
            position = people.add_position(
                stage.unit(one["unit"]),
                one["title"],
                by=_administrator(stage),
                is_head=one.get("head", False),
            )
            stage.keep(key, position)
        ended = one.get("ended", False)
        kind = AppointmentKind(one.get("kind", "definitive"))
        # Who acts for a holder that left began when that one left.
        begins = 185 if kind is AppointmentKind.PLT else FOUNDED - 1
        people.appoint(
            stage.person(told["key"]),
            stage.get(key),
            from_on=stage.day(begins),
            until_on=stage.day(185) if ended else None,
            kind=kind,
            rank=one.get("rank"),
            nip=one.get("nip"),
            by=_administrator(stage),
        )


def _grant(stage: Stage, told: dict[str, Any]) -> None:
    for role, code in told.get("roles", []):
        if role == Role.ADMINISTRATOR:
            continue
        people.grant_role(
            stage.person(told["key"]),
            Role(role),
            stage.unit(code),
            by=_administrator(stage),
            from_on=stage.day(FOUNDED - 1),
            until_on=stage.day(-45) if role == Role.GUEST else None,
        )


def _close_old_office(stage: Stage) -> None:
    units.close_unit(
        stage.unit("KPPT"),
        on=_years_ago(stage, 6),
        successors=[stage.unit("DPMPTSP")],
        kind=SuccessionKind.REPLACED,
        note="Digantikan oleh dinas dengan kewenangan perizinan penuh",
        by=_administrator(stage),
    )


def _rename(stage: Stage, told: dict[str, Any]) -> None:
    units.rename_unit(
        stage.unit(told["code"]),
        code=told["code"],
        name=told["name"],
        short_name=told["short"],
        from_on=stage.day(RENAMED),
        by=_administrator(stage),
    )


def _leave(stage: Stage) -> None:
    gone = stage.person("karno")
    people.edit_person(
        gone, name=gone.name, mail=gone.mail, left_on=stage.day(185), by=_administrator(stage)
    )


def _delegate(stage: Stage) -> None:
    """Between two heads: whoever acts for the head cannot write what the head approves."""
    people.delegate(
        stage.person("zainal"),
        stage.person("hasan"),
        from_on=stage.day(12),
        until_on=stage.day(-9),
        reason="Pendidikan dan pelatihan kepemimpinan selama tiga pekan",
        by=_administrator(stage),
    )
