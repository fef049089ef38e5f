"""Numbers without gaps: one counter per kind, unit and year, counted within the transaction.

The counter's row stays locked until commit, so that a rolled back number is given out again and
two people never get the same one. Counters are locked before chain heads.
"""

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import Model, SortKey, db, link_to


class Counter(Model):
    """The last number given out."""

    __tablename__ = "counter"
    __table_args__ = (link_to("unit_id", "unit"),)

    district_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(SortKey(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def next_number(kind: str, *, district_id: int, unit_id: int, year: int) -> int:
    """The next number of a kind in a unit and year, starting at 1."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    row = dialect.insert(Counter).values(
        district_id=district_id, kind=kind, unit_id=unit_id, year=year, last=1
    )
    counted = row.on_conflict_do_update(
        index_elements=["district_id", "kind", "unit_id", "year"],
        set_={"last": Counter.last + 1},
    ).returning(Counter.last)
    number = db.session.scalar(counted)
    assert number is not None
    return number


def reserve_up_to(kind: str, number: int, *, district_id: int, unit_id: int, year: int) -> None:
    """Move a counter to at least this number, for records that come with numbers of their own."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    row = dialect.insert(Counter).values(
        district_id=district_id, kind=kind, unit_id=unit_id, year=year, last=number
    )
    larger = func.greatest if dialect is postgresql else func.max
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["district_id", "kind", "unit_id", "year"],
            set_={"last": larger(Counter.last, number)},
        )
    )
