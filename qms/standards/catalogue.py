"""Reads the standards that ship with the package: clauses, crosswalks, questions, documents.

Everything here is read-only and the same in every installation. The files lie in `data/`; they are
read once per process. What a district adds lies in the database, not here.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
EDITION_KEYS = (
    "iso9001-2008",
    "iso9001-2015",
    "iso9001-2026",
    "iso37001-2016",
    "iso37001-2025",
)
# The pure-Python loader takes some fifteen times as long.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EditionStatus(StrEnum):
    CURRENT = "current"
    IN_TRANSITION = "in_transition"
    WITHDRAWN = "withdrawn"


class PairKind(StrEnum):
    """What became of a clause; the last three compare two standards instead of two editions."""

    SAME = "same"
    RENAMED = "renamed"
    MOVED = "moved"
    CHANGED = "changed"
    MERGED = "merged"
    SPLIT = "split"
    DROPPED = "dropped"
    FULL = "full"
    PARTIAL = "partial"
    ADJACENT = "adjacent"


class Change(StrEnum):
    """How a line of a derived bank relates to the edition before."""

    CARRIED = "carried"
    CHANGED = "changed"
    NEW = "new"


class Source(StrEnum):
    """Whether a line was written for its edition or comes from the one before."""

    CATALOGUE = "catalogue"
    DERIVED = "derived"


class Unknown(LookupError):
    """No such edition, clause or crosswalk in the shipped data."""


@dataclass(frozen=True, slots=True)
class ClauseEntry:
    """One numbered clause. `titled` is false where the title is our own short label."""

    edition_key: str
    number: str
    parent: str | None
    level: int
    title_en: str
    title_id: str
    title_id_source: str
    title_id_variant: str | None
    titled: bool
    auditable: bool
    citable: bool
    documented_information: str
    new_in_edition: bool
    changed_in_edition: bool
    confidence: str | None

    @property
    def key(self) -> str:
        """Stable across updates, for example `iso9001-2015:4.10`."""
        return f"{self.edition_key}:{self.number}"

    @property
    def sort_key(self) -> str:
        return clause_sort_key(self.number)


@dataclass(frozen=True, slots=True)
class Milestone:
    """`kind` is one of published, bodies_ready, new_edition_only, end."""

    date: dt.date
    kind: str
    event_en: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Transition:
    """How certificates leave an edition for the next one. `confidence` covers all its dates."""

    to_key: str
    months: int
    milestones: tuple[Milestone, ...]
    confidence: str
    note: str | None

    @property
    def end(self) -> dt.date | None:
        return next((m.date for m in self.milestones if m.kind == "end"), None)


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """What an edition changed at a clause, in our own words."""

    clause: str
    change_en: str
    change_id: str
    probable: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """`published` and `withdrawn` are `YYYY-MM-DD`, or `YYYY-MM` where only the month is known."""

    key: str
    code: str
    edition_number: int
    title_en: str
    title_id: str
    sni_number: str | None
    sni_note: str
    published: str
    withdrawn: str | None
    status: EditionStatus
    status_en: str
    status_id: str
    supersedes: str | None
    superseded_by: str | None
    transition: Transition | None
    selectable_for_new_work: bool
    clauses: tuple[ClauseEntry, ...]
    changes: tuple[ChangeNote, ...]
    sources: tuple[str, ...]
    _by_number: dict[str, ClauseEntry] = field(repr=False, compare=False)

    @property
    def standard(self) -> str:
        """The family, `iso9001` or `iso37001`."""
        return self.key.split("-")[0]

    def has_clause(self, number: str) -> bool:
        return number in self._by_number

    def clause(self, number: str) -> ClauseEntry:
        try:
            return self._by_number[number]
        except KeyError:
            raise Unknown(f"{self.code} has no clause {number}") from None

    def auditable_clauses(self) -> tuple[ClauseEntry, ...]:
        return tuple(clause for clause in self.clauses if clause.auditable)

    def ancestors_of(self, number: str) -> list[ClauseEntry]:
        """Nearest first, without the clause itself."""
        found = []
        parent = self.clause(number).parent
        while parent is not None:
            found.append(self.clause(parent))
            parent = found[-1].parent
        return found


@dataclass(frozen=True, slots=True)
class Pair:
    from_number: str
    to_numbers: tuple[str, ...]
    kind: PairKind
    note_en: str = ""
    note_id: str = ""
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class NewClause:
    number: str
    note_en: str
    note_id: str


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """`only_from` and `only_to` are filled where two standards are compared."""

    id: str
    from_key: str
    to_key: str
    confidence: str
    pairs: tuple[Pair, ...]
    new_in_target: tuple[NewClause, ...]
    only_from: tuple[str, ...]
    only_to: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def joins_two_standards(self) -> bool:
        return self.from_key.split("-")[0] != self.to_key.split("-")[0]

    def pairs_from(self, number: str) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.from_number == number)

    def turned_round(self) -> "Crosswalk":
        """The same comparison of two standards read from the other side."""
        pairs = tuple(
            Pair(to, (pair.from_number,), pair.kind, pair.note_en, pair.note_id, pair.theme)
            for pair in self.pairs
            for to in pair.to_numbers
        )
        ordered = tuple(sorted(pairs, key=lambda pair: clause_sort_key(pair.from_number)))
        return Crosswalk(
            f"{self.id}-turned",
            self.to_key,
            self.from_key,
            self.confidence,
            ordered,
            (),
            self.only_to,
            self.only_from,
            self.sources,
        )


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A checklist question. `change`, the notes and `origin_id` are filled on derived lines."""

    id: str
    edition_key: str
    clause: str
    methods: tuple[str, ...]
    question_en: str
    question_id: str
    evidence_en: str
    evidence_id: str
    source: Source = Source.CATALOGUE
    change: Change | None = None
    note_en: str = ""
    note_id: str = ""
    origin_id: str | None = None


@dataclass(frozen=True, slots=True)
class MandatoryEntry:
    """Documented information of a clause.

    `explicit` is false where the standard does not ask for it in so many words but audits expect
    it; then `action` (maintain, retain, maintain+retain) is empty. `typical_file` is what
    Indonesian agencies call it, in Indonesian in both languages.
    """

    id: str
    edition_key: str
    clause: str
    action: str | None
    explicit: bool
    what_en: str
    what_id: str
    typical_file: str
    source: Source = Source.CATALOGUE
    change: Change | None = None
    note_en: str = ""
    note_id: str = ""
    origin_id: str | None = None


def clause_sort_key(number: str) -> str:
    """Text that sorts 4.2 before 4.10 in any collation: `004.002`, `004.010`."""
    return ".".join(part.zfill(3) for part in number.split("."))


@cache
def editions() -> tuple[Edition, ...]:
    return tuple(_edition(read_data(key)) for key in EDITION_KEYS)


def edition(key: str) -> Edition:
    for found in editions():
        if found.key == key:
            return found
    raise Unknown(f"there is no edition {key!r}; known are {', '.join(EDITION_KEYS)}")


@cache
def crosswalks() -> tuple[Crosswalk, ...]:
    """Those between neighbouring editions, then those between standards, as the file has them."""
    content = read_data("crosswalks")
    return tuple(_crosswalk(entry) for entry in content["editions"] + content["integrated"])


@cache
def crosswalk(from_key: str, to_key: str) -> Crosswalk:
    """Raises Unknown where there is none. Between two standards it may be read both ways."""
    for found in crosswalks():
        if (found.from_key, found.to_key) == (from_key, to_key):
            return found
        if found.joins_two_standards and (found.to_key, found.from_key) == (from_key, to_key):
            return found.turned_round()
    raise Unknown(f"there is no crosswalk from {from_key!r} to {to_key!r}")


@cache
def questions(edition_key: str) -> tuple[QuestionEntry, ...]:
    """The bank written for this edition; empty where it is derived or where there is none.

    Most callers want `derivation.question_bank`, which knows every edition.
    """
    if not (DATA / f"questions-{edition(edition_key).key}.yaml").exists():
        return ()
    return tuple(
        QuestionEntry(
            id=question["id"],
            edition_key=edition_key,
            clause=item["clause"],
            methods=tuple(question["methods"]),
            question_en=question["question_en"],
            question_id=question["question_id"],
            evidence_en=question["evidence_en"],
            evidence_id=question["evidence_id"],
        )
        for item in read_data(f"questions-{edition_key}")["items"]
        for question in item["questions"]
    )


@cache
def mandatory_documents(edition_key: str) -> tuple[MandatoryEntry, ...]:
    """The list written for this edition, by clause; `derivation.document_list` knows all."""
    edition(edition_key)
    content = read_data("mandatory-documents")
    explicit = [
        _document(edition_key, item, explicit=True)
        for standard in content["standards"]
        if standard["standard"] == edition_key
        for item in standard["items"]
    ]
    expected = [
        _document(edition_key, item, explicit=False)
        for item in content["expected_not_explicit"]
        if item["standard"] == edition_key
    ]
    return tuple(sorted(explicit + expected, key=lambda entry: clause_sort_key(entry.clause)))


@cache
def catalogue_digest() -> str:
    """SHA-256 over what the files say, as hex; comments and layout do not count."""
    content = {path.stem: read_data(path.stem) for path in sorted(DATA.glob("*.yaml"))}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@cache
def read_data(name: str) -> Any:
    """What the file `data/<name>.yaml` says. Shared by all callers: not to be changed."""
    return yaml.load((DATA / f"{name}.yaml").read_bytes(), Loader=_Loader)  # noqa: S506 (safe loader)


def _edition(content: dict[str, Any]) -> Edition:
    clauses = tuple(_clause(content["key"], entry) for entry in content["clauses"])
    return Edition(
        key=content["key"],
        code=content["code"],
        edition_number=content["edition"],
        title_en=content["title_en"],
        title_id=content["title_id"],
        sni_number=content["sni"]["number"],
        sni_note=content["sni"]["status"],
        published=content["published"],
        withdrawn=content["withdrawn"],
        status=EditionStatus(content["status"]),
        status_en=content["status_en"],
        status_id=content["status_id"],
        supersedes=content["supersedes"],
        superseded_by=content["superseded_by"],
        transition=_transition(content.get("transition")),
        selectable_for_new_work=content["selectable_for_new_work"],
        clauses=clauses,
        changes=tuple(
            ChangeNote(
                note["clause"],
                note["change_en"],
                note["change_id"],
                note.get("probable", False),
            )
            for note in content.get("changes_own_words", ())
        ),
        sources=tuple(content["sources"]),
        _by_number={clause.number: clause for clause in clauses},
    )


def _clause(edition_key: str, entry: dict[str, Any]) -> ClauseEntry:
    return ClauseEntry(
        edition_key=edition_key,
        number=entry["number"],
        parent=entry["parent"],
        level=entry["level"],
        title_en=entry["title_en"],
        title_id=entry["title_id"],
        title_id_source=entry["title_id_source"],
        title_id_variant=entry.get("title_id_variant"),
        titled=entry.get("titled", True),
        auditable=entry["auditable"],
        citable=entry["citable"],
        documented_information=entry["documented_information"],
        new_in_edition=entry.get("new_in_edition", False),
        changed_in_edition=entry.get("changed_in_edition", False),
        confidence=entry.get("confidence"),
    )


def _transition(content: dict[str, Any] | None) -> Transition | None:
    if content is None:
        return None
    return Transition(
        to_key=content["to"],
        months=content["months"],
        milestones=tuple(
            Milestone(
                dt.date.fromisoformat(milestone["date"]),
                milestone["kind"],
                milestone["event_en"],
                milestone["event_id"],
            )
            for milestone in content["milestones"]
        ),
        confidence=content["confidence"],
        note=content.get("note"),
    )


def _crosswalk(content: dict[str, Any]) -> Crosswalk:
    return Crosswalk(
        id=content["id"],
        from_key=content["from"],
        to_key=content["to"],
        confidence=content["confidence"],
        pairs=tuple(_pairs(content["pairs"])),
        new_in_target=tuple(
            NewClause(new["to"], new["note_en"], new["note_id"])
            for new in content.get("new_in_target", ())
        ),
        only_from=tuple(content.get("only_from", ())),
        only_to=tuple(content.get("only_to", ())),
        sources=tuple(content["sources"]),
    )


def _pairs(entries: Iterable[dict[str, Any]]) -> Iterable[Pair]:
    for entry in entries:
        yield Pair(
            from_number=entry["from"],
            to_numbers=tuple(entry["to"]),
            kind=PairKind(entry["kind"]),
            note_en=entry.get("note_en", ""),
            note_id=entry.get("note_id", ""),
            theme=entry.get("theme"),
        )


def _document(edition_key: str, item: dict[str, Any], *, explicit: bool) -> MandatoryEntry:
    standing = "required" if explicit else "expected"
    return MandatoryEntry(
        id=f"{edition_key}/{item['clause']}/{standing}",
        edition_key=edition_key,
        clause=item["clause"],
        action=item.get("action"),
        explicit=explicit,
        what_en=item["what_en"],
        what_id=item["what_id"],
        typical_file=item["typical_file"],
    )
