"""What a pack must hold, asked of the database in plain SQL that shares nothing with the code."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from qms.core.db import db


def day(value: Any) -> date | None:
    """A date as either database gives it to plain SQL."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def uid(value: Any) -> str:
    return str(value if isinstance(value, UUID) else UUID(str(value)))


def moment(value: Any) -> Any:
    """A cell's date: openpyxl gives datetimes."""
    return value.date() if isinstance(value, datetime) else value


class Expected:
    """Rows of the database for a pack of some units, as somebody who does or does not see
    restricted records, and who sees other units of the district or does not (`elsewhere`)."""

    def __init__(
        self,
        units: dict[int, str],
        *,
        restricted: bool,
        start: date,
        end: date,
        as_of: date,
        elsewhere: bool = False,
    ) -> None:
        self.as_of, self.elsewhere = as_of, elsewhere
        self.units = f"({', '.join(map(str, units))})"
        self.seen = "" if restricted else " AND x.access = 'ordinary'"
        self.params = {"a": start, "b": end, "d": as_of}
        self.kept: dict[str, Any] = {}
        newest = (
            "SELECT n.unit_id AS id, n.name FROM unit_name n WHERE n.from_on = (SELECT"
            " MAX(m.from_on) FROM unit_name m WHERE m.unit_id = n.unit_id AND m.from_on <= :d)"
        )
        self.names = self.named(newest) | units
        self.people = self.named("SELECT id, name FROM person")
        self.positions = self.named("SELECT id, title AS name FROM position")
        self.codes = self.named("SELECT id, code AS name FROM standard_edition")
        self.clauses = {
            row.id: (row.edition_id, row.sort, row.number)
            for row in self.sql("SELECT id, edition_id, sort, number FROM clause")
        }

    def named(self, statement: str) -> dict[int, str]:
        return {row.id: row.name for row in self.sql(statement)}

    def sql(self, statement: str) -> list[Any]:
        return list(db.session.execute(text(statement), self.params_of(statement)))

    def params_of(self, statement: str) -> dict[str, Any]:
        sqlite = db.engine.dialect.name == "sqlite"
        return {
            name: value.isoformat() if sqlite else value
            for name, value in self.params.items()
            if f":{name}" in statement
        }

    @property
    def audit_where(self) -> str:
        """All were recorded by the day."""
        return (
            f"x.unit_id IN {self.units}{self.seen} AND x.planned_from <= :b"
            " AND (x.planned_until >= :a OR (x.state <> 'cancelled'"
            " AND (x.closed_on IS NULL OR x.closed_on >= :a)))"
            " AND x.id IN (SELECT l.audit_id FROM audit_edition l JOIN standard_edition s"
            " ON s.id = l.edition_id WHERE s.key LIKE 'iso9001-%' OR s.key LIKE 'iso37001-%')"
        )

    @property
    def finding_where(self) -> str:
        return (
            f"x.unit_id IN {self.units}{self.seen} AND x.found_on <= :b AND x.found_on <= :d"
            " AND (NOT (x.found_on < :a AND (x.state = 'cancelled' OR"
            " (x.closed_on IS NOT NULL AND x.closed_on < :a)))"
            " OR x.id IN (SELECT l.finding_id FROM audit_finding l WHERE l.audit_id IN"
            f" (SELECT x.id FROM audit x WHERE {self.audit_where})))"
        )

    @property
    def action_where(self) -> str:
        return (
            f"x.unit_id IN {self.units}{self.seen} AND ("
            " (NOT x.due_missing AND x.due_on >= :a AND x.due_on <= :b)"
            " OR (x.done_on >= :a AND x.done_on <= :b)"
            " OR (x.verified_on >= :a AND x.verified_on <= :b)"
            " OR x.state IN ('open', 'done')"
            f" OR x.id IN (SELECT l.action_id FROM finding_action l WHERE l.finding_id IN"
            f" (SELECT x.id FROM finding x WHERE {self.finding_where})))"
        )

    @property
    def document_where(self) -> str:
        return f"x.unit_id IN {self.units}{self.seen}"

    @property
    def in_force_where(self) -> str:
        return (
            f"{self.document_where} AND x.id IN (SELECT r.document_id FROM revision r WHERE"
            " r.state = 'approved' AND r.effective_from <= :d AND"
            " COALESCE(r.effective_until > :d, r.effective_until IS NULL))"
        )

    @property
    def certificate_where(self) -> str:
        return (
            f"(x.unit_id IN {self.units} OR x.id IN (SELECT l.certificate_id FROM"
            f" certificate_unit l WHERE l.unit_id IN {self.units}))"
            " AND x.edition_id IN (SELECT s.id FROM standard_edition s"
            " WHERE s.key LIKE 'iso9001-%' OR s.key LIKE 'iso37001-%')"
        )

    @property
    def unit_scope_where(self) -> str:
        """The newest of each standard of the pack."""
        return (
            f"x.unit_id IN {self.units} AND x.edition_id IN (SELECT s.id FROM standard_edition s"
            " WHERE s.key IN ('iso9001-2015', 'iso37001-2016')) AND x.from_on = (SELECT"
            " MAX(t.from_on) FROM unit_scope t WHERE t.unit_id = x.unit_id"
            " AND t.edition_id = x.edition_id AND t.from_on <= :d)"
        )

    @property
    def evidence_where(self) -> str:
        def linked(table: str, where: str) -> str:
            return (
                f"x.id IN (SELECT l.evidence_id FROM {table}_evidence l WHERE l.{table}_id IN"
                f" (SELECT x.id FROM {table} x WHERE {where}))"
            )

        always = (
            f"({linked('finding', self.finding_where)} OR {linked('action', self.action_where)}"
            f" OR {linked('document', self.in_force_where)})"
        )
        sometimes = f"({always} OR {linked('document', self.document_where)})"
        here = f"x.unit_id IN {self.units}"
        district = (
            f"x.district_id = (SELECT MIN(u.district_id) FROM unit u WHERE u.id IN {self.units})"
        )
        return (
            f"({here} OR ({district} AND {sometimes if self.elsewhere else '1 = 0'})){self.seen}"
            " AND (x.withdrawn_on IS NULL OR x.withdrawn_on > :d)"
            " AND ((COALESCE(x.proves_from, x.added_on) <= :b AND"
            " (COALESCE(x.proves_until, x.valid_until) IS NULL"
            f" OR COALESCE(x.proves_until, x.valid_until) >= :a)) OR {always})"
        )

    def rows(self, table: str) -> list[Any]:
        """The rows of a table that belong into the pack; asked once."""
        if table not in self.kept:
            where = getattr(self, f"{table}_where")
            self.kept[table] = self.sql(f"SELECT x.* FROM {table} x WHERE {where}")
        found: list[Any] = self.kept[table]
        return found

    def ids(self, table: str) -> set[int]:
        return {row.id for row in self.rows(table)}

    @property
    def ids_in_force(self) -> set[int]:
        return {
            row.id for row in self.sql(f"SELECT x.id FROM document x WHERE {self.in_force_where}")
        }

    def links(self, table: str, owner: str, other: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row in self.sql(f"SELECT {owner} AS a_id, {other} AS b_id FROM {table}"):
            found.setdefault(row.a_id, []).append(row.b_id)
        return found

    def owner(self, row: Any) -> str:
        """The person, else the position that owns a document or an action."""
        return self.people.get(row.owner_person_id) or self.positions.get(row.owner_position_id, "")

    def cited(self, clause_ids: list[int]) -> str:
        """The clauses as the registers write them."""
        by_edition: dict[int, list[tuple[str, str]]] = {}
        for clause_id in clause_ids:
            edition, sort, number = self.clauses[clause_id]
            by_edition.setdefault(edition, []).append((sort, number))
        return "; ".join(
            f"{self.codes[edition]} {', '.join(number for _, number in sorted(numbers))}"
            for edition, numbers in sorted(by_edition.items())
        )

    def per_clause(self, link: str, owner: str, ids: set[int]) -> dict[int, set[int]]:
        """Record ids by clause id."""
        found: dict[int, set[int]] = {}
        for row in self.sql(f"SELECT clause_id, {owner} AS owner FROM {link}"):
            if row.owner in ids:
                found.setdefault(row.clause_id, set()).add(row.owner)
        return found

    @property
    def not_applicable(self) -> dict[int, str]:
        """The reason by clause id, for the clauses that the unit's scope leaves out and those under
        them."""
        left_out = self.sql(
            "SELECT c.edition_id, c.number, e.justification FROM scope_exclusion e"
            " JOIN clause c ON c.id = e.clause_id WHERE e.scope_id IN (SELECT s.id FROM"
            f" unit_scope s WHERE s.unit_id IN {self.units} AND s.from_on = (SELECT MAX(t.from_on)"
            " FROM unit_scope t WHERE t.unit_id = s.unit_id AND t.edition_id = s.edition_id"
            " AND t.from_on <= :d))"
        )
        return {
            clause_id: row.justification
            for clause_id, (edition, _sort, number) in self.clauses.items()
            for row in left_out
            if edition == row.edition_id
            and (number == row.number or number.startswith(f"{row.number}."))
        }

    @property
    def own_titles(self) -> dict[int, str]:
        rows = self.sql("SELECT clause_id, title FROM clause_words WHERE title IS NOT NULL")
        return {row.clause_id: row.title for row in rows}
