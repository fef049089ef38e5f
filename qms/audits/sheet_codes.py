"""What the QR of a printed sheet says: which installation, which edition, which sheet.

QMS1:<installation>:<edition>:<sheet>:<check>, in the letters that a QR holds most of. Nothing in
it tells anything to somebody who does not have this installation's records. The check value shows
that it was read right; it keeps no secret, because a made-up code leads only where its sender may
file notes anyway.
"""

import base64
import hashlib
import re
from binascii import Error
from dataclasses import dataclass
from uuid import UUID

PREFIX = "QMS1:"
CODE = re.compile(PREFIX + r"([0-9A-F]{8}):([A-Z2-7]{26}):([1-9][0-9]{0,3}):([A-Z2-7]{6})")


@dataclass(frozen=True)
class SheetCode:
    """A sheet as its QR names it. `installation`: the first eight hex digits of its key's id."""

    installation: str
    edition: UUID
    sheet: int

    @property
    def text(self) -> str:
        """What the QR says."""
        edition = base64.b32encode(self.edition.bytes).decode().rstrip("=")
        said = f"{PREFIX}{self.installation}:{edition}:{self.sheet}"
        return f"{said}:{_check(said)}"


def read_code(text: str) -> SheetCode | None:
    """The sheet that a QR names; None for one that is not ours or was read wrong."""
    found = CODE.fullmatch(text)
    if found is None or _check(text.rpartition(":")[0]) != found[4]:
        return None
    try:
        edition = UUID(bytes=base64.b32decode(f"{found[2]}======"))
    except (Error, ValueError):
        return None
    return SheetCode(found[1], edition, int(found[3]))


def installation_of(key_id: str) -> str:
    """How the codes name the installation whose signing key has this id."""
    return key_id[:8].upper()


def _check(said: str) -> str:
    return base64.b32encode(hashlib.sha256(said.encode()).digest())[:6].decode()
