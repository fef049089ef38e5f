"""The format of a pack, for those who write it and those who check it.

The names of the manifest's fields are part of it and never translated. Whoever changes what they
mean raises FORMAT_VERSION.
"""

from dataclasses import dataclass

FORMAT = "qms-evidence-pack"
FORMAT_VERSION = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
README, SUMS = "README.txt", "SHA256SUMS.txt"
SIGNATURE_HEAD = "QMS evidence pack, signature of manifest.json"


@dataclass(frozen=True)
class Entry:
    """One file of a pack: path, size in bytes, hash."""

    path: str
    size: int
    sha256: str
