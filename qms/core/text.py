"""Text as it is kept: NFC, without characters that XML (and so Word and Excel) forbids."""

import re
import unicodedata

# Control characters, lone surrogates and the two non-characters; tab, newline and return stay.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unprintable(ValueError):
    """A text holds a character that cannot be kept."""


def clean(text: str) -> str:
    """The text in NFC with \\n line ends. Raises Unprintable where a forbidden character stands."""
    if found := FORBIDDEN.search(text):
        raise Unprintable(f"forbidden character U+{ord(found.group()):04X}")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def fold(text: str) -> str:
    """The text for comparing without regard to case, the same on every database. Characters that
    no text of ours can hold are left out, so that whatever is searched for can be asked."""
    return unicodedata.normalize("NFC", FORBIDDEN.sub("", text)).casefold().strip()
