"""What makes an application for each test cheap: whatever comes out the same for every one of them
is worked out once per process."""

import gc
from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from qms.core.db import db
from qms.people import sessions


def be_thrifty() -> None:
    """Save wherever a test could not tell."""
    # Real argon2, with parameters that cost next to nothing: a cast of sixteen has passwords.
    sessions._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    Flask.jinja_options = {"bytecode_cache": Templates()}
    _compile_statements_once()
    _compile_addresses_once()


class Templates(BytecodeCache):
    """The compiled templates."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._known[bucket.key, bucket.checksum] = bucket.code


def _compile_statements_once() -> None:
    """Keep compiled statements beyond the engine that they were compiled for. SQLAlchemy finds them
    by the engine's dialect, so those of one kind count as equal."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign,assignment]
        dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign,assignment]
    db._engine_options["execution_options"] = {"compiled_cache": LRUCache(2000)}


def _compile_addresses_once() -> None:
    """Keep the functions that Werkzeug compiles to build an address: two for each route."""
    compile_builder = Rule._compile_builder
    known: dict[tuple[str, str, bool], Any] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    Rule._compile_builder = once  # type: ignore[method-assign]


def collect_garbage_seldom() -> None:
    """Once all is imported: what is there now stays. By default a quarter of the time of the tests
    would go into looking for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
