"""Paths that every system takes, whatever people call their files."""

import re
from pathlib import PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from qms.packs import paths
from qms.packs.paths import Paths, file_name, part

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
            "evidence", part(name, paths.FOLDER_LENGTH), part(name, 14),
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


def test_an_ending_stays_and_words_are_not_cut_in_the_middle() -> None:
    name = file_name("Laporan hasil tinjauan manajemen semester pertama " * 3, "pdf")
    assert name.endswith(".pdf") and len(name) <= 96
    assert part("Pemantauan, pengukuran, analisis dan evaluasi", 40) == (
        "Pemantauan, pengukuran, analisis dan"
    )
