"""The sample of a line: of how many, how many, and which."""

from dataclasses import astuple, dataclass, fields
from typing import Self

from qms.audits.models import AuditLine, AuditLineSample
from qms.core.db import touch
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l

LARGEST = 1_000_000_000


@dataclass(frozen=True)
class Sample:
    """What was sampled; nothing said: no sample."""

    drawn_from: str | None = None
    population: int | None = None
    size: int | None = None
    items: str | None = None

    @classmethod
    def of(cls, line: AuditLine) -> Self:
        """The sample of a line; an empty one where nothing was sampled."""
        kept = line.sample
        if kept is None:
            return cls()
        return cls(kept.drawn_from, kept.population, kept.size, kept.items)

    @property
    def is_empty(self) -> bool:
        return all(one is None or one == "" for one in astuple(self))


SAMPLE = tuple(one.name for one in fields(Sample))
"""What is said of a sample."""


def put_sample(line: AuditLine, sample: Sample) -> None:
    """Keep what was sampled at a line, or that nothing was; it was judged before."""
    if sample == Sample.of(line):
        return
    touch(line)
    if sample.is_empty:
        line.sample = None
        return
    kept = line.sample
    if kept is None:
        kept = line.sample = AuditLineSample(district_id=line.district_id)
    kept.drawn_from, kept.population = sample.drawn_from or None, sample.population
    kept.size, kept.items = sample.size, sample.items or None


def judge_sample(sample: Sample) -> None:
    """Raises Invalid where the numbers cannot be."""
    for name in ("population", "size"):
        number = getattr(sample, name)
        if number is not None and not 0 <= number <= LARGEST:
            message = _l("Write a number of things, such as 40.")
            raise Invalid(message, **{name: message})
    if sample.population is not None and (sample.size or 0) > sample.population:
        message = _l("More was looked at than there is. Correct one of the two numbers.")
        raise Invalid(message, size=message)
