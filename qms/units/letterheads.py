"""The letterhead (kop surat) of a unit: the one home of all paper that has one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from qms.core.db import db
from qms.core.text import fold
from qms.office.blocks import Letterhead
from qms.units.models import Unit, UnitType
from qms.units.tree import Node, Tree

GOVERNMENT = "Pemerintah"
GOVERNED = ("kabupaten ", "kota ", "provinsi ")
"""How the names of what has a government begin. Official names stay as they are in any language."""


def letterhead_of(tree: Tree, unit_id: int, session: Session | None = None) -> Letterhead:
    """The head of a unit's paper, by the names of the tree's day: the government, the agencies
    above, the unit, its address as the session's database has it. A section writes on the paper of
    its agency. One query."""
    node = tree[unit_id]
    while _is_section(node) and node.parent_id is not None:
        node = tree[node.parent_id]
    above = [
        _official(one.name) for one in reversed(tree.ancestors(node.id)) if not _is_section(one)
    ]
    wanted = select(Unit.address).where(Unit.id == node.id)
    address = (session or db.session).scalar(wanted) or ""
    return Letterhead(_official(node.name), above, address.splitlines())


def _is_section(node: Node) -> bool:
    return node.type is UnitType.SECTION


def _official(name: str) -> str:
    """Pemerintah Kabupaten Contoh, of the Kabupaten Contoh."""
    return f"{GOVERNMENT} {name}" if fold(name).startswith(GOVERNED) else name
