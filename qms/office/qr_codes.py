"""QR codes that are printed on paper and photographed again: error correction Q, which reads with a
quarter of the code under a thumb or a stain."""

import io

import segno
from markupsafe import Markup

CORRECTION = "q"
QUIET = 4
"""Modules of white around a code, as the standard asks for."""


def qr_svg(text: str, label: str) -> Markup:
    """The code as SVG to stand in a page, with words for those who cannot see it. It has no size of
    its own: the style sheet gives it one."""
    code = segno.make_qr(text, error=CORRECTION)
    # Only what segno draws and our own words: segno escapes the title.
    return Markup(  # noqa: S704
        code.svg_inline(border=QUIET, omitsize=True, title=label, svgclass="qr", lineclass=None)
    )


def qr_png(text: str) -> bytes:
    """The code as a PNG in black and white, eight pixels a module."""
    target = io.BytesIO()
    segno.make_qr(text, error=CORRECTION).save(target, kind="png", scale=8, border=QUIET)
    return target.getvalue()
