"""Clauses as people write them: "8.5.1, 9.1", or "ISO 9001 8.5; ISO 37001 8.2"."""

import re
from collections.abc import Iterable

from qms.standards.queries import (
    ClauseRow,
    cited_text,
    clause_by_id,
    clauses_of,
    edition_by_id,
    in_clause_order,
)

TOKEN = re.compile(
    r"(?P<standard>9001|37001)(?:\s*:\s*(?P<year>\d{4}))?|(?P<number>\b\d{1,2}(?:\.\d{1,2})*)"
)
BETWEEN = frozenset({"iso", "sni", "klausul", "clause", "clauses", "dan", "and"})
"""Words that may stand between the numbers."""


class ClauseReader:
    """Finds the clauses of some editions in texts. A number belongs to the standard named before
    it; without one, to the only edition that has it."""

    def __init__(self, edition_ids: Iterable[int]) -> None:
        self.by_number: dict[str, dict[str, ClauseRow]] = {}
        for key in sorted(edition_by_id(one).key for one in edition_ids):
            self.by_number[key] = {one.number: one for one in clauses_of(key)}

    def read(self, text: str) -> tuple[tuple[int, ...], list[str]]:
        """The ids of the clauses in a text, and the numbers that lead to none or to several. What
        belongs to other standards is passed over."""
        named = "iso"
        found: list[int] = []
        unclear: list[str] = []
        for token in TOKEN.finditer(text):
            if token["standard"]:
                named = f"iso{token['standard']}-{token['year'] or ''}"
                continue
            number = token["number"].removesuffix(".0")
            near = [numbers for key, numbers in self.by_number.items() if key.startswith(named)]
            fits = [numbers[number] for numbers in near if number in numbers]
            if len(fits) == 1:
                found.append(fits[0].id)
            elif near:
                unclear.append(number)
        return tuple(
            sorted(set(found), key=lambda one: (clause_by_id(one).edition_id, one))
        ), unclear

    def read_all(self, text: str) -> tuple[tuple[int, ...], list[str]]:
        """The same, where the text holds nothing but clauses: words are not clear either."""
        found, unclear = self.read(text)
        words = re.findall(r"\w+", TOKEN.sub(" ", text))
        return found, [*unclear, *(one for one in words if one.casefold() not in BETWEEN)]

    def write(self, clause_ids: Iterable[int]) -> str:
        """A text that reads as these clauses; their standard is named where there are several."""
        clauses = in_clause_order(clause_ids)
        if len(self.by_number) == 1:
            return ", ".join(clause.number for clause in clauses)
        return cited_text(clauses)
