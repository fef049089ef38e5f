"""Paths within a pack: readable, short, and valid on Windows, Mac and Linux alike.

A path stays below 180 characters, so that it can be unpacked into a deep folder on Windows; no two
are alike but for their case; no part is longer than a Linux file system allows in bytes. What has
to be cut ends with a whole word that does not ask for another.
"""

import re
import unicodedata

LONGEST_PATH = 179
LONGEST_BYTES = 200
TOP_LENGTH = 16
"""Of the folder of an edition."""
FOLDER_LENGTH = 68
"""Of the folder of a clause: nearly every title fits, and a file below has some 80 left."""
FILE_LENGTH = 110
EXTENSION = len(".docx")
"""Room for any extension that we take, so that a .pdf is cut where its .docx is."""
MARK_LENGTH = 6
"""Room for " (2)" behind a name that is taken."""
JOINING = re.compile(r"(?<=\S)[/\\:](?=\S)")
PAUSING = re.compile(r"(?<=\S):(?=\s)")
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
DANGLING = {
    "dan", "atau", "yang", "untuk", "dari", "di", "ke", "pada", "dengan", "oleh", "serta",
    "tentang", "dalam", "terhadap", "bagi", "sebagai",
    "and", "or", "of", "the", "its", "their", "to", "for", "with", "in", "on", "by", "a", "an",
    "at", "from", "about", "as",
}  # fmt: skip
"""Words after which a reader waits for the next."""


def part(text: str, longest: int = FILE_LENGTH, otherwise: str = "x") -> str:
    """One part of a path: what a person wrote, without what some system cannot take."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(sign for sign in text if not is_unseen(sign))
    text = PAUSING.sub(" -", JOINING.sub("-", text))
    text = shortened(" ".join(FORBIDDEN.sub(" ", text).split()), longest).strip(" .")
    if not text:
        return otherwise
    return f"_{text}" if RESERVED.fullmatch(text) else text


def is_unseen(sign: str) -> bool:
    """Signs that show nothing or turn the text round (a name could pretend to be another)."""
    return unicodedata.category(sign) in ("Cf", "Cs", "Co", "Cn")


def shortened(text: str, longest: int) -> str:
    """At most so many UTF-16 units (what Windows counts) and bytes (what Linux counts), ending
    with a word that can be the last, if that does not cost too much."""
    kept = text.encode("utf-16-le")[: longest * 2].decode("utf-16-le", "ignore")
    kept = kept.encode()[:LONGEST_BYTES].decode("utf-8", "ignore")
    if kept == text:
        return kept
    words = without_dangling(kept if text[len(kept)] == " " else kept.rpartition(" ")[0])
    return words if len(words) > len(kept) * 0.6 else kept


def without_dangling(text: str) -> str:
    """The text without last words that ask for another, and the signs before those."""
    while text := text.rstrip(" ,;:-–("):
        before, _blank, last = text.rpartition(" ")
        if last.casefold() not in DANGLING:
            break
        text = before
    return text


def length(text: str) -> int:
    """As Windows counts it."""
    return len(text.encode("utf-16-le")) // 2


class Paths:
    """Gives out paths, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def give(
        self, *folders: str, stem: str, extension: str, ending: str = "", longest: str = ""
    ) -> str:
        """A path that is free: with (2), (3) ... behind the name where need be.

        The stem is cut where there is no room, the ending never. Files whose stems shall be cut
        alike give the longest of their endings too.
        """
        dotted = f".{extension.lstrip('.')}" if extension else ""
        room = min(FILE_LENGTH, LONGEST_PATH - length("/".join(folders)) - 1)
        room -= max(length(ending), length(longest)) + max(len(dotted), EXTENSION) + MARK_LENGTH
        start = part(stem, room)
        number = 1
        while True:
            mark = f" ({number})" if number > 1 else ""
            path = "/".join([*folders, f"{start}{ending}{mark}{dotted}"])
            if path.casefold() not in self.taken:
                break
            number += 1
        if length(path) > LONGEST_PATH:
            raise ValueError(f"path too long: {path}")
        self.taken.add(path.casefold())
        return path
