"""Finding records by words, on both databases alike.

Each searchable record keeps its words as stems (PySastrawi, Indonesian; numbers and foreign words
stay as they are), written whenever it is stored. SQLite indexes them with FTS5 kept up by triggers,
PostgreSQL with a GIN index over tsvector('simple'): the same stems give the same hits.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    column,
    event,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from qms.core.db import Model, db
from qms.core.listing import PAGE, Key, Page, page
from qms.core.text import fold

WORD = re.compile(r"\w+", re.UNICODE)
LONGEST = 60
_stemming = threading.Lock()
_stemmer: Any = None


class Searchable:
    """A record that is found by its words: the class says which, in `searched_words`."""

    stems: Mapped[str] = mapped_column(Text, default="")

    def searched_words(self) -> list[str | None]:
        """The texts by which it is found."""
        raise NotImplementedError


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded word: "melayani", "pelayanan" and "layanan" all give "layan"."""
    global _stemmer
    if not word.isascii() or not word.isalpha() or len(word) > 30:
        return word
    with _stemming:
        if _stemmer is None:
            _stemmer = StemmerFactory().create_stemmer()
        return str(_stemmer.stem(word)) or word


def words_of(content: str) -> list[str]:
    """The folded words of a text, accents taken off."""
    bare = unicodedata.normalize("NFKD", fold(content))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in WORD.findall(bare.replace("_", " "))]


def has_parts(content: str, parts: Iterable[str]) -> bool:
    """Whether a text has words with all these parts (as `words_of` gives them)."""
    held = words_of(content)
    return all(any(part in word for word in held) for part in parts)


def stems_of(*contents: str | None) -> str:
    """The distinct stems of some texts, in order, as one string."""
    found: dict[str, None] = {}
    for content in contents:
        for word in words_of(content or ""):
            found.setdefault(stem(word))
    return " ".join(found)


def indexed(unit_id: int, *contents: str | None) -> str:
    """What the index is given: the stems, and a word for the unit, so that the index itself
    narrows a search to the units that somebody sees."""
    return f"{_unit_word(unit_id)} {stems_of(*contents)}"


def _unit_word(unit_id: int) -> str:
    return f"zzu{unit_id}"


@event.listens_for(Searchable, "before_insert", propagate=True)
@event.listens_for(Searchable, "before_update", propagate=True)
def _keep_stems(_mapper: Any, _connection: Any, record: Any) -> None:
    stems = indexed(record.unit_id, *record.searched_words())
    if record.stems != stems:
        record.stems = stems


def matching(
    model: Any, query: str, unit_ids: Iterable[int] | None = None
) -> ColumnElement[bool] | None:
    """The condition that a record has all words of a query, the last one as a beginning.

    None if the query has no word at all. `unit_ids` (None: all) narrows within the index; give
    it where somebody sees a handful of units. Long lists of hits are paged by `search_page`.
    """
    terms = _terms(query, unit_ids, beginning=True)
    if terms is None:
        return None
    if db.engine.dialect.name == "postgresql":
        return _vector_matches(model, terms)
    # The table's name is our own; what people typed is bound.
    name = f"{model.__tablename__}_fts"
    match = f"SELECT rowid FROM {name} WHERE {name} MATCH :{name}"  # noqa: S608
    return model.id.in_(text(match).bindparams(**{name: terms}))


def search_page(
    statement: Select[Any],
    model: Any,
    query: str,
    cursor: str | None = None,
    size: int = PAGE,
    unit_ids: Iterable[int] | None = None,
) -> Page[Any]:
    """The page of a SELECT of a model's columns that has all words, last recorded first.

    Both indexes are read in the order of ids, so that a word that half of the records have costs
    no more than one that few have. Only if no record has the last word whole, it is taken as the
    beginning of one: all words that begin so must be gathered first. A query without a word finds
    nothing.
    """
    units = list(unit_ids) if unit_ids is not None else None
    for beginning in (False, True):
        terms = _terms(query, units, beginning=beginning)
        found = Page([]) if terms is None else _hits(statement, model, terms, cursor, size)
        if found.rows or terms is None:
            break
    return found


def first_hits(
    statement: Select[Any],
    model: Any,
    query: str,
    *,
    unit_ids: Iterable[int] | None = None,
    size: int,
    beginning: bool,
) -> Sequence[Any]:
    """The first rows of `search_page`, with the last word whole or as a beginning. One query."""
    terms = _terms(query, unit_ids, beginning=beginning)
    return [] if terms is None else _hits(statement, model, terms, None, size).rows


def tables_beginning(
    seen: Mapping[Any, Sequence[ColumnElement[bool]]],
    query: str,
    *,
    unit_ids: Iterable[int] | None = None,
) -> set[str]:
    """The tables of those models (each with the conditions on what is seen of it) that have
    something with the last word as a beginning. One query."""
    terms = _terms(query, unit_ids, beginning=True)
    if terms is None:
        return set()
    found = (
        select(literal(model.__tablename__)).where(
            _matching(select(literal(1)).where(*conditions), model, terms)[0].exists()
        )
        for model, conditions in seen.items()
    )
    return set(db.session.scalars(union_all(*found)))


def _hits(
    statement: Select[Any], model: Any, terms: str, cursor: str | None, size: int
) -> Page[Any]:
    narrowed, row_id = _matching(statement, model, terms)
    return page(narrowed, [Key(row_id, descending=True)], cursor, size)


def _matching(statement: Select[Any], model: Any, terms: str) -> tuple[Select[Any], Any]:
    """The statement narrowed to what matches, and the column that numbers its rows, which it has
    now too."""
    if db.engine.dialect.name == "postgresql":
        return statement.add_columns(model.id).where(_vector_matches(model, terms)), model.id
    name = f"{model.__tablename__}_fts"
    index = table(name, column("rowid", Integer))
    narrowed = (
        statement.add_columns(index.c.rowid)
        .select_from(index.join(model.__table__, index.c.rowid == model.id))
        .where(literal_column(name).op("MATCH")(terms))
    )
    return narrowed, index.c.rowid


def _terms(query: str, unit_ids: Iterable[int] | None, *, beginning: bool) -> str | None:
    """The query as the index of this database reads it; None if it has no word.

    With `beginning` the last word may also be the beginning of one.
    """
    words = words_of(query)[:10]
    if not words:
        return None
    stems = [stem(word) for word in words]
    units = [_unit_word(unit_id) for unit_id in unit_ids or ()]
    if db.engine.dialect.name == "postgresql":
        terms = [f"'{one}'" for one in stems]
        terms[-1:] = [f"({terms[-1]} | '{words[-1]}':*)"] if beginning else terms[-1:]
        terms += ["(" + " | ".join(f"'{one}'" for one in units) + ")"] if units else []
        return " & ".join(terms)
    terms = [f'"{one}"' for one in stems]
    terms[-1:] = [f'({terms[-1]} OR "{words[-1]}"*)'] if beginning else terms[-1:]
    terms += ["(" + " OR ".join(f'"{one}"' for one in units) + ")"] if units else []
    return " AND ".join(terms)


def _vector_matches(model: Any, terms: str) -> ColumnElement[bool]:
    simple: Any = literal_column("'simple'")
    return func.to_tsvector(simple, model.stems).op("@@")(func.to_tsquery(simple, terms))


def beginning_with(key: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """The condition that a folded key begins with a text, as a range that an index serves."""
    start = fold(prefix)
    return and_(key >= start, key < start + "\U0010fffd")


def searchable_tables() -> list[str]:
    """The tables whose records are found by words."""
    return sorted(
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Searchable)
    )


def indexing(dialect: str, tables: Iterable[str]) -> list[str]:
    """Every statement that makes the word indexes, for migrations and for create_all."""
    maker = _fts5 if dialect == "sqlite" else _gin
    return [statement for table in tables for statement in maker(table)]


def _gin(name: str) -> list[str]:
    return [f"CREATE INDEX ix_{name}_fts ON {name} USING gin (to_tsvector('simple', stems))"]


def _fts5(name: str) -> list[str]:
    fts = f"{name}_fts"
    forget = f"INSERT INTO {fts}({fts}, rowid, stems) VALUES ('delete', OLD.id, OLD.stems);"  # noqa: S608
    learn = f"INSERT INTO {fts}(rowid, stems) VALUES (NEW.id, NEW.stems);"  # noqa: S608
    return [
        f"CREATE VIRTUAL TABLE {fts} USING fts5(stems, content='{name}', content_rowid='id')",
        f"CREATE TRIGGER {fts}_insert AFTER INSERT ON {name} BEGIN {learn} END",
        f"CREATE TRIGGER {fts}_delete AFTER DELETE ON {name} BEGIN {forget} END",
        f"CREATE TRIGGER {fts}_update AFTER UPDATE OF stems ON {name} BEGIN {forget} {learn} END",
    ]


def _create(target: object, connection: Any, **_: object) -> None:
    for statement in indexing(connection.dialect.name, searchable_tables()):
        connection.exec_driver_sql(statement)


event.listen(Model.metadata, "after_create", _create)
