"""The installation itself, as one who acts: it founds districts, makes the first administrator and
fills the demo. It holds every right; no request and no command can act as it for somebody."""

from qms.people.rights import Units
from qms.people.roles import Role


class EveryRight:
    """Like Rights, for one who may do everything."""

    def hold(self, roles: frozenset[Role], unit_id: int) -> bool:
        return True

    def hold_anywhere(self, roles: frozenset[Role]) -> bool:
        return True

    def units(self, roles: frozenset[Role]) -> Units:
        return Units(True, frozenset())


class Installation:
    """An actor without a uid: the journal's entries show its name only."""

    uid: None = None
    name = "QMS"
    is_operator = True
    rights = EveryRight()

    def holds(self, roles: frozenset[Role], unit_id: int) -> bool:
        return True

    def is_of(self, district_id: int) -> bool:
        return True

    def administers(self, unit_id: int | None = None) -> bool:
        return True

    def brings_units(self, unit_id: int) -> bool:
        return True


INSTALLATION = Installation()
