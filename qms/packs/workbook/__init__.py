"""The Excel workbook of a pack: an index, the clause matrix, and one sheet per register."""

from qms.packs.workbook.sheets import make_workbook

__all__ = ["make_workbook"]
