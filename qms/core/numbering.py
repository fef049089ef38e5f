"""Numbers without gaps: one counter per kind, unit and year, counted within the transaction.

The counter's row stays locked until commit, so that a rolled back number is given out again and
two people never get the same one. Counters are locked before chain heads.

What a record would get now can be foreseen without counting; it is given only when it is counted.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import Model, SortKey, db, link_to
from qms.core.text import fold


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


@dataclass(frozen=True)
class Series:
    """Numbers that are counted together, and how one of them is written."""

    kind: str
    district_id: int
    unit_id: int
    year: int
    write: Callable[[int], str]

    @property
    def key(self) -> tuple[str, int, int]:
        """Tells it from the other series of its district."""
        return self.kind, self.unit_id, self.year


Taken = Callable[[Collection[str]], Collection[str]]
"""Asks which of some numbers (folded) records bear already: given by hand, or by another unit."""


def next_free(series: Series, taken: Taken) -> str:
    """The next number of a series; those that are taken are passed over."""
    while True:
        counted = next_number(
            series.kind,
            district_id=series.district_id,
            unit_id=series.unit_id,
            year=series.year,
        )
        number = series.write(counted)
        if not taken({fold(number)}):
            return number


def foreseen(wanted: Sequence[Series], taken: Taken, *, alone: bool = False) -> list[str]:
    """The numbers that records of one district would get if they were made now, one after the
    other (or each `alone`, as if it were the only one). Nothing is counted, so whoever comes first
    gets them. Two queries, and one more as often as a number is found taken."""
    last, gone = _last_counted(wanted), set[str]()
    while True:
        found, counted, passed = [], dict(last), set(gone)
        for series in wanted:
            count = counted.get(series.key, 0) + 1
            while fold(number := series.write(count)) in passed:
                count += 1
            found.append(number)
            if not alone:
                counted[series.key] = count
                passed.add(fold(number))
        new = set(taken({fold(number) for number in found})) - gone
        if not new:
            return found
        gone |= new


def _last_counted(wanted: Sequence[Series]) -> dict[tuple[str, int, int], int]:
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Counter.kind, Counter.unit_id, Counter.year, Counter.last).where(
            Counter.district_id == wanted[0].district_id,
            Counter.kind.in_({one.kind for one in wanted}),
            Counter.unit_id.in_({one.unit_id for one in wanted}),
            Counter.year.in_({one.year for one in wanted}),
        )
    )
    return {(row.kind, row.unit_id, row.year): row.last for row in rows}
