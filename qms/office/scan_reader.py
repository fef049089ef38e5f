"""The pages of scans and photos, each with the QR codes on it. Reading happens in a process of its
own (`scan_pages`), bounded in memory and time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer

PROGRAM = Path(__file__).with_name("scan_pages.py")
KINDS = ("pdf", "jpg", "png", "webp")
"""What is read, as uploads name it."""
SECONDS = 300
"""That a file may take."""


@dataclass(frozen=True)
class ReadPage:
    """A page: its number from 1, the codes on it, the SHA-256 of what it looks like, and where it
    lies alone (None: the file has no other page)."""

    page: int
    codes: tuple[str, ...]
    fingerprint: str
    path: Path | None


class ScanTrouble(Exception):
    """Why a file could not be read, or not to its end: encrypted, broken, too_many_pages,
    too_many_pixels, too_slow."""


def read_pages(
    path: Path, kind: str, folder: Path, *, prefix: str, most: int, seconds: float = SECONDS
) -> Iterator[ReadPage]:
    """The pages of a file, at most so many, as they are read; those of a PDF are put into the
    folder one by one. Only codes that begin with the prefix are looked for. Raises ScanTrouble,
    after the pages that could be read."""
    reader = subprocess.Popen(
        [sys.executable, "-I", PROGRAM, path, kind, folder, prefix, str(most)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    over = Event()

    def end() -> None:
        over.set()
        reader.kill()

    clock = Timer(seconds, end)
    clock.start()
    trouble = None
    try:
        assert reader.stdout is not None
        for line in reader.stdout:
            told = json.loads(line)
            trouble = told.get("trouble")
            if trouble is None:
                file = folder / told["file"] if told["file"] else None
                yield ReadPage(told["page"], tuple(told["codes"]), told["fingerprint"], file)
        failed = reader.wait() != 0
    finally:
        clock.cancel()
        reader.kill()
        reader.wait()
        if reader.stdout is not None:
            reader.stdout.close()
    if over.is_set():
        raise ScanTrouble("too_slow")
    if trouble or failed:
        raise ScanTrouble(trouble or "broken")
