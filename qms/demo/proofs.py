"""Evidence on file: periods, versions, validity, restricted and withdrawn pieces."""

from collections.abc import Callable, Sequence
from typing import Any

from qms.core.db import AccessClass
from qms.core.files import Received
from qms.demo import papers
from qms.demo.stage import Stage, content
from qms.evidence import operations as evidence


def tell(stage: Stage) -> None:
    """File, add versions, withdraw."""
    for told in content("evidence"):
        stage.at(told["day"], _file, told)
        for days, *version in told.get("versions", []):
            stage.at(days, _add_version, told, *version)
        if "withdrawn" in told:
            days, by, reason = told["withdrawn"]
            stage.at(days, _withdraw, told, by, reason)


def _add_version(
    stage: Stage, told: dict[str, Any], by: str, note: str, kinds: Sequence[str]
) -> None:
    evidence.add_version(
        stage.get(f"evidence:{told['key']}"),
        _files(stage, told, [*told["lines"], note], kinds, by),
        note=note,
        by=stage.person(by),
    )


def _withdraw(stage: Stage, told: dict[str, Any], by: str, reason: str) -> None:
    evidence.withdraw_evidence(
        stage.get(f"evidence:{told['key']}"), reason=reason, by=stage.person(by)
    )


def _file(stage: Stage, told: dict[str, Any]) -> None:
    proves_from, proves_until = told.get("from"), told.get("until")
    filed = evidence.file_evidence(
        stage.id_of(f"unit:{told['unit']}"),
        told["name"],
        files=_files(stage, told, told["lines"], told["files"], told["by"]),
        description="; ".join(told["lines"]),
        proves_from=stage.day(proves_from) if proves_from is not None else None,
        proves_until=stage.day(proves_until) if proves_until is not None else None,
        valid_until=stage.day(told["valid"]) if "valid" in told else None,
        access=AccessClass(told.get("access", "ordinary")),
        clause_ids=stage.clause_ids(told),
        by=stage.person(told["by"]),
    )
    stage.keep(f"evidence:{told['key']}", filed)


def _files(
    stage: Stage, told: dict[str, Any], lines: Sequence[str], kinds: Sequence[str], by: str
) -> list[Received]:
    key, name = told["key"].removeprefix("e-"), told["name"]
    signed_by = stage.person(by).name
    made: dict[str, Callable[[], Received]] = {
        "word": lambda: papers.word(key, name, "\n\n".join([f"# {name}", *lines]), stage.moment),
        "excel": lambda: papers.excel(key, name, lines, stage.moment),
        "scan": lambda: papers.scan(key, name, lines, signed_by),
        "photo": lambda: papers.photo(key, 160),
    }
    return [made[kind]() for kind in kinds]
