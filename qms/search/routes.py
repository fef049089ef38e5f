"""The search page."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from qms.core.routing import chosen_unit, me
from qms.search.queries import search

bp = Blueprint("search", __name__)
LONGEST = 200


@bp.get("/search")
def index() -> Any:
    """Everything that matches the words, as far as the person may see it."""
    person, query = me(), request.args.get("q", "").strip()[:LONGEST]
    unit = person.rights.tree.get(chosen_unit())
    return render_template(
        "search/index.html",
        q=query,
        kinds=search(person, query, unit.id if unit else None),
        unit=unit,
        everywhere_url=url_for("shell.units", choose="", next=url_for("search.index", q=query)),
    )
