"""Paths that every system takes, whatever people call their files."""

import re
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.packs import paths
from qms.packs.paths import Paths, part

NAMES = st.text(max_size=300) | st.sampled_from(
    [
        "CON",
        "nul.txt",
        "com1",
        "a/b\\c",
        "akhir. ",
        "...",
        "\u202egnp.exe",
        "👩🏽‍💼" * 60,
        "é" * 300,
        "السلام " * 50,
        "a\x00b",
        "LPT9.docx",
    ]
)


@given(NAMES, st.integers(1, 96))
def test_a_part_is_valid_everywhere(name: str, longest: int) -> None:
    found = part(name, longest)
    assert found and found == found.strip(" .")
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', found)
    assert len(found.encode()) <= 255
    assert len(found.encode("utf-16-le")) // 2 <= longest + 1
    assert not PureWindowsPath(found).is_reserved()
    assert part(found, longest + 1) == found


@given(st.lists(NAMES, max_size=20))
def test_paths_are_short_and_each_is_given_once(names: list[str]) -> None:
    given_out = Paths()
    found = [
        given_out.give(
            "Documents", part(name, paths.TOP_LENGTH), part(name, paths.FOLDER_LENGTH),
            stem=name, extension="docx",
        )
        for name in names
    ]  # fmt: skip
    assert len({path.casefold() for path in found}) == len(found)
    for path in found:
        assert len(path.encode("utf-16-le")) // 2 < 180 and path.endswith(".docx")


def test_names_alike_but_for_their_case_are_numbered() -> None:
    given_out = Paths()
    assert given_out.give("e", stem="Notulen", extension="pdf") == "e/Notulen.pdf"
    assert given_out.give("e", stem="NOTULEN", extension="pdf") == "e/NOTULEN (2).pdf"
    assert given_out.give("e", stem="notulen", extension="pdf") == "e/notulen (3).pdf"


@pytest.mark.parametrize(
    ("text", "longest", "read"),
    [
        ("Pemantauan, pengukuran, analisis dan evaluasi", 40, "Pemantauan, pengukuran, analisis"),
        ("8.7 Hadiah, kemurahan hati, donasi dan keuntungan serupa", 48,
         "8.7 Hadiah, kemurahan hati, donasi"),
        ("4.1 Understanding the organization and its context", 45,
         "4.1 Understanding the organization"),
        ("Peraturan tentang tata cara dan, untuk itu, pengawasan", 45,
         "Peraturan tentang tata cara dan, untuk itu"),
        ("700/KB-002/INSP", 96, "700-KB-002-INSP"),
        ("ISO 9001:2015", 96, "ISO 9001-2015"),
        ("Bukti: Menambahkan uji kelayakan", 96, "Bukti - Menambahkan uji kelayakan"),
        ("Apa? \"Ya\" | tidak", 96, "Apa Ya tidak"),
        ("untuk dan atas nama", 20, "untuk dan atas nama"),
        ("Penanggungjawabanpenyelenggaraan", 20, "Penanggungjawabanpen"),
    ],
)  # fmt: skip
def test_parts_read_well_cut_or_not(text: str, longest: int, read: str) -> None:
    assert part(text, longest) == read


def test_the_ending_of_a_name_stays_and_its_beginning_is_cut() -> None:
    stem = "Laporan hasil tinjauan manajemen semester pertama " * 3
    path = Paths().give("e", stem=stem, ending=" rev 01 (signed)", extension="pdf")
    assert path.endswith("hasil tinjauan manajemen rev 01 (signed).pdf") and len(path) <= 112


def test_files_of_one_thing_are_cut_alike_and_stand_together() -> None:
    """Whatever their endings: the longest decides for all."""
    given_out, folders = Paths(), ("Documents", "ISO 37001-2016", "5.1.2 Top management")
    stem = "700/PM-001/INSP Pedoman Sistem Manajemen Mutu dan Anti Penyuapan Inspektorat " * 2
    endings = [" rev 01 (signed)", " rev 01 (editable source)"]
    found = [
        given_out.give(*folders, stem=stem, ending=ending, extension="docx", longest=endings[1])
        for ending in endings
    ]
    assert len({path.partition(" rev ")[0] for path in found}) == 1
    assert max(map(len, found)) <= paths.LONGEST_PATH
