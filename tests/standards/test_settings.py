"""Figures of the rules: the shipped default until a district sets its own, with its source."""

from datetime import date

import pytest

from qms.core.db import db
from qms.core.errors import Invalid, Refused
from qms.standards.settings import Figure, change_figure, figures_on, transition_figures
from tests.cast import Cast

MONTHS = Figure("tests.months", 36, "Months", "a rule book", False)


def test_the_default_holds_until_the_districts_own_day(cast: Cast) -> None:
    change_figure(
        MONTHS, 24, from_on=date(2026, 3, 1), source="Surat KAN 12/2026", by=cast.coordinator
    )
    db.session.commit()
    before = figures_on(cast.district.id, [MONTHS], date(2026, 2, 28))["tests.months"]
    after = figures_on(cast.district.id, [MONTHS], date(2026, 3, 1))["tests.months"]
    assert (before.value, before.is_own, before.verified) == (36, False, False)
    assert (after.value, after.is_own, after.source) == (24, True, "Surat KAN 12/2026")


def test_the_end_of_an_edition_may_be_set(cast: Cast) -> None:
    figure = next(one for one in transition_figures() if one.key.endswith("iso37001-2016"))
    assert (figure.default, figure.verified) == (date(2027, 2, 28), False)
    change_figure(
        figure, date(2027, 8, 31), from_on=date(2026, 1, 1), source="BSN", by=cast.coordinator
    )
    held = figures_on(cast.district.id, [figure], date(2026, 6, 1))[figure.key]
    assert (held.value, held.verified) == (date(2027, 8, 31), True)


def test_what_cannot_be(cast: Cast) -> None:
    day = date(2026, 1, 1)
    with pytest.raises(Refused):
        change_figure(MONTHS, 24, from_on=day, source="x", by=cast.officer)
    for value, source in ((0, "x"), (24, " "), (date(2026, 1, 1), "x")):
        with pytest.raises(Invalid):
            change_figure(MONTHS, value, from_on=day, source=source, by=cast.coordinator)
