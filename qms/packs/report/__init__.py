"""The Word report of a pack: what is in it, as content blocks."""

from qms.packs.report.chapters import make_report

__all__ = ["make_report"]
