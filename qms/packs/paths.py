"""Paths within a pack: readable, short, and valid on Windows, Mac and Linux alike.

A path stays below 180 characters, so that it can be unpacked into a deep folder on Windows; no two
are alike but for their case; no part is longer than a Linux file system allows in bytes.
"""

import re
import unicodedata

LONGEST_PATH = 179
LONGEST_BYTES = 200
FOLDER_LENGTH = 48
FILE_LENGTH = 96
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def part(text: str, longest: int = FILE_LENGTH, otherwise: str = "x") -> str:
    """One part of a path: what a person wrote, without what some system cannot take."""
    text = unicodedata.normalize("NFC", text)
    text = FORBIDDEN.sub(" ", "".join(sign for sign in text if not is_unseen(sign)))
    text = shortened(" ".join(text.split()), longest).strip(" .")
    if not text:
        return otherwise
    return f"_{text}" if RESERVED.fullmatch(text) else text


def is_unseen(sign: str) -> bool:
    """Signs that show nothing or turn the text round (a name could pretend to be another)."""
    return unicodedata.category(sign) in ("Cf", "Cs", "Co", "Cn")


def shortened(text: str, longest: int) -> str:
    """At most so many UTF-16 units (what Windows counts) and bytes (what Linux counts), ending
    with a whole word if that does not cost too much."""
    kept = text.encode("utf-16-le")[: longest * 2].decode("utf-16-le", "ignore")
    kept = kept.encode()[:LONGEST_BYTES].decode("utf-8", "ignore")
    if kept == text:
        return kept
    words = kept.rpartition(" ")[0]
    return words if len(words) > len(kept) * 0.7 else kept


def file_name(stem: str, extension: str) -> str:
    """A file's name: its ending stays, however long the rest."""
    ending = f".{extension.lstrip('.')}" if extension else ""
    return part(stem, FILE_LENGTH - len(ending)) + ending


class Paths:
    """Gives out paths, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def give(self, *folders: str, stem: str, extension: str) -> str:
        """A path that is free: with (2), (3) ... behind the stem where need be."""
        number = 1
        while True:
            mark = f" ({number})" if number > 1 else ""
            name = file_name(part(stem, FILE_LENGTH - 14) + mark, extension)
            path = "/".join([*folders, name])
            if path.casefold() not in self.taken:
                break
            number += 1
        if len(path.encode("utf-16-le")) // 2 > LONGEST_PATH:
            raise ValueError(f"path too long: {path}")
        self.taken.add(path.casefold())
        return path
