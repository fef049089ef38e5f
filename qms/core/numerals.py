"""Whole numbers in Indonesian words, as minutes and decrees write days and years."""

UNITS = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)


def in_words(number: int) -> str:
    """dua ribu dua puluh enam, of 0 to 9999. Raises ValueError for others."""
    if not 0 <= number <= 9999:
        raise ValueError(number)
    if number < len(UNITS):
        return UNITS[number]
    if number < 20:
        return f"{UNITS[number - 10]} belas"
    for size, name, one in ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "")):
        count, rest = divmod(number, size)
        if count:
            head = one if count == 1 else f"{in_words(count)} {name}"
            return f"{head} {in_words(rest)}" if rest else head
    raise AssertionError(number)
