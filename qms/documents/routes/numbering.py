"""The page on which units set how their documents are numbered."""

from typing import Any

from flask import flash, render_template

from qms.core import journal
from qms.core.errors import Invalid, Refused
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.routing import chosen_unit, done, me
from qms.documents import numbers, operations, queries
from qms.documents.forms import PatternForm
from qms.documents.models import DocumentType
from qms.documents.routes.blueprint import bp


@bp.route("/patterns", methods=["GET", "POST"])
def patterns() -> Any:
    """The patterns that are set, and a form to set one."""
    person = me()
    tree = person.rights.tree
    units = [tree[unit_id] for unit_id in queries.pattern_units(person)]
    if not units:
        raise Refused(_l("You do not have the right to do this here."))
    current = tree.get(chosen_unit())
    form = PatternForm(
        data={
            "unit": str(current.uid) if current in units else None,
            "version": journal.reached(person.district_id),
        }
    )
    form.unit.choices = [(str(node.uid), f"{node.code} · {node.name}") for node in units]
    form.type.choices = [
        ("", _("All types without a pattern of their own")),
        *((one.value, f"{one.value} · {one.label}") for one in DocumentType),
    ]
    if form.validate_on_submit():
        unit = next(node for node in units if str(node.uid) == form.unit.data)
        type = DocumentType(form.type.data) if form.type.data else None
        try:
            operations.set_pattern(
                unit.id, type, form.pattern.data or "", by=person, seen=form.version.data
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The pattern is saved. Numbers that are given out stay."), "success")
            return done("documents.patterns")
    page = render_template(
        "documents/patterns.html",
        form=form,
        usual=numbers.USUAL,
        rows=[
            {
                "unit": node.label if (node := tree.get(row.unit_id)) else "",
                "type": f"{row.type.value} · {row.type.label}" if row.type else _("All others"),
                "pattern": row.pattern,
                "example": numbers.filled(
                    row.pattern,
                    type=row.type or DocumentType.PROCEDURE,
                    unit=node.code if node else "",
                    sequence=7,
                    day=person.district.today,
                ),
            }
            for row in queries.patterns_seen(person)
        ],
    )
    return page, 422 if form.errors else 200
