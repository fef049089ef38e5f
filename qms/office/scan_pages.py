"""Reads the pages of one scan or photo, in a process of its own: python -I scan_pages.py ...

Whatever a stranger's picture or PDF does to the libraries that open it, it does it here, with
bounded memory, and the caller can end it. Nothing of QMS is imported, so it begins at once.

Arguments: file, its kind (pdf, jpg, png, webp), a folder for pages of their own, the beginning of
the QR codes that are looked for, the most pages. Each line that it writes is JSON: a page
{"page", "codes", "fingerprint", "file"} (file: None where it is the whole file), or
{"trouble": why}.
"""

import hashlib
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

try:
    import resource
except ImportError:  # Windows has no such bounds; the caller's clock holds there
    resource = None  # type: ignore[assignment]

MEMORY = 2 << 30
"""Bytes of address space, libraries included."""
LARGEST = 40_000_000
"""Pixels of a picture that is decoded as it is."""
LARGEST_JPEG = 220_000_000
"""Pixels of a JPEG that can be decoded smaller than it is: what phones take at most."""
SIDE = 2400
"""Pixels of the longer side that is looked at."""
SMALL = 1700
"""A picture smaller than this is looked at enlarged, too."""
WRONG_PASSWORD = 4
QR = zxingcpp.barcode_formats_from_str("QRCode")


class Trouble(Exception):
    """The file, or a part of it, cannot be read."""


def pages_of(
    path: Path, kind: str, folder: Path, prefix: str, most: int
) -> Iterator[dict[str, Any]]:
    """The pages of a file. Raises Trouble, after the pages that could be read."""
    if kind == "pdf":
        yield from _pdf(path, folder, prefix, most)
    else:
        yield _page(1, _picture(path), prefix, None)


def _page(number: int, picture: Image.Image, prefix: str, file: str | None) -> dict[str, Any]:
    seen = hashlib.sha256(f"{picture.size}".encode())
    seen.update(picture.tobytes())
    return {
        "page": number,
        "codes": sorted(_codes(picture, prefix)),
        "fingerprint": seen.hexdigest(),
        "file": file,
    }


def _picture(path: Path) -> Image.Image:
    """A picture in grey, at most SIDE wide and high. A JPEG is never decoded larger than needed."""
    Image.MAX_IMAGE_PIXELS = None  # judged here
    try:
        with Image.open(path) as image:
            shrinks = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
            width, height = image.size
            if width * height > (LARGEST_JPEG if shrinks else LARGEST):
                raise Trouble("too_many_pixels")
            image.draft("L", (SIDE, SIDE))
            grey = image.convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise Trouble("broken") from broken
    except MemoryError as large:
        raise Trouble("too_many_pixels") from large
    grey.thumbnail((SIDE, SIDE))
    return grey


def _pdf(path: Path, folder: Path, prefix: str, most: int) -> Iterator[dict[str, Any]]:
    try:
        pdf = pypdfium2.PdfDocument(path)
        number = len(pdf)
    except pypdfium2.PdfiumError as refused:
        locked = getattr(refused, "err_code", None) == WRONG_PASSWORD
        raise Trouble("encrypted" if locked else "broken") from refused
    is_broken = number == 0
    for n in range(min(number, most)):
        try:
            picture = _drawn(pdf, n)
            file = _alone(pdf, n, folder) if number > 1 else None
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            is_broken = True
            continue
        yield _page(n + 1, picture, prefix, file)
    if is_broken:
        raise Trouble("broken")
    if number > most:
        raise Trouble("too_many_pages")


def _drawn(pdf: Any, n: int) -> Image.Image:
    """A page of a PDF as a picture in grey; its longer side is SIDE, whatever its size says."""
    page = pdf[n]
    try:
        scale = SIDE / max(1.0, *page.get_size())
        bitmap = page.render(scale=scale, grayscale=True)
        try:
            picture: Image.Image = bitmap.to_pil().convert("L")
            return picture.copy()
        finally:
            bitmap.close()
    finally:
        page.close()


def _alone(pdf: Any, n: int, folder: Path) -> str:
    """A file with this page only, so that a sheet of one audit brings along none of another."""
    name = f"{n + 1}.pdf"
    alone = pypdfium2.PdfDocument.new()
    try:
        alone.import_pages(pdf, [n])
        alone.save(folder / name)
    finally:
        alone.close()
    return name


def _codes(picture: Image.Image, prefix: str) -> set[str]:
    """The QR codes on a picture that begin so: looked for as it is, then clearer, then larger."""
    for seen in _looks(picture):
        found = zxingcpp.read_barcodes(seen, formats=QR)
        if ours := {one.text for one in found if one.text.startswith(prefix)}:
            return ours
    return set()


def _looks(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    clear = ImageOps.autocontrast(picture, cutoff=2)
    yield clear
    yield clear.filter(ImageFilter.GaussianBlur(1.5))
    width, height = picture.size
    if max(width, height) <= SMALL:
        larger = clear.resize((width * 2, height * 2), Image.Resampling.BICUBIC)
        yield larger
        yield larger.filter(ImageFilter.UnsharpMask(4, 200, 0))
    else:
        yield clear.resize((width // 2, height // 2), Image.Resampling.LANCZOS)
        yield clear.filter(ImageFilter.UnsharpMask(3, 200, 0))


def main() -> None:
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    path, kind, folder, prefix, most = sys.argv[1:]
    try:
        for page in pages_of(Path(path), kind, Path(folder), prefix, int(most)):
            _tell(page)
    except Trouble as trouble:
        _tell({"trouble": str(trouble)})


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
