"""Why somebody's file cannot be read, as a sentence for them."""

from typing import Any

from qms.core.i18n import lazy_gettext as _l
from qms.core.refused_upload import REASONS, RefusedUpload


class UnreadableFile(RefusedUpload):
    """A file that cannot be read as a table or a text. `code` is a key of `reasons`."""

    reasons: dict[str, Any] = REASONS | {
        "not_a_table": _l(
            "This file holds no table that can be read. Save the table as Excel (.xlsx) or CSV."
        ),
        "not_a_document": _l("This file holds no text that can be shown. Save it as .docx."),
        "no_visible_sheet": _l(
            "The workbook has no visible sheet. Show a sheet and save it again."
        ),
        "too_many_rows": _l(
            "The sheet %(sheet)s has more than %(limit)s rows. Split it into several files."
        ),
        "too_many_columns": _l(
            "The sheet %(sheet)s has more than %(limit)s columns. Remove what is not needed."
        ),
        "too_many_cells": _l(
            "The workbook has more than %(limit)s filled cells. Split it into several files."
        ),
        "too_long_to_show": _l(
            "The document is too long to be shown here. Download it to read it."
        ),
        "too_much_text": _l("The file holds too much text to be read at once. Split it."),
    }
