"""The house rules that a machine can hold: see docs/decisions.md."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

QMS = Path(__file__).parent.parent / "qms"
SOURCES = sorted(path for path in QMS.rglob("*.py") if "versions" not in path.parts)

COMMITTERS = ("routes.py", "cli.py", "jobs.py")
"""How the files of pages, commands and background work end."""
SHELL = {
    "core/routing.py",  # done(): the one commit of a page
    "core/jobs.py",  # the job table is its own truth
    "core/backup.py",
    "web/shell.py",
    "web/init.py",  # a command
    "demo/filling.py",  # a command, one commit for each day of the story
    "demo/stage.py",
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def found(rule: object) -> list[str]:
    """Where a rule(path, tree) -> lines finds something, as "area/file.py:line"."""
    return [
        f"{path.relative_to(QMS)}:{line}"
        for path in SOURCES
        for line in rule(path, tree_of(path))  # type: ignore[operator]
    ]


def test_only_routes_commands_and_jobs_commit() -> None:
    """What belongs together is saved together, or not at all."""

    def commits(path: Path, tree: ast.Module) -> Iterator[int]:
        name = str(path.relative_to(QMS))
        if name in SHELL or name.endswith(COMMITTERS) or path.parent.name in {"routes", "cli"}:
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "commit":
                    yield node.lineno

    assert found(commits) == []


def test_only_the_workflow_sets_a_state() -> None:
    def sets(path: Path, tree: ast.Module) -> Iterator[int]:
        # Jobs are no workflow of people's: the job table is its own truth.
        if str(path.relative_to(QMS)) in {"core/workflow.py", "core/jobs.py"}:
            return
        for node in ast.walk(tree):
            if not isinstance(node, ast.Assign | ast.AugAssign):
                continue
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for part in ast.walk(target):
                    if isinstance(part, ast.Attribute) and part.attr == "state":
                        yield part.lineno

    assert found(sets) == []


def test_every_module_says_what_it_is_for() -> None:
    assert found(lambda _, tree: [] if ast.get_docstring(tree) else [1]) == []


def test_no_import_hides_in_a_function() -> None:
    """A cycle means that something is in the wrong area."""

    def hidden(_: Path, tree: ast.Module) -> Iterator[int]:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for one in ast.walk(node):
                    if isinstance(one, ast.Import | ast.ImportFrom):
                        yield one.lineno

    assert found(hidden) == []


def test_files_are_named_for_what_they_do() -> None:
    banned = {"utils.py", "helpers.py", "services.py", "common.py"}
    assert [path for path in SOURCES if path.name in banned] == []


def test_operations_ask_for_no_flask() -> None:
    """The same rules hold from the command line and the API."""

    def asks(path: Path, tree: ast.Module) -> Iterator[int]:
        rules = {"operations", "workflow", "permissions", "models"}
        if not {path.stem, path.parent.name} & rules:
            return
        for node in ast.walk(tree):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            if any(name.split(".")[0] == "flask" for name in names):
                yield node.lineno

    assert found(asks) == []
