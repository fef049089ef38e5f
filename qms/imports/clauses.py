"""Clauses as lists write them: "7.5.3, 8.5.1", "ISO 9001: 7.5; ISO 37001: 8.9"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qms.standards.queries import (
    ClauseRow,
    EditionRow,
    all_editions,
    cited_text,
    clause_by_key,
    clauses_of,
    editions_in_use,
    in_clause_order,
)

TOKEN = re.compile(
    r"(?P<standard>9001|37001)(?:\s*:\s*(?P<year>\d{4}))?|(?P<number>\b\d{1,2}(?:\.\d{1,2}){0,5}\b)"
)
BETWEEN = "; "


@dataclass(frozen=True)
class Cited:
    """Clauses that were found, and the numbers that lead to none, or to several."""

    keys: str | None
    """Keys in clause order, as one text that can be compared; None if there are none."""
    unclear: list[str]


class ClauseReader:
    """Reads clauses of a unit: without a standard beside it, a number means the only edition in
    use there that has such a clause."""

    def __init__(self, unit_id: int) -> None:
        self.usual = editions_in_use([unit_id])
        self.by_number = {
            edition.key: {clause.number: clause for clause in clauses_of(edition.key)}
            for edition in all_editions()
        }

    def read(self, text: str, standard: str | None = None) -> Cited:
        """The clauses in a text. `standard` is what a column of its own says."""
        editions = self._editions(standard or "") or self.usual
        found: list[ClauseRow] = []
        unclear: list[str] = []
        for token in TOKEN.finditer(text):
            if token["standard"]:
                editions = self._named(token["standard"], token["year"])
                continue
            number = token["number"].removesuffix(".")
            fits = [
                clause
                for edition in editions
                if (clause := self.by_number[edition.key].get(number)) is not None
                and clause.is_citable
            ]
            if len(fits) == 1:
                found.append(fits[0])
            else:
                unclear.append(number)
        return Cited(keys_of(found), unclear)

    def _editions(self, text: str) -> Sequence[EditionRow]:
        return [
            edition
            for token in TOKEN.finditer(text)
            if token["standard"]
            for edition in self._named(token["standard"], token["year"])
        ]

    def _named(self, standard: str, year: str | None) -> Sequence[EditionRow]:
        """The edition of a year; without one, that in use in the unit, else what most hold."""
        of_standard = [one for one in all_editions() if one.key.startswith(f"iso{standard}-")]
        if year:
            return [one for one in of_standard if one.key.endswith(year)]
        used = [one for one in of_standard if one in self.usual]
        usual = {"9001": "iso9001-2015", "37001": "iso37001-2016"}[standard]
        return used[:1] or [one for one in of_standard if one.key == usual]


def keys_of(clauses: Iterable[ClauseRow]) -> str | None:
    """Keys in clause order as one text; None without clauses."""
    ordered = in_clause_order(clause.id for clause in clauses)
    return BETWEEN.join(clause.key for clause in ordered) or None


def ids_in(keys: object) -> list[int]:
    """The ids of the clauses in such a text."""
    return [clause_by_key(key).id for key in str(keys).split(BETWEEN)] if keys else []


def shown(keys: str) -> str:
    """Such a text for people: ISO 9001:2015 7.5.3, 8.5.1; ISO 37001:2016 8.9."""
    return cited_text(clause_by_key(key) for key in keys.split(BETWEEN))
