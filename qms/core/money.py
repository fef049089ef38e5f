"""Amounts of money: whole rupiah, as people write and read them."""

import re

from qms.core.dates import number

MOST_RUPIAH = 10**13
"""More than the budget of any district."""

WRITTEN = re.compile(
    r"(rp\.?\s*)?(\d+|\d{1,3}(?P<mark>[., ])\d{3}((?P=mark)\d{3})*)([.,]00)?", re.IGNORECASE
)


def rupiah(amount: int | None) -> str:
    """Rp1.500.000; nothing where no amount is known."""
    return "" if amount is None else f"Rp{number(amount)}"


def read_rupiah(text: str) -> int | None:
    """The amount in 1500000, 1.500.000, 1,500,000, Rp1.500.000 or Rp1.500.000,00; None in anything
    else."""
    if not WRITTEN.fullmatch(text.strip()):
        return None
    return int(re.sub(r"\D", "", re.sub(r"[.,]00$", "", text.strip())))
