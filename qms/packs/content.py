"""Everything about one pack that is known before the first line of it is written."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.packs.about import About
from qms.packs.files import Plan, plan_files
from qms.packs.gaps import Gaps, find_gaps
from qms.packs.reading.asked import Asked
from qms.packs.reading.by_clause import ByClause
from qms.packs.reading.counts import Counts, count
from qms.packs.reading.reader import Reader
from qms.packs.reading.scopes import Applicable, ScopeLine, scopes


@dataclass(frozen=True)
class Content:
    """The reader, and what was counted and planned with it."""

    reader: Reader
    counts: Counts
    scopes: list[ScopeLine]
    applicable: Applicable
    asked: Asked
    plan: Plan
    gaps: Gaps

    @property
    def about(self) -> About:
        return self.reader.about

    def by_clause(self) -> ByClause:
        """The records clause by clause, for one walk through the clauses."""
        return ByClause(self.reader, self.counts)

    @property
    def unit_names(self) -> list[str]:
        """The chosen units."""
        return [self.reader.units.get(unit_id, "") for unit_id in self.about.unit_ids]

    @property
    def has_several_units(self) -> bool:
        """Whether lines must say which unit they are of."""
        return len(self.about.all_unit_ids) > 1

    @property
    def period(self) -> str:
        return _(
            "%(start)s to %(end)s",
            start=dates.long_day(self.about.from_on),
            end=dates.long_day(self.about.to_on),
        )

    @property
    def confidentiality(self) -> str:
        """Whether restricted records are included. It follows from rights alone, so that it does
        not tell whether there are any."""
        inside, everything = self.about.restricted_unit_ids, self.about.all_unit_ids
        if inside == everything:
            return _("Restricted records are included. Treat this pack as confidential.")
        if not inside:
            return _("Ordinary records only; restricted records are not part of this pack.")
        names = "; ".join(sorted(self.reader.units.get(unit_id, "") for unit_id in inside))
        return _("Restricted records are included for these units only: %(units)s.", units=names)


def gather(session: Session, about: About, store: Path) -> Content:
    """Count, plan, compare. `store` is the folder of contents by hash."""
    reader = Reader(session, about)
    counts, lines, asked = count(reader), scopes(reader), Asked(reader)
    applicable = Applicable(reader, lines)
    plan = plan_files(reader, store)
    gaps = find_gaps(reader, counts, asked, applicable, plan)
    return Content(reader, counts, lines, applicable, asked, plan, gaps)
