"""Forms of the imports area: the file, and where its columns are."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import SubmitField, ValidationError

from qms.core.choices import RadioField
from qms.core.forms import EditForm, Form, Needed
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import Grade
from qms.imports.headings import FIELDS, ImportKind
from qms.imports.likely import first_values
from qms.imports.models import ImportRun
from qms.imports.permissions import may_import
from qms.imports.tables import Layout, letter, table_of
from qms.imports.values import shown_text
from qms.office.sheet_reader import SheetData
from qms.people.fields import ChoiceField, KindField, UnitField
from qms.people.models import Person

PREFIX = "in_"
"""Begins the name of the field that says in which column another field stands."""
ROWS_OFFERED = 40
"""So many rows from the top are offered as the row of the headings."""
SHOWN_OF_A_ROW = 90


class FileForm(Form):
    """What to bring in, and where to."""

    kind = RadioField(_l("What the file holds"), coerce=str)
    unit = UnitField(
        _l("Unit"),
        description=_l("Where the records belong; for units, the unit above them."),
    )
    files = FileField(
        _l("File"),
        [Needed(_l("Choose an Excel file (.xlsx) or a CSV file."))],
        description=_l("Excel (.xlsx) or CSV. Headings may be in Indonesian or English."),
    )

    def offer(self, person: Person) -> None:
        """The kinds and units that this person may import."""
        self.person = person
        nodes = [node for node in person.rights.tree if node.is_open]
        kinds = [
            kind
            for kind in ImportKind
            if any(may_import(person, (kind, node.id)) for node in nodes)
        ]
        self.kind.choices = [(kind.value, kind.label) for kind in kinds]
        self.unit.offer_units(
            node for node in nodes if any(may_import(person, (kind, node.id)) for kind in kinds)
        )

    def validate_unit(self, field: UnitField) -> None:
        known = {value for value, *_rest in self.kind.iter_choices()}
        if field.unit_id is None or self.kind.data not in known:
            return
        if not may_import(self.person, (ImportKind(self.kind.data), field.unit_id)):
            raise ValidationError(_("You may not import this into this unit. Choose another."))


class ColumnsForm(EditForm):
    """Where the table stands in a file, and which column belongs to which field. A subclass made
    by `columns_form` holds a list for each field."""

    sheet = ChoiceField(_l("Sheet"))
    heading_row = ChoiceField(_l("Row of the headings"))
    grade = KindField(_l("Grade, if the file says none"), kind=Grade)
    again = SubmitField(_l("Read the headings there"))

    @property
    def chosen(self) -> dict[str, str]:
        """Field -> letter of its column; empty where it is not in the file."""
        return {
            field.name.removeprefix(PREFIX): field.data or ""
            for field in self
            if field.name.startswith(PREFIX)
        }

    def saved(self, record: ImportRun, name: str) -> Any:
        if not name.startswith(PREFIX):
            return super().saved(record, name)
        column = record.columns.get(name.removeprefix(PREFIX))
        return None if column is None else letter(column)

    @property
    def columns(self) -> list[Any]:
        """The lists, in the order of the fields."""
        return [field for field in self if field.name.startswith(PREFIX)]


def columns_form(kind: ImportKind, sheets: Sequence[SheetData], layout: Layout) -> ColumnsForm:
    """The form for a file: each list with the columns, their headings and first values, and the
    recognised one chosen."""
    lists = {
        PREFIX + one.name: ChoiceField(one.label, blank=_l("– not in the file –"))
        for one in FIELDS[kind]
    }
    given = {PREFIX + name: letter(column) for name, column in layout.columns.items()}
    form = type("ColumnsForm", (ColumnsForm,), lists)(
        sheet=str(layout.sheet), heading_row=str(layout.heading_row), **given
    )
    form.sheet.offer((str(index), sheet.name) for index, sheet in enumerate(sheets))
    form.heading_row.offer(_heading_rows(sheets[layout.sheet], layout.heading_row))
    table = table_of(kind, sheets, layout)
    choices = [
        (letter(column), _shown(table.heading(column), column, examples))
        for column, examples in enumerate(first_values(table.rows, len(table.headings)))
    ]
    for field, one in zip(form.columns, FIELDS[kind], strict=True):
        field.offer(choices)
        field.flags.required = one.needed
    if kind is not ImportKind.FINDINGS:
        del form.grade
    return form


def _heading_rows(sheet: SheetData, chosen: int) -> Iterator[tuple[str, str]]:
    """None, and the first rows that hold anything, with what stands in them."""
    yield "0", _("The file has no heading row")
    for number, row in enumerate(sheet.rows, start=1):
        texts = [text for value in row if (text := " ".join(shown_text(value).split()))]
        if number == chosen or (texts and number <= ROWS_OFFERED):
            shown = " | ".join(texts)
            cut = "…" if len(shown) > SHOWN_OF_A_ROW else ""
            yield str(number), f"{number}: {shown[:SHOWN_OF_A_ROW]}{cut}"


def _shown(heading: str, column: int, examples: Sequence[str]) -> str:
    """A – Kode: 010001, 010002."""
    name = letter(column) if heading == letter(column) else f"{letter(column)} – {heading[:60]}"
    return f"{name}: {', '.join(examples)}" if examples else name
