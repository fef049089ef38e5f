"""Text as WordprocessingML: runs, links and directions."""

import hashlib
import re
from typing import Protocol

from qms.office.blocks import Link, Run, Text, plain
from qms.office.xml_text import attribute, escaped, is_right_to_left

NOT_IN_BOOKMARKS = re.compile(r"[^A-Za-z0-9_]")
LONGEST_BOOKMARK = 40


class Places(Protocol):
    """Where links are noted: gives the relationship id of an address."""

    def link_to(self, address: str) -> str: ...

    def refer_to(self, bookmark: str) -> None: ...


def bookmark_name(wanted: str) -> str:
    """A name that Word takes for a bookmark, the same for the same wish."""
    name = NOT_IN_BOOKMARKS.sub("_", wanted)
    if not name[:1].isalpha() and not name.startswith("_"):
        name = "b_" + name
    if name != wanted or len(name) > LONGEST_BOOKMARK:
        mark = hashlib.sha256(wanted.encode()).hexdigest()[:8]
        name = f"{name[: LONGEST_BOOKMARK - 9]}_{mark}"
    return name


def run_xml(text: str, looks: str = "") -> str:
    """One run. Line ends become line breaks."""
    if is_right_to_left(text):
        looks += "<w:rtl/>"
    properties = f"<w:rPr>{looks}</w:rPr>" if looks else ""
    body = f'<w:t xml:space="preserve">{escaped(text)}</w:t>'
    if "\n" in body:
        body = body.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    if "\t" in body:
        body = body.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f"<w:r>{properties}{body}</w:r>"


def runs_xml(text: Text, places: Places) -> str:
    """All runs of a text."""
    if isinstance(text, str):
        return run_xml(text) if text else ""
    if isinstance(text, Run):
        looks = ("<w:b/>" if text.bold else "") + ("<w:i/>" if text.italic else "")
        return run_xml(text.text, looks)
    if isinstance(text, Link):
        return link_xml(text, places)
    return "".join(runs_xml(piece, places) for piece in text)


def link_xml(link: Link, places: Places) -> str:
    inner = run_xml(link.text or link.target, '<w:rStyle w:val="Hyperlink"/>')
    if link.target.startswith("#"):
        name = bookmark_name(link.target[1:])
        places.refer_to(name)
        return f'<w:hyperlink w:anchor="{attribute(name)}" w:history="1">{inner}</w:hyperlink>'
    return f'<w:hyperlink r:id="{places.link_to(link.target)}" w:history="1">{inner}</w:hyperlink>'


def paragraph_xml(text: Text, style: str, places: Places, more: str = "") -> str:
    """A paragraph of a style; `more` is what stands in its properties behind the style."""
    bidi = "<w:bidi/>" if is_right_to_left(plain(text)) else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}{bidi}</w:pPr>{runs_xml(text, places)}</w:p>'
    )
