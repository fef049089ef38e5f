"""Loads the shipped catalogue into the database, again and again without harm."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from qms.core.db import db
from qms.standards import catalogue
from qms.standards.models import Clause, StandardEdition
from qms.standards.queries import forget_catalogue


@dataclass
class Loaded:
    """What loading did; all zero the second time."""

    added: int = 0
    changed: int = 0
    kept: int = 0
    """Rows that the package no longer has: kept, because records may point at them."""


def load_catalogue() -> Loaded:
    """Bring the tables to what the package ships: add and correct, never delete. No commit."""
    loaded = Loaded()
    known = {row.key: row for row in db.session.scalars(select(StandardEdition))}
    clauses = {row.key: row for row in db.session.scalars(select(Clause))}
    for edition in catalogue.editions():
        row = _put(StandardEdition, known, edition.key, _edition_values(edition), loaded)
        db.session.flush()
        for entry in edition.clauses:
            _put(Clause, clauses, entry.key, _clause_values(row.id, entry), loaded)
        # In two steps: a clause knows its parent's id only once both are there.
        db.session.flush()
        for entry in edition.clauses:
            parent = clauses[f"{edition.key}:{entry.parent}"].id if entry.parent else None
            if clauses[entry.key].parent_id != parent:
                clauses[entry.key].parent_id = parent
    db.session.flush()
    shipped = {entry.key for edition in catalogue.editions() for entry in edition.clauses}
    loaded.kept = len(set(clauses) - shipped)
    forget_catalogue()
    return loaded


def _edition_values(edition: catalogue.Edition) -> dict[str, Any]:
    return {
        "code": edition.code,
        "title_en": edition.title_en,
        "title_id": edition.title_id,
        "for_new_work": edition.selectable_for_new_work,
    }


def _clause_values(edition_id: int, entry: catalogue.ClauseEntry) -> dict[str, Any]:
    return {
        "edition_id": edition_id,
        "number": entry.number,
        "sort": entry.sort_key,
        "level": entry.level,
        "title_en": entry.title_en,
        "title_id": entry.title_id,
        "is_auditable": entry.auditable,
        "is_citable": entry.citable,
        "documented_information": entry.documented_information,
    }


def _put(
    model: Any, known: dict[str, Any], key: str, values: dict[str, Any], loaded: Loaded
) -> Any:
    row = known.get(key)
    if row is None:
        row = known[key] = model(key=key, **values)
        db.session.add(row)
        loaded.added += 1
    elif any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        loaded.changed += 1
    return row
