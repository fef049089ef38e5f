"""The cast: a small district and one person for each role, plus an outsider in another district.

Kabupaten Uji (UJI)
  DISNAKER  Dinas Tenaga Kerja        officer, head, owner, staff, consultant, guest
    BLK     UPTD Balai Latihan Kerja
  DINKES    Dinas Kesehatan           other_officer, other_head
  INSP      Inspektorat               (auditors are of this unit)
Kabupaten Lain (LAIN)                 outsider, who is everything there
"""

from datetime import date

from sqlalchemy import select

from qms.core.db import db
from qms.people import operations as people
from qms.people.installation import INSTALLATION
from qms.people.models import Account, Person
from qms.people.roles import Role
from qms.units import operations as units
from qms.units.models import District, Unit, UnitType

PASSWORD = "rahasia sekali 1"


SYSTEM = INSTALLATION
SINCE = date(2020, 1, 1)


class Cast:
    """People and units by name, loaded in the present session."""

    district: District
    root: Unit
    disnaker: Unit
    blk: Unit
    dinkes: Unit
    insp: Unit
    administrator: Person
    secretariat: Person
    officer: Person
    head: Person
    owner: Person
    staff: Person
    auditor: Person
    lead_auditor: Person
    coordinator: Person
    consultant: Person
    anti_bribery: Person
    guest: Person
    other_officer: Person
    other_head: Person
    bystander: Person
    outsider: Person

    ROLES = (
        "administrator",
        "secretariat",
        "officer",
        "head",
        "owner",
        "staff",
        "auditor",
        "lead_auditor",
        "coordinator",
        "consultant",
        "anti_bribery",
        "guest",
        "other_officer",
        "other_head",
        "bystander",
        "outsider",
    )

    @classmethod
    def assemble(cls) -> "Cast":
        cast = cls()
        cast.root = units.found_district("UJI", "Kabupaten Uji", by=SYSTEM)
        cast.district = db.session.get(District, cast.root.district_id)
        cast.disnaker = cast._unit("DISNAKER", "Dinas Tenaga Kerja", UnitType.DINAS, cast.root)
        cast.blk = cast._unit("BLK", "UPTD Balai Latihan Kerja", UnitType.UPTD, cast.disnaker)
        cast.dinkes = cast._unit("DINKES", "Dinas Kesehatan", UnitType.DINAS, cast.root)
        cast.insp = cast._unit("INSP", "Inspektorat", UnitType.INSPEKTORAT, cast.root)
        for name, role, unit in (
            ("administrator", Role.ADMINISTRATOR, cast.root),
            ("secretariat", Role.SECRETARIAT, cast.root),
            ("officer", Role.OFFICER, cast.disnaker),
            ("head", Role.HEAD, cast.disnaker),
            ("owner", Role.OWNER, cast.disnaker),
            ("staff", Role.OWNER, cast.disnaker),
            ("auditor", Role.AUDITOR, cast.disnaker),
            ("lead_auditor", Role.LEAD_AUDITOR, cast.disnaker),
            ("coordinator", Role.COORDINATOR, cast.root),
            ("consultant", Role.CONSULTANT, cast.disnaker),
            ("anti_bribery", Role.ANTI_BRIBERY, cast.disnaker),
            ("guest", Role.GUEST, cast.disnaker),
            ("other_officer", Role.OFFICER, cast.dinkes),
            ("other_head", Role.HEAD, cast.dinkes),
        ):
            setattr(cast, name, cast.person(name, role, unit))
        cast.bystander = cast.person("bystander")
        cast.outsider = cls._elsewhere()
        db.session.commit()
        return cast

    @classmethod
    def found(cls) -> "Cast":
        """The cast of a database that was assembled before."""
        cast = cls()
        district = db.session.scalar(select(District).where(District.code == "UJI"))
        assert district is not None
        cast.district = district
        named = {"UJI": "root", "DISNAKER": "disnaker", "BLK": "blk", "DINKES": "dinkes"}
        for unit in db.session.scalars(select(Unit).where(Unit.district_id == district.id)):
            setattr(cast, named.get(unit.code, unit.code.lower()), unit)
        people = select(Person, Account.user_name).join(Account, Account.id == Person.account_id)
        for person, name in db.session.execute(people):
            setattr(cast, name, person)
        db.session.commit()
        return cast

    def _unit(self, code: str, name: str, type: UnitType, parent: Unit) -> Unit:
        return units.open_unit(
            self.district, code=code, name=name, type=type, parent=parent, by=SYSTEM
        )

    def person(self, name: str, role: Role | None = None, unit: Unit | None = None) -> Person:
        """A further person with an account and perhaps a role; not committed."""
        return _person(self.district, name, role, unit)

    @staticmethod
    def _elsewhere() -> Person:
        root = units.found_district("LAIN", "Kabupaten Lain", by=SYSTEM)
        district = db.session.get(District, root.district_id)
        outsider = _person(district, "outsider", Role.ADMINISTRATOR, root)
        for role in (Role.OFFICER, Role.HEAD, Role.COORDINATOR, Role.SECRETARIAT):
            people.grant_role(outsider, role, root, by=SYSTEM, from_on=SINCE)
        return outsider


def _person(
    district: District | None, name: str, role: Role | None = None, unit: Unit | None = None
) -> Person:
    assert district is not None
    person = people.add_person(district.id, name.replace("_", " ").title(), by=SYSTEM)
    person.language = "en"
    people.open_account(person, name, PASSWORD, by=SYSTEM, must_change=False)
    if role and unit:
        until = date(2100, 1, 1) if role is Role.GUEST else None
        people.grant_role(person, role, unit, by=SYSTEM, from_on=SINCE, until_on=until)
    return person
