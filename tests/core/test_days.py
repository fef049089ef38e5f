"""Days as people read them."""

from datetime import date

import pytest

from qms.core import dates
from qms.core.i18n import speaking


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (date(2026, 8, 28), "28 Agustus 2026"),
        (date(2026, 8, 30), "28–30 Agustus 2026"),
        (date(2026, 9, 2), "28 Agustus – 2 September 2026"),
        (date(2027, 8, 28), "28 Agustus 2026 – 28 Agustus 2027"),
    ],
)
def test_days_from_one_to_another(last: date, told: str) -> None:
    with speaking("id"):
        assert dates.long_days(date(2026, 8, 28), last) == told
