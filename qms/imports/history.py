"""What the journal's verbs say about imports, and which columns are worth showing."""

from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import Grade
from qms.imports.headings import ImportKind

SENTENCES = {
    "start_import": _l("sent a file to import"),
    "choose_columns": _l("said in which columns the fields stand"),
    "import_file": _l("imported the file"),
}
LABELS = {
    "file_name": _l("File"),
    "kind": (_l("What the file holds"), lambda value: ImportKind(value).label),
    "sheet": (_l("Sheet"), lambda value: value + 1),
    "heading_row": _l("Row of the headings"),
    "grade": (_l("Grade, if the file says none"), lambda value: Grade(value).label),
    "created": _l("created"),
    "changed": _l("changed"),
    "unchanged": _l("the same as before"),
}
