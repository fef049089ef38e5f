"""What a pack must hold, asked of the database in plain SQL that shares nothing with the code."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from qms.core.db import db
from tests.cast import Cast
from tests.packs.generated import FROM, TO

LABELS = "SELECT id, code FROM standard_edition"


def day(value: Any) -> date | None:
    """A date as either database gives it to plain SQL."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def uid(value: Any) -> str:
    return str(value if isinstance(value, UUID) else UUID(str(value)))


class Expected:
    """Rows of the database for one person's pack of Disnaker and what is under it."""

    def __init__(self, cast: Cast, *, restricted: bool, as_of: date) -> None:
        self.as_of = as_of
        self.units = f"({cast.disnaker.id}, {cast.blk.id})"
        self.names = {
            cast.disnaker.id: "Dinas Tenaga Kerja",
            cast.blk.id: "UPTD Balai Latihan Kerja",
        }
        self.seen = "" if restricted else " AND x.access = 'ordinary'"
        self.params = {"a": FROM, "b": TO, "d": as_of}
        self.people = {row.id: row.name for row in self.sql("SELECT id, name FROM person")}
        self.codes = {row.id: row.code for row in self.sql(LABELS)}
        self.clauses = {
            row.id: (row.edition_id, row.sort, row.number)
            for row in self.sql("SELECT id, edition_id, sort, number FROM clause")
        }

    def sql(self, statement: str) -> list[Any]:
        return list(db.session.execute(text(statement), self.params_of(statement)))

    def params_of(self, statement: str) -> dict[str, Any]:
        sqlite = db.engine.dialect.name == "sqlite"
        return {
            name: value.isoformat() if sqlite else value
            for name, value in getattr(self, "params", {}).items()
            if f":{name}" in statement
        }

    @property
    def finding_where(self) -> str:
        return (
            f"x.unit_id IN {self.units}{self.seen} AND x.found_on <= :b AND x.found_on <= :d"
            " AND NOT (x.found_on < :a AND (x.state = 'cancelled' OR"
            " (x.closed_on IS NOT NULL AND x.closed_on < :a)))"
        )

    @property
    def action_where(self) -> str:
        return (
            f"x.unit_id IN {self.units}{self.seen} AND ("
            " (x.due_on >= :a AND x.due_on <= :b) OR (x.done_on >= :a AND x.done_on <= :b)"
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
    def evidence_where(self) -> str:
        linked = " OR ".join(
            f"x.id IN (SELECT l.evidence_id FROM {table}_evidence l WHERE l.{table}_id IN"
            f" (SELECT x.id FROM {table} x WHERE {where}))"
            for table, where in (
                ("finding", self.finding_where),
                ("action", self.action_where),
                ("document", self.in_force_where),
            )
        )
        return (
            f"x.unit_id IN {self.units}{self.seen}"
            " AND (x.withdrawn_on IS NULL OR x.withdrawn_on > :d)"
            " AND ((COALESCE(x.proves_from, x.added_on) <= :b AND"
            " (COALESCE(x.proves_until, x.valid_until) IS NULL"
            f" OR COALESCE(x.proves_until, x.valid_until) >= :a)) OR {linked})"
        )

    def where(self, table: str) -> str:
        return {
            "finding": self.finding_where,
            "action": self.action_where,
            "document": self.document_where,
            "evidence": self.evidence_where,
        }[table]

    def rows(self, table: str) -> list[Any]:
        return self.sql(f"SELECT x.* FROM {table} x WHERE {self.where(table)}")

    def ids(self, where: str, table: str) -> set[int]:
        return {row.id for row in self.sql(f"SELECT x.id FROM {table} x WHERE {where}")}

    def ids_of_evidence(self) -> set[int]:
        if not hasattr(self, "_evidence"):
            self._evidence = self.ids(self.evidence_where, "evidence")
        return self._evidence

    def links(self, table: str, owner: str, other: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row in self.sql(f"SELECT {owner} AS a_id, {other} AS b_id FROM {table}"):
            found.setdefault(row.a_id, []).append(row.b_id)
        return found

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

    def per_clause(self, link: str, owner: str, where: str, table: str) -> dict[int, set[int]]:
        """Record ids by clause id."""
        ids = self.ids(where, table)
        found: dict[int, set[int]] = {}
        for row in self.sql(f"SELECT clause_id, {owner} AS owner FROM {link}"):
            if row.owner in ids:
                found.setdefault(row.clause_id, set()).add(row.owner)
        return found


def moment(value: Any) -> Any:
    """A cell's date: openpyxl gives datetimes."""
    return value.date() if isinstance(value, datetime) else value
