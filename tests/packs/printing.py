"""Files as LibreOffice prints them."""

import re
import subprocess
from pathlib import Path
from typing import Any

from pypdf import PdfReader


def printed(*paths: Path) -> Any:
    """A PDF reader for each file (for one alone, just it), all printed in one go."""
    folder = paths[0].parent
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), *map(str, paths)],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    readers = [PdfReader(path.with_suffix(".pdf")) for path in paths]
    return readers[0] if len(readers) == 1 else readers


def folded(text: str) -> str:
    """The text without its blanks and line ends, which printing moves about."""
    return re.sub(r"\s+", "", text)


def linked_lines(pdf: PdfReader) -> list[str]:
    """The lines of the contents: links on the pages before the first that one leads to. Each line
    must stand on the page that its link leads to."""
    pages = [folded(page.extract_text()) for page in pdf.pages]
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(pdf.pages)}
    found: list[tuple[str, int]] = []
    first = len(pages)
    for n, page in enumerate(pdf.pages):
        if n >= first:
            break
        notes = [note.get_object() for note in page.get("/Annots", [])]
        links = [note for note in notes if "/Dest" in note]
        for link in sorted(links, key=lambda link: -link["/Rect"][3]):
            line = str(link["/Contents"]), numbers[link["/Dest"][0].idnum]
            if not found or found[-1] != line:  # a long line has a link on each of its lines
                found.append(line)
            first = min(first, line[1])
    for text, number in found:
        assert folded(text) in pages[number], (text, number)
    return [text for text, _number in found]
