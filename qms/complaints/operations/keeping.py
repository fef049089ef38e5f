"""What complaints rest on: the public page of a unit, and the categories of a district."""

import secrets
from datetime import date

from qms.complaints.categories import LONGEST, SHIPPED, rows_of
from qms.complaints.models import CategoryRule, ComplaintPage
from qms.complaints.permissions import may_keep_page, may_set_categories
from qms.complaints.queries import page_of
from qms.core import journal
from qms.core.db import db, same_rows
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person

SHIPPED_KEYS = frozenset(one.key for one in SHIPPED)


def open_page(unit_id: int, *, by: Person) -> ComplaintPage:
    """Take complaints over the unit's public page from now on."""
    return _set_page(unit_id, True, by)


def shut_page(unit_id: int, *, by: Person) -> ComplaintPage:
    """Take none there any more. Receipts go on showing what became of the earlier ones."""
    return _set_page(unit_id, False, by)


def _set_page(unit_id: int, is_open: bool, by: Person) -> ComplaintPage:
    require(may_keep_page, by, unit_id)
    page = page_of(by.district_id, unit_id)
    if page is None:
        page = ComplaintPage(district_id=by.district_id, unit_id=unit_id, is_open=not is_open)
        db.session.add(page)
    if page.is_open is not is_open:
        page.is_open = is_open
        journal.write("open_page" if is_open else "shut_page", page, by=by)
    return page


def set_category(
    key: str | None,
    *,
    from_on: date,
    name: str,
    days: int,
    is_integrity: bool,
    is_used: bool,
    source: str,
    by: Person,
    seen: int | None = None,
) -> CategoryRule:
    """What a category is called and within how many working days it is answered, from a day on;
    without a key a new one. Complaints received earlier keep their day."""
    require(may_set_categories, by)
    if not name.strip():
        message = _l("Write what the category is called.")
        raise Invalid(message, name=message)
    if not 1 <= days <= LONGEST:
        message = _l("Write a number from 1 to %(most)s.", most=LONGEST)
        raise Invalid(message, days=message)
    if not source.strip():
        message = _l("Say where the figures come from.")
        raise Invalid(message, source=message)
    rows = rows_of(by.district_id, key) if key else []
    if key and not rows and key not in SHIPPED_KEYS:
        message = _l("There is no such category.")
        raise Invalid(message, name=message)
    row = next((one for one in rows if one.from_on == from_on), None)
    same_rows(rows, seen, row)
    if row is None:
        row = CategoryRule(
            district_id=by.district_id, key=key or secrets.token_hex(6), from_on=from_on
        )
        db.session.add(row)
    row.name, row.days, row.source = name.strip(), days, source.strip()
    row.is_integrity, row.is_used = is_integrity, is_used
    journal.write("set_category", row, by=by)
    return row
