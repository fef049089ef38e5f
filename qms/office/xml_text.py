"""Text on its way into XML: the one place where characters that XML forbids are dropped."""

import unicodedata
from itertools import islice

from qms.core.text import FORBIDDEN

FIRST_LOOKED_AT = 200


def allowed(text: str) -> str:
    """The text without what XML 1.0 forbids; line ends become \\n, a tab stays."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """The text as it stands between tags."""
    return allowed(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """The text as it stands within double quotes."""
    return escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def is_right_to_left(text: str) -> bool:
    """Is the first letter with a direction one that is written from right to left?"""
    if text.isascii():
        return False
    for letter in islice(text, FIRST_LOOKED_AT):
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
