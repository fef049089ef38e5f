"""Whatever is done to a pack is found and named, without a database."""

import hashlib
import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest

from qms.core.signing import SigningKey
from qms.packs.format import MANIFEST, SIGNATURE, Entry
from qms.packs.manifest import manifest_text, signature_text, sums_text
from qms.packs.verifying import verify_pack

Parts = dict[str, bytes]


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.of(tmp_path / "ours")


@pytest.fixture
def parts(key: SigningKey) -> Parts:
    """A small pack, as its parts."""
    parts = {
        "README.txt": b"Baca saya",
        "Laporan.docx": b"laporan" * 500,
        "evidence/4.3 Lingkup/001 SK.pdf": b"%PDF surat keputusan",
        "evidence/9.2 Audit/001 Notulen السلام.txt": b"hasil audit",
        "evidence/9.2 Audit/002 Kosong.txt": b"",
    }
    parts["SHA256SUMS.txt"] = sums_text(entries(parts))
    signed(parts, key)
    return parts


def entries(parts: Parts) -> list[Entry]:
    return [
        Entry(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in parts.items()
        if name not in (MANIFEST, SIGNATURE)
    ]


def signed(parts: Parts, key: SigningKey) -> None:
    facts = {
        "format": "qms-evidence-pack",
        "format_version": 1,
        "number": "PB-1",
        "district": {"name": "Kabupaten Uji"},
    }
    parts[MANIFEST] = manifest_text(facts, entries(parts))
    parts[SIGNATURE] = signature_text(parts[MANIFEST], key)


def written(tmp_path: Path, parts: Parts) -> Path:
    path = tmp_path / "pack.zip"
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), content)
    return path


Found = Callable[[Parts], list[tuple[str, str]]]


@pytest.fixture
def found(tmp_path: Path, key: SigningKey) -> Found:
    """(kind, path) of what is wrong with these parts."""

    def check(parts: Parts) -> list[tuple[str, str]]:
        verdict = verify_pack(written(tmp_path, parts), key.public_hex)
        for fault in verdict.faults:
            assert fault.path in fault.text or fault.kind in ("signature", "key", "manifest",
                                                              "damaged", "doubled")  # fmt: skip
        assert verdict.is_whole == (not verdict.faults)
        return [(fault.kind, fault.path) for fault in verdict.faults]

    return check


def test_an_untouched_pack_is_whole(parts: Parts, found: Found, tmp_path: Path) -> None:
    assert found(parts) == []
    verdict = verify_pack(written(tmp_path, parts))
    assert verdict.files == 6 and verdict.facts["number"] == "PB-1"
    assert json.loads(json.dumps(verdict.as_json()))["ok"] is True


def test_a_changed_byte_is_found_in_every_file(parts: Parts, found: Found) -> None:
    for name in [name for name in parts if name not in (MANIFEST, SIGNATURE)]:
        content = parts[name]
        changed = b"x" if not content else bytes([content[0] ^ 1]) + content[1:]
        assert found({**parts, name: changed}) == [("changed", name)]


def test_an_added_file_is_named(parts: Parts, found: Found) -> None:
    extra = "evidence/9.2 Audit/003 Selundupan.pdf"
    assert found({**parts, extra: b"baru"}) == [("added", extra)]


def test_a_removed_file_is_named(parts: Parts, found: Found) -> None:
    gone = "evidence/4.3 Lingkup/001 SK.pdf"
    assert found({name: one for name, one in parts.items() if name != gone}) == [("removed", gone)]


def test_a_renamed_file_is_named_with_both_names(
    parts: Parts, found: Found, tmp_path: Path
) -> None:
    old, new = "evidence/4.3 Lingkup/001 SK.pdf", "evidence/4.3 Lingkup/001 SK lama.pdf"
    renamed = {new if name == old else name: one for name, one in parts.items()}
    assert found(renamed) == [("renamed", new)]
    text = verify_pack(written(tmp_path, renamed)).faults[0].text
    assert old in text and new in text


def test_a_name_in_other_letters_is_renamed(parts: Parts, found: Found) -> None:
    renamed = {name.replace("SK", "sk"): one for name, one in parts.items()}
    assert found(renamed) == [("renamed", "evidence/4.3 Lingkup/001 sk.pdf")]


def test_two_files_that_changed_places_are_both_changed(parts: Parts, found: Found) -> None:
    one, two = "evidence/4.3 Lingkup/001 SK.pdf", "README.txt"
    swapped = {**parts, one: parts[two], two: parts[one]}
    assert found(swapped) == [("changed", two), ("changed", one)]


def test_a_re_hashed_manifest_is_found(parts: Parts, found: Found) -> None:
    """Somebody changes a file, and its hash in the manifest, but cannot sign."""
    name = "evidence/4.3 Lingkup/001 SK.pdf"
    old = hashlib.sha256(parts[name]).hexdigest()
    changed = {**parts, name: b"%PDF surat keputusaN"}
    new = hashlib.sha256(changed[name]).hexdigest()
    changed[MANIFEST] = parts[MANIFEST].replace(old.encode(), new.encode())
    assert found(changed) == [("signature", MANIFEST)]


def test_a_manifest_signed_with_another_key_is_found(
    parts: Parts, found: Found, tmp_path: Path
) -> None:
    other = SigningKey.of(tmp_path / "theirs")
    changed = {**parts, "README.txt": b"lain"}
    signed(changed, other)
    assert found(changed) == [("key", SIGNATURE)]
    path = written(tmp_path, changed)
    assert verify_pack(path).is_whole  # nobody can tell without knowing the key
    verdict = verify_pack(path, "00" * 32)
    assert other.public_hex in verdict.faults[0].text and verdict.is_as_signed
    assert verify_pack(path, own_key="00" * 32).is_as_signed


@pytest.mark.parametrize("part", [MANIFEST, SIGNATURE])
def test_a_missing_manifest_or_signature_is_named(parts: Parts, found: Found, part: str) -> None:
    assert found({name: one for name, one in parts.items() if name != part}) == [("missing", part)]


@pytest.mark.parametrize(
    "manifest",
    [
        b"{",
        b"[]",
        b'{"format": "x"}',
        b'{"format": "qms-evidence-pack", "format_version": 1, "files": [{"path": 1}]}',
        b'{"format": "other", "format_version": 1, "files": []}',
        b'{"format": "qms-evidence-pack", "format_version": 2, "files": []}',
        b'{"format": "qms-evidence-pack", "format_version": 1, "number": "", "files": []}',
        b'{"format": "qms-evidence-pack", "format_version": 1, "number": "", "district": "Uji",'
        b' "files": []}',
        b'{"format": "qms-evidence-pack", "format_version": 1, "number": "", "district": {"name":'
        b' "Uji"}, "files": [{"path": 1, "size": 1, "sha256": ""}]}',
        b"[" * 200_000,
    ],
)
def test_a_manifest_that_is_none_is_refused(
    parts: Parts, found: Found, key: SigningKey, manifest: bytes
) -> None:
    changed = {**parts, MANIFEST: manifest, SIGNATURE: signature_text(manifest, key)}
    assert found(changed) == [("manifest", MANIFEST)]


@pytest.mark.parametrize(
    "signature", [b"", b"\xff\xfe", b"public-key: zz\nsignature: 1\n", b"public-key:\nsignature:\n"]
)
def test_a_signature_that_is_none_is_found(parts: Parts, found: Found, signature: bytes) -> None:
    kinds = [kind for kind, _ in found({**parts, SIGNATURE: signature})]
    assert kinds in (["signature"], ["damaged"])


def test_names_that_leave_the_folder_or_come_twice_are_found(
    parts: Parts, found: Found, tmp_path: Path, key: SigningKey
) -> None:
    kinds = [kind for kind, _ in found({**parts, "../../etc/passwd": b"x"})]
    assert kinds == ["unsafe", "added"]
    path = written(tmp_path, parts)
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(path, "a") as archive:
        archive.writestr(ZipInfo("README.txt"), b"lain")
    assert "doubled" in {fault.kind for fault in verify_pack(path, key.public_hex).faults}


def test_names_cannot_write_to_the_terminal(parts: Parts, tmp_path: Path, key: SigningKey) -> None:
    """A name may hold signs that would clear the screen and write a verdict of its own."""
    path = written(tmp_path, {**parts, "evidence/\x1b[2Jutuh.txt": b"x"})
    fault = verify_pack(path, key.public_hex).faults[0]
    assert fault.kind == "added" and "utuh.txt" in fault.text and "\x1b" not in fault.text


def test_repacking_the_same_files_is_no_fault(
    parts: Parts, tmp_path: Path, key: SigningKey
) -> None:
    """Somebody unpacks the pack, looks at it, and zips the folder again."""
    path = tmp_path / "again.zip"
    with ZipFile(path, "w", ZIP_STORED) as archive:
        archive.mkdir("evidence")
        for name in reversed(list(parts)):
            archive.writestr(name, parts[name])
    assert verify_pack(path, key.public_hex).is_whole


def test_bytes_that_belong_to_no_file_are_named(
    parts: Parts, tmp_path: Path, key: SigningKey
) -> None:
    """Before the beginning, between two files, after the end, in a comment on the whole."""
    path = written(tmp_path, parts)
    whole, hidden = path.read_bytes(), b"Bukan bagian dari paket."
    with ZipFile(path) as archive:
        second, directory = archive.infolist()[1].header_offset, archive.start_dir

    def said(content: bytes) -> list[tuple[str, str]]:
        path.write_bytes(content)
        return [(one.kind, one.text) for one in verify_pack(path, key.public_hex).faults]

    assert said(whole) == []
    before, between, after = (
        ("surplus", f"{len(hidden)} bytes were put {where} of the ZIP.")
        for where in ("before the beginning", "between the files", "after the end")
    )
    assert said(hidden + whole) == [before]
    assert said(whole + whole) == [(before[0], before[1].replace("24", str(len(whole))))]
    assert said(whole + hidden) == [after]
    assert said(hidden + whole + hidden) == [before, after]
    path.write_bytes(whole)
    with ZipFile(path, "a") as archive:
        archive.comment = hidden
    assert said(path.read_bytes()) == [after]
    assert said(moved(whole, second, directory, hidden)) == [between]


def moved(whole: bytes, second: int, directory: int, hidden: bytes) -> bytes:
    """The archive with bytes hidden before its second file, and all places told anew."""
    head, files, rest = whole[:second], whole[second:directory], bytearray(whole[directory:])
    at = 0
    while (at := rest.find(b"PK\x01\x02", at)) >= 0:
        (place,) = struct.unpack_from("<L", rest, at + 42)
        if place:
            struct.pack_into("<L", rest, at + 42, place + len(hidden))
        at += 4
    struct.pack_into("<L", rest, rest.rfind(b"PK\x05\x06") + 16, directory + len(hidden))
    return head + hidden + files + bytes(rest)


def test_what_is_no_zip_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    for content in (b"", b"PK", b"Bukan ZIP" * 100):
        path.write_bytes(content)
        assert [fault.kind for fault in verify_pack(path).faults] == ["damaged"]


def test_a_pack_that_is_cut_off_is_said_to_be_incomplete(
    parts: Parts, tmp_path: Path, key: SigningKey
) -> None:
    """Also where it ends within a Word file, whose own list of files is found then."""
    inner = tmp_path / "inner.zip"
    with ZipFile(inner, "w") as archive:
        archive.writestr("word/document.xml", b"isi")
    parts = {**parts, "Laporan.docx": inner.read_bytes()}
    signed(parts, key)
    path = written(tmp_path, parts)
    whole = path.read_bytes()
    within = whole.index(inner.read_bytes()) + len(inner.read_bytes())
    for length in (within, within + 5, len(whole) - 1, len(whole) // 2):
        path.write_bytes(whole[:length])
        faults = verify_pack(path, key.public_hex).faults
        assert [fault.kind for fault in faults] == ["damaged"]
        assert "incomplete" in faults[0].text


def test_no_flipped_byte_gets_through_to_the_content(
    parts: Parts, tmp_path: Path, key: SigningKey
) -> None:
    """Any byte of the archive: it is a fault, or every file still has its signed content."""
    path = written(tmp_path, parts)
    whole = path.read_bytes()
    picked = random.Random(1).sample(range(len(whole)), 600)
    for place in picked:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        if verify_pack(path, key.public_hex).is_whole:
            with ZipFile(path) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == parts


def test_a_bomb_is_not_unpacked_further_than_it_was_said_to_be(
    parts: Parts, tmp_path: Path, key: SigningKey
) -> None:
    """An added entry that says it is small is read no further than that."""
    path = written(tmp_path, parts)
    with ZipFile(path, "a", 8) as archive:
        archive.writestr("bomb.txt", b"\0" * 50_000_000)
    faults = verify_pack(path, key.public_hex).faults
    assert [(fault.kind, fault.path) for fault in faults] == [("added", "bomb.txt")]
