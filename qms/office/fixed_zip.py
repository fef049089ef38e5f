"""ZIP packages that are the same bytes for the same content: fixed times, fixed order."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Target = str | Path | BinaryIO
BATCH = 256_000  # characters gathered before they are compressed


def entry(name: str) -> ZipInfo:
    """An entry at the first moment that ZIP knows, as made on no particular system."""
    info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    info.create_system = 0
    return info


def write_part(package: ZipFile, name: str, content: str | bytes) -> None:
    package.writestr(entry(name), content)


def stream_part(package: ZipFile, name: str, pieces: Iterable[str]) -> None:
    """Write a long part while it is being made."""
    with package.open(entry(name), "w") as part:
        batch: list[str] = []
        gathered = 0
        for piece in pieces:
            batch.append(piece)
            gathered += len(piece)
            if gathered >= BATCH:
                part.write("".join(batch).encode())
                batch.clear()
                gathered = 0
        part.write("".join(batch).encode())


def new_package(target: Target) -> ZipFile:
    return ZipFile(target, "w", ZIP_DEFLATED, compresslevel=6)
