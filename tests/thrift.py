"""What makes an application for each test cheap: whatever comes out the same for every one of them
is worked out once per process."""

from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from qms.core.db import db
from qms.people import sessions


def be_thrifty() -> None:
    """Save wherever a test could not tell."""
    # Real argon2, with parameters that cost next to nothing: a cast of sixteen has passwords.
    sessions._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    Flask.jinja_options = {"bytecode_cache": Templates()}
    db._engine_options["execution_options"] = {"compiled_cache": Statements(5000)}
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


class Statements(LRUCache[Any, Any]):
    """The compiled statements. SQLAlchemy's keys begin with the dialect, which is another object
    for each engine; here its name stands for it."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), value)


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
