"""Checking a pack without a database and without an installation: only the file, and a key.

The archive may come from anybody, so it is read with limits and nothing of it is written anywhere.
A file under another name with the content of one that is gone counts as renamed.
"""

import hashlib
import json
import struct
import zlib
from collections import Counter
from dataclasses import asdict, dataclass, field
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from qms.core.i18n import gettext as _
from qms.core.signing import key_id_of, verifies
from qms.core.zip_package import is_unsafe
from qms.packs.format import FORMAT, FORMAT_VERSION, MANIFEST, SIGNATURE

BLOCK = 1 << 20
OTHER_KEY = "key"
"""The kind of fault that leaves the content whole: signed with a key that was not expected."""
LARGEST_MANIFEST = 200_000_000
LARGEST_SIGNATURE = 10_000
ZIP_BEGINS, ZIP_ENDS = b"PK\x03\x04", b"PK\x05\x06"
LOCAL = 30
"""Bytes that stand before a file's name; the last four say how long name and extra field are."""
SIZES_FOLLOW, DESCRIPTOR = 0x8, 24
"""The flag of a file whose size stands behind it, and the bytes that this takes at most."""
END, LONGEST_END = 22, 22 + 65_535
"""Bytes of the end of the list of files, without and with the longest comment."""
DAMAGED = (BadZipFile, LargeZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError,
           OSError, ValueError, OverflowError, struct.error)  # fmt: skip
"""What zipfile raises where an archive is not what it says."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `kind` is for programs, `text` for people."""

    kind: str
    path: str
    text: str


@dataclass
class Verdict:
    """What checking a pack found."""

    faults: list[Fault] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    """What the manifest says, without its list of files."""
    number: str = ""
    district: str = ""
    files: int = 0
    public_key: str = ""

    @property
    def is_whole(self) -> bool:
        """Everything is as it was signed, and by the key that was expected, if one was."""
        return not self.faults

    @property
    def is_as_signed(self) -> bool:
        """Everything is as it was signed, whoever did."""
        return all(fault.kind == OTHER_KEY for fault in self.faults)

    @property
    def key_id(self) -> str:
        return key_id_of(self.public_key) if self.public_key else ""

    def add(self, kind: str, path: str, text: str) -> None:
        self.faults.append(Fault(kind, path, printable(text)))

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.is_whole,
            "as_signed": self.is_as_signed,
            "faults": [asdict(fault) for fault in self.faults],
            "files": self.files,
            "key_id": self.key_id,
            "public_key": self.public_key,
            "pack": self.facts,
        }


def printable(text: str) -> str:
    """The text without signs that would do something to a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def verify_pack(path: Path, key: str | None = None, own_key: str | None = None) -> Verdict:
    """Check a pack. `key` is the public key (hex) that must have signed it, if it is known, and
    `own_key` that of the installation where this runs: what it expects of a pack of its own."""
    verdict = Verdict()
    try:
        with ZipFile(path) as archive:
            if is_cut(archive):
                raise BadZipFile
            check(archive, verdict)
            check_surplus(path, archive, verdict)
    except DAMAGED:
        verdict.add("damaged", path.name, what_it_is(path))
    check_key(verdict, key, own_key)
    return verdict


def is_cut(archive: ZipFile) -> bool:
    """Whether the list of files at the end is not this archive's. Where a ZIP is cut off within a
    Word or Excel file, which is a ZIP itself, that one's list is found instead."""
    return begins_at(archive) > 0 and MANIFEST not in archive.namelist()


def begins_at(archive: ZipFile) -> int:
    """The place of the first file in it."""
    return min((info.header_offset for info in archive.infolist()), default=0)


def check_surplus(path: Path, archive: ZipFile, verdict: Verdict) -> None:
    """Bytes that belong to no file of the archive: nobody signed them, no hash tells of them."""
    with path.open("rb") as file:
        before, between, after = begins_at(archive), hidden_between(archive, file), after_end(file)
    for number, text in (
        (before, _("%(n)s bytes were put before the beginning of the ZIP.", n=before)),
        (between, _("%(n)s bytes were put between the files of the ZIP.", n=between)),
        (after, _("%(n)s bytes were put after the end of the ZIP.", n=after)),
    ):
        if number:
            verdict.add("surplus", path.name, text)


def hidden_between(archive: ZipFile, file: BinaryIO) -> int:
    """How many bytes lie between the files, where nobody who opens the ZIP sees them."""
    entries = sorted(archive.infolist(), key=lambda info: info.header_offset)
    starts = [info.header_offset for info in entries[1:]] + [archive.start_dir]
    found = 0
    for info, following in zip(entries, starts, strict=True):
        file.seek(info.header_offset + LOCAL - 4)
        name, extra = struct.unpack("<HH", file.read(4))
        gap = following - (info.header_offset + LOCAL + name + extra + info.compress_size)
        if gap > (DESCRIPTOR if info.flag_bits & SIZES_FOLLOW else 0):
            found += gap
    return found


def after_end(file: BinaryIO) -> int:
    """How many bytes follow the end of the list of files, a comment on the whole ZIP included."""
    size = file.seek(0, SEEK_END)
    start = file.seek(max(0, size - LONGEST_END))
    return size - (start + file.read().rfind(ZIP_ENDS) + END)


def what_it_is(path: Path) -> str:
    """What to say of a file that cannot be read as a ZIP."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(ZIP_BEGINS))
    except OSError:
        begins = b""
    if begins == ZIP_BEGINS:
        return _("The ZIP file is damaged or incomplete: copy or download it once more.")
    return _("This is no ZIP file, or it is damaged.")


def check(archive: ZipFile, verdict: Verdict) -> None:
    entries = [info for info in archive.infolist() if not info.is_dir()]
    check_names(entries, verdict)
    names = {info.filename for info in entries}
    for needed in (MANIFEST, SIGNATURE):
        if needed not in names:
            text = _("%(name)s is missing: this is no pack, or it was taken out.", name=needed)
            verdict.add("missing", needed, text)
    if MANIFEST not in names:
        return
    manifest = read_small(archive, MANIFEST, LARGEST_MANIFEST, verdict)
    if manifest is None:
        return
    if SIGNATURE in names:
        check_signature(archive, manifest, verdict)
    listed = read_manifest(manifest, verdict)
    if listed is not None:
        check_files(archive, entries, listed, verdict)


def check_names(entries: list[ZipInfo], verdict: Verdict) -> None:
    """Names that would leave their folder, and names that are there twice."""
    for info in entries:
        if is_unsafe(info.filename):
            text = _(
                "The name “%(name)s” would be unpacked outside of its folder.", name=info.filename
            )
            verdict.add("unsafe", info.filename, text)
    twice = Counter(info.filename.casefold() for info in entries)
    for name, times in sorted(twice.items()):
        if times > 1:
            verdict.add("doubled", name, _("“%(name)s” is in the ZIP more than once.", name=name))


def read_small(archive: ZipFile, name: str, limit: int, verdict: Verdict) -> bytes | None:
    """A part that is read whole, or None where it cannot be."""
    try:
        with archive.open(name) as part:
            content = part.read(limit + 1)
    except DAMAGED:
        content = b""
    if not content or len(content) > limit:
        verdict.add("damaged", name, _("%(name)s cannot be read.", name=name))
        return None
    return content


def check_signature(archive: ZipFile, manifest: bytes, verdict: Verdict) -> None:
    """Whether the manifest is what somebody signed."""
    content = read_small(archive, SIGNATURE, LARGEST_SIGNATURE, verdict)
    if content is None:
        return
    said = (line.partition(":") for line in content.decode("utf-8", "replace").splitlines())
    lines = {name.strip(): value.strip() for name, _colon, value in said}
    public_key = lines.get("public-key", "").lower()
    if not verifies(public_key, manifest, lines.get("signature", "")):
        verdict.add(
            "signature",
            MANIFEST,
            _(
                "manifest.json does not match its signature: it was changed after it was signed, "
                "or manifest.sig was. The hashes in it prove nothing."
            ),
        )
        return
    verdict.public_key = public_key
    if lines.get("key-id", "") != verdict.key_id:
        text = _("The key id in manifest.sig is not that of its key: manifest.sig was changed.")
        verdict.add("signature", SIGNATURE, text)


def check_key(verdict: Verdict, key: str | None, own_key: str | None) -> None:
    """Whether it was the right somebody. Told after what was changed, which weighs more."""
    signed_by, expected = verdict.public_key, (key or own_key or "").strip().lower()
    if not signed_by or not expected or signed_by == expected:
        return
    if key:
        text = _(
            "The pack is signed with the key %(key)s, not with the one after --key: somebody else "
            "made it, or made it again after a change.",
            key=signed_by,
        )
    else:
        text = _(
            "The pack is signed with the key %(key)s, which is not that of this installation. If "
            "it is the key that the agency has published, check once more with --key %(key)s; if "
            "it is not, somebody else made the pack.",
            key=signed_by,
        )
    verdict.add(OTHER_KEY, SIGNATURE, text)


def read_manifest(manifest: bytes, verdict: Verdict) -> dict[str, tuple[int, str]] | None:
    """Size and hash by path, or None where the manifest is not one that we know."""
    try:
        stated = json.loads(manifest)
        is_ours, version = stated["format"] == FORMAT, int(stated["format_version"])
        problem = "" if is_ours else _("manifest.json is not that of an evidence pack.")
        if is_ours and version > FORMAT_VERSION:
            problem = _("This pack was made by a newer QMS. Check it with that version.")
        if not problem:
            return read_stated(stated, verdict)
    except (ValueError, KeyError, TypeError, RecursionError):
        problem = _("manifest.json cannot be read.")
    verdict.add("manifest", MANIFEST, problem)
    return None


def read_stated(stated: dict[str, Any], verdict: Verdict) -> dict[str, tuple[int, str]]:
    """What a manifest says. Raises KeyError, ValueError or TypeError where it is none."""
    files = {
        named(one["path"]): (int(one["size"]), named(one["sha256"])) for one in stated["files"]
    }
    verdict.number = printable(named(stated["number"]))
    verdict.district = printable(named(stated["district"]["name"]))
    verdict.facts = {name: value for name, value in stated.items() if name != "files"}
    verdict.files = len(files)
    return files


def named(value: Any) -> str:
    """A value that must be a text. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError
    return value


def check_files(
    archive: ZipFile,
    entries: list[ZipInfo],
    listed: dict[str, tuple[int, str]],
    verdict: Verdict,
) -> None:
    """Compare what is there with what the manifest names."""
    there = {info.filename: info for info in entries if info.filename not in (MANIFEST, SIGNATURE)}
    for path in sorted(set(listed) & set(there)):
        check_content(archive, there[path], *listed[path], verdict)
    gone = sorted(set(listed) - set(there))
    by_hash = {listed[path][1]: path for path in reversed(gone)}
    for path in sorted(set(there) - set(listed)):
        found = hash_within(archive, there[path], there[path].file_size)
        before = by_hash.pop(found, None) if found else None
        if before is None:
            text = _("“%(path)s” was added: the manifest does not name it.", path=path)
            verdict.add("added", path, text)
            continue
        gone.remove(before)
        text = _("“%(before)s” was renamed to “%(path)s”.", before=before, path=path)
        verdict.add("renamed", path, text)
    for path in gone:
        verdict.add("removed", path, _("“%(path)s” was removed.", path=path))


def check_content(
    archive: ZipFile, info: ZipInfo, size: int, sha256: str, verdict: Verdict
) -> None:
    if info.file_size == size and hash_within(archive, info, size) == sha256:
        return
    text = _("“%(path)s” was changed: its content is not what was signed.", path=info.filename)
    verdict.add("changed", info.filename, text)


def hash_within(archive: ZipFile, info: ZipInfo, size: int) -> str | None:
    """The hash of an entry that has this size; None if it is damaged or longer."""
    hashed, read = hashlib.sha256(), 0
    try:
        with archive.open(info) as part:
            while block := part.read(BLOCK):
                read += len(block)
                if read > size:
                    return None
                hashed.update(block)
    except DAMAGED:
        return None
    return hashed.hexdigest() if read == size else None
