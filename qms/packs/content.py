"""Everything about one pack that is known before the first line of it is written."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.office.blocks import Link
from qms.packs.about import About
from qms.packs.files import Plan, plan_files
from qms.packs.gaps import Gaps, find_gaps
from qms.packs.models import Chapter
from qms.packs.reading.asked import Asked
from qms.packs.reading.audits import Coverage, coverage
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
    audited: Coverage
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
    def names_units_of_evidence(self) -> bool:
        """Whether evidence must say which unit filed it."""
        return self.has_several_units or bool(self.reader.others)

    @property
    def chapters_left_out(self) -> str:
        """The chapters that report and workbook lack because nobody chose them; empty if none."""
        return ", ".join(str(one.label) for one in Chapter if one not in self.about.chapters)

    def link(self, text: str, chapter: Chapter, bookmark: str) -> Link | str:
        """A text that leads into a chapter of the report, if it has that chapter."""
        return Link(text, f"#{bookmark}") if chapter in self.about.chapters else text

    @property
    def period(self) -> str:
        return _(
            "%(start)s to %(end)s",
            start=dates.long_day(self.about.from_on),
            end=dates.long_day(self.about.to_on),
        )

    @property
    def confidentiality(self) -> str:
        """How many restricted records are in the pack, or were left out. Those that the person may
        not see do not exist here either."""
        number = sum(self.reader.restricted.values())
        if not number:
            return _("Ordinary records only.")
        if self.about.leaves_out_restricted:
            return ngettext(
                "%(num)s restricted record is not in this pack.",
                "%(num)s restricted records are not in this pack.",
                number,
            )
        return ngettext(
            "%(num)s restricted record is in this pack. Treat it as confidential.",
            "%(num)s restricted records are in this pack. Treat it as confidential.",
            number,
        )

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """Kinds of restricted records that were left out, with their numbers."""
        if not self.about.leaves_out_restricted:
            return []
        labels = {
            "document": _("Documents"),
            "evidence": _("Evidence"),
            "audit": _("Audits"),
            "finding": _("Findings"),
            "action": _("Actions"),
        }
        return [(labels[kind], number) for kind, number in self.reader.restricted.items()]

    @property
    def why_left_out(self) -> str:
        return _(
            "Restricted records are for those who need to know. %(person)s, who made this pack, "
            "may see these and left them out. What is named as missing here may be among them.",
            person=self.about.person_name,
        )


def gather(session: Session, about: About, store: Path) -> Content:
    """Count, plan, compare. `store` is the folder of contents by hash."""
    reader = Reader(session, about)
    counts, lines, asked = count(reader), scopes(reader), Asked(reader)
    applicable = Applicable(reader, lines)
    plan = plan_files(reader, store)
    gaps = find_gaps(reader, counts, asked, applicable, plan)
    return Content(reader, counts, lines, applicable, asked, coverage(reader), plan, gaps)
