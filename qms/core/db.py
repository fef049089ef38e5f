"""The database: one declarative base, its column types, and how transactions begin.

SQLite and PostgreSQL behave alike: moments are UTC, sort keys compare byte by byte, states are
checked by the database, and every link between records carries the district, so that isolation is
the database's own and not only ours.
"""

import enum
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    case,
    cast,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    declared_attr,
    mapped_column,
    registry,
    relationship,
)
from sqlalchemy.orm.attributes import flag_modified

from qms.core import clock, text
from qms.core.errors import Stale
from qms.core.i18n import lazy_gettext as _l
from qms.core.uids import new_uid

# A request that only reads begins deferred on SQLite, so that readers never wait for the one
# writer, and has no transaction on PostgreSQL.
only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. Naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of people: NFC, no forbidden characters (text.Unprintable), any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else text.clean(value)


class SortKey(TypeDecorator[str]):
    """Text that sorts byte by byte on both databases: codes, numbers, folded names."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else text.clean(value)


def one_of(members: type[enum.StrEnum], name: str | None = None) -> Enum:
    """The column type of a state or kind: a string that the database checks against the enum.

    Where a table has two columns of one kind, `name` tells their checks apart.
    """
    return Enum(
        members,
        name=name or members.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda cls: [member.value for member in cls],
    )


class SpelledUid(String):
    """A uid as it stands in addresses, with its dashes."""

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return _with_dashes if dialect.name == "sqlite" else None


def spelled(uid: Any) -> Any:
    """A column of uids, read as text: a register that only writes them into links need not have an
    object made of each and written out again, which is a fourteenth of its page."""
    return cast(uid, SpelledUid()).label(uid.key)


def _with_dashes(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: Moment(),
            date: Date(),
            str: Words(),
            UUID: Uuid(as_uuid=True),
            int: BigInteger().with_variant(Integer(), "sqlite"),
        },
    )


class RequestSession(Session):
    """A request that only reads has no transaction around it on PostgreSQL: each statement sees
    what is committed either way, and BEGIN and ROLLBACK are two of five ways to the server."""

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        found = super().get_bind(*args, **options)
        if not only_reads.get() or isinstance(found, Connection) or found.dialect.name == "sqlite":
            return found
        return _without_transaction(found)


@lru_cache(maxsize=4)
def _without_transaction(engine: Engine) -> Engine:
    """The same engine, with the same connections; a session knows its connection by the engine."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@event.listens_for(RequestSession, "before_flush")
def _refuse_to_write(_session: Any, _context: Any, _instances: Any) -> None:
    """What a request wrote that only reads would be committed piece by piece, or not at all."""
    if only_reads.get():
        raise RuntimeError("a request that only reads has written")


db = SQLAlchemy(
    model_class=Base, disable_autonaming=True, session_options={"class_": RequestSession}
)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def link_to(column: str, target: str, **options: Any) -> ForeignKeyConstraint:
    """A foreign key within the district: (district_id, column) to target's (district_id, id)."""
    return ForeignKeyConstraint(
        ["district_id", column], [f"{target}.district_id", f"{target}.id"], **options
    )


def to_one(column: str, target: str, **options: Any) -> Any:
    """A relationship over one foreign key: to_one("Finding.unit_id", "Unit")."""
    return relationship(
        target,
        primaryjoin=f"{column} == {target}.id",
        foreign_keys=column,
        **options,
    )


def to_many(target: str, column: str, owner: str, **options: Any) -> Any:
    """The other side: to_many("FindingClause", "finding_id", "Finding")."""
    return relationship(
        target,
        primaryjoin=f"{owner}.id == {target}.{column}",
        foreign_keys=f"{target}.{column}",
        **options,
    )


class Journalled(Model):
    """A row whose every change is in the journal."""

    __abstract__ = True


class Record(Journalled):
    """A thing that people speak of: it has a uid, a version, and the moment it was recorded."""

    __abstract__ = True
    __rules__: ClassVar[tuple[Any, ...]] = ()

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=new_uid)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return tuple(cls.__rules__)


class DistrictRecord(Record):
    """A record of one district. Others refer to it by (district_id, id)."""

    __abstract__ = True

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("district_id", "id"), *cls.__rules__)


class Part(Journalled):
    """A row that belongs to a record and has no life of its own: a link, a dated name.

    `__part_of__` names the record's class and the column that points at it.
    """

    __abstract__ = True
    __part_of__: ClassVar[tuple[str, str]]
    __rules__: ClassVar[tuple[Any, ...]] = ()

    district_id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return tuple(cls.__rules__)


class AccessClass(enum.StrEnum):
    """Who may see a record in a unit: all who see the unit, or those who need to know."""

    ORDINARY = "ordinary"
    RESTRICTED = "restricted"


def engine_options(url: str) -> dict[str, Any]:
    """What create_engine needs for this database."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}}
    events = [(_note_use, "checkin"), (_be_there, "checkout")]
    return {"pool_size": 5, "max_overflow": 10, "pool_events": events}


TRUSTED = 1.0
"""Seconds after its last use in which a connection to PostgreSQL is not asked if it is there."""


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _be_there(connection: Any, record: Any, _proxy: Any) -> None:
    """Have a connection that the server has given up since (it was restarted, say) replaced. Asking
    a busy one each time would be one of three ways to the server that a page takes."""
    used = record.info.get("used")
    if used is None or time.monotonic() - used < TRUSTED:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.Error as gone:
        raise DisconnectionError from gone


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "recursive_triggers=ON",
        "cache_size=-16000",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    if only_reads.get():
        connection.connection.driver_connection.execute("BEGIN")  # cannot fail, and is frequent
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def holds_any(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a JSON list of ids (perhaps empty, perhaps NULL) holds one of these."""
    wanted = sorted(ids)
    one, value = _listed(column)
    shown = map(str, wanted) if db.engine.dialect.name == "postgresql" else wanted
    return select(literal(1)).select_from(one).where(value.in_(list(shown))).exists()


def holds_the(column: Any, other: Any) -> ColumnElement[bool]:
    """The condition that a JSON list of ids (perhaps empty, perhaps NULL) holds what another column
    of the query says."""
    one, value = _listed(column)
    shown = cast(other, Text) if db.engine.dialect.name == "postgresql" else other
    return (
        select(literal(1))
        .select_from(one)
        .where(value == shown)
        .correlate(column.table, other.table)
        .exists()
    )


def _listed(column: Any) -> tuple[Any, Any]:
    """A JSON list as rows, and the value of a row: text on PostgreSQL."""
    if db.engine.dialect.name == "postgresql":
        listed = case((func.json_typeof(column) == "array", column), else_=cast([], JSON))
        one = func.json_array_elements_text(listed).table_valued("value", name="one")
    else:
        one = func.json_each(column).table_valued("value", name="one")
    return one, one.c.value


def touch(record: Record) -> None:
    """Make the record count as changed although only its parts were: its version rises."""
    flag_modified(record, "recorded_at")


def same_rows(rows: Sequence[Record], seen: int | None, mine: Record | None) -> None:
    """The same for a fact that holds in dated rows: raise Stale unless `seen` is still their
    `version_of`; with the row of one's own day, else with the newest."""
    if seen is not None and rows and version_of(rows) != seen:
        other = mine or max(rows, key=lambda row: row.id)
        raise Stale(_l("Somebody else saved this record while you were working on it."), other)


def version_of(rows: Iterable[Record]) -> int:
    """A number that rises with every change of one of these rows, and with every further one."""
    return sum(row.version for row in rows)


def _version_now(record: Record) -> int:
    """The version of a record, which nobody else can save before this transaction ends. On SQLite
    writers come one after the other anyway."""
    if db.engine.dialect.name == "sqlite" or record.id is None:
        return record.version
    model = type(record)
    with db.session.no_autoflush:
        now = select(model.version).where(model.id == record.id).with_for_update(key_share=True)
        return db.session.scalars(now).one_or_none() or record.version


def same_version(record: Record, seen: int | None) -> None:
    """Raise Stale if the record was saved by somebody else since version `seen` was read. Who saves
    it in the same instant is waited for, so that the second of the two is told so too."""
    if seen is not None and _version_now(record) != seen:
        raise Stale(_l("Somebody else saved this record while you were working on it."), record)
