"""Tables of imports: each file that was brought in, and what it said, row by row."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import DistrictRecord, Part, SortKey, link_to, one_of, to_one
from qms.core.files import StoredFile
from qms.imports.headings import ImportKind
from qms.people.models import Person
from qms.units.models import Unit


class ImportRun(DistrictRecord):
    """A file on its way in, or brought in: where its table stands, and what came of it.

    The file is kept, so that nobody sends it twice and everybody can see later where records came
    from. Until `imported_at` is set it has done nothing; `unchanged` then counts the rows of a file
    in which there was nothing else when its columns were chosen.
    """

    __tablename__ = "import_run"
    __rules__ = (
        link_to("unit_id", "unit"),
        link_to("stored_file_id", "stored_file"),
        link_to("person_id", "person"),
        Index(None, "district_id", "unit_id", "uid"),
    )

    unit_id: Mapped[int]
    """Where the records belong; for units, the unit above them."""
    kind: Mapped[ImportKind] = mapped_column(one_of(ImportKind))
    stored_file_id: Mapped[int]
    file_name: Mapped[str]
    person_id: Mapped[int]
    sheet: Mapped[int]
    heading_row: Mapped[int]
    """Counted from 1 as people do; 0: there is none."""
    heading_rows: Mapped[int]
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Field -> column, counted from 0."""
    grade: Mapped[str] = mapped_column(SortKey())
    """The grade of findings whose file says none."""
    imported_at: Mapped[datetime | None]
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = to_one("ImportRun.unit_id", "Unit")
    person: Mapped[Person] = to_one("ImportRun.person_id", "Person")
    stored: Mapped[StoredFile] = to_one("ImportRun.stored_file_id", "StoredFile")


class ImportedRow(Part):
    """What a row said when it created or changed a record. The newest of a key tells whether a
    file says something new, or only repeats itself while people went on here."""

    __tablename__ = "imported_row"
    __part_of__ = ("ImportRun", "run_id")
    __rules__ = (
        link_to("run_id", "import_run"),
        Index(None, "district_id", "kind", "key", "run_id"),
    )

    run_id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    kind: Mapped[ImportKind] = mapped_column(one_of(ImportKind))
    key: Mapped[str] = mapped_column(SortKey())
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
