"""What a person should be told about a certificate beside its state: figures that look odd."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from dateutil.relativedelta import relativedelta

from qms.certificates.settings import Cycle
from qms.certificates.state import STARTS, Event, Standing, in_order, usual_end
from qms.core.dates import long_day
from qms.core.i18n import gettext as _


def cautions(
    events: Iterable[Event], standing: Standing, cycle: Cycle, edition_id: int
) -> list[str]:
    """Sentences about a certificate with these events: an unknown or unusual last day, an edition
    that ends sooner, a renewal that came too late."""
    starts = [
        event for event in in_order(events) if event.kind in STARTS and event.on <= standing.day
    ]
    if not starts:
        return []
    found = [
        *_about_validity(starts, cycle),
        *_about_transition(standing, cycle, edition_id),
        *_about_late_renewals(starts, cycle),
    ]
    return [str(sentence) for sentence in found]


def _about_validity(starts: Sequence[Event], cycle: Cycle) -> Iterable[Any]:
    if starts[-1].valid_until is None:
        yield _(
            "The last day is not recorded; %(months)s months are assumed. Add it as soon as the "
            "certificate is at hand.",
            months=cycle.validity,
        )
    elif odd := unusual_validity(starts, cycle):
        yield odd


def _about_transition(standing: Standing, cycle: Cycle, edition_id: int) -> Iterable[Any]:
    end = cycle.end_of(edition_id)
    if end is None or standing.valid_until is None or standing.valid_until <= end.day:
        return
    if end.is_published:
        yield _(
            "It is valid until %(until)s by itself, but certificates to this edition end on "
            "%(end)s at the latest: plan the transition to the next edition.",
            until=long_day(standing.valid_until),
            end=long_day(end.day),
        )
    else:
        yield _(
            "Certificates to this edition probably end on %(end)s. That day is assumed and not "
            "published: ask the certification body about the transition.",
            end=long_day(end.day),
        )


def _about_late_renewals(starts: Sequence[Event], cycle: Cycle) -> Iterable[Any]:
    for before, after in pairwise(starts):
        ended = before.valid_until or usual_end(before.on, cycle)
        if after.on > ended + relativedelta(months=cycle.restore):
            yield _(
                "It was renewed on %(day)s, more than %(months)s months after it had ended: the "
                "rules ask for at least a stage 2 audit then.",
                day=long_day(after.on),
                months=cycle.restore,
            )


def unusual_validity(starts: Sequence[Event], cycle: Cycle) -> Any:
    """A sentence where the last validity is not the usual one, or None.

    A renewal before the end may count from the old end, so that is measured from there; a month
    more or less is nothing to speak of.
    """
    start = starts[-1]
    if start.valid_until is None:
        return None
    begins = [start.on]
    if len(starts) > 1:
        before = starts[-2]
        begins.append((before.valid_until or usual_end(before.on, cycle)) + timedelta(days=1))
    usual = [usual_end(begin, cycle) for begin in begins]
    if any(abs((start.valid_until - day).days) <= 31 for day in usual):
        return None
    span = relativedelta(start.valid_until + timedelta(days=1), start.on)
    return _(
        "It is said to be valid for %(found)s months; accredited certificates run for "
        "%(usual)s. Check the certificate itself.",
        found=span.years * 12 + span.months,
        usual=cycle.validity,
    )
