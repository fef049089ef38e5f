"""Collecting the help of commands for the catalogue, for Babel (see translations/babel.cfg)."""

import ast
from collections.abc import Iterator
from typing import IO, Any

from babel.messages.extract import extract_python

from qms.core.helptext import VERBATIM, paragraphs


def extract(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[Any, ...]]:
    """A method for Babel: the usual messages of a Python file, and the help in it."""
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        for text in _help_in(node):
            for one in paragraphs(text):
                yield node.lineno, None, one.removeprefix(VERBATIM), []  # type: ignore[attr-defined]


def _help_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
        yield ast.get_docstring(node) or ""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "help":
                yield from _constants(keyword.value)


def _makes_command(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(made, ast.Attribute) and made.attr in ("command", "group")


def _constants(value: ast.expr) -> Iterator[str]:
    """The text itself, its constant beginning, or both of a choice between two."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    if isinstance(value, ast.BinOp):
        yield from _constants(value.left)
    if isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)
