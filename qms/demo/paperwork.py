"""The controlled documents in all their states, and the patterns of their numbers."""

import re
from collections.abc import Sequence
from typing import Any

from qms.core.db import AccessClass
from qms.core.files import Received
from qms.demo import papers
from qms.demo.stage import Stage, content
from qms.documents import operations as documents
from qms.documents.models import Classification, Document, DocumentType, Revision
from qms.documents.operations import Content, Signatories
from qms.people.models import Position

PATTERNS: Sequence[tuple[int, str, str | None, str, str]] = (
    (1195, "INSP", None, "700/{type}-{seq3}/{unit}", "yusuf"),
    (1195, "DISNAKER", None, "{type}/{seq3}/{unit}/{year}", "siti"),
    (760, "DISNAKER", "SK", "{seq}/{unit}/{month_roman}/{year}", "siti"),
    (450, "DINKES", None, "{type}-{unit}-{seq3}", "fitri"),
)
"""(days before today, unit, type, pattern, who set it)."""

SUBMITTED, CHECKED, DECIDED = 1, 3, 5
"""Days after a revision was begun."""
TOP = {DocumentType.MANUAL, DocumentType.POLICY, DocumentType.OBJECTIVES}
"""Owned by the head's position; the rest by who writes them."""


def tell(stage: Stage) -> None:
    """Number, draft, review, approve, revise and withdraw."""
    for days, *pattern in PATTERNS:
        stage.at(days, _set_pattern, *pattern)
    for told in content("documents"):
        _tell_document(stage, told)


def _set_pattern(stage: Stage, unit: str, type: str | None, pattern: str, by: str) -> None:
    documents.set_pattern(
        stage.id_of(f"unit:{unit}"),
        DocumentType(type) if type else None,
        pattern,
        by=stage.person(by),
    )


def _tell_document(stage: Stage, told: dict[str, Any]) -> None:
    revisions = told["revisions"]
    for number, revision in enumerate(revisions):
        begun, effective, note = revision[:3]
        state = revision[3] if len(revision) > 3 else "approved"
        is_last = number == len(revisions) - 1
        if number == 0:
            stage.at(begun, _draft, told, is_last)
        else:
            stage.at(begun, _revise, told, note, is_last)
        _tell_review(stage, told, begun, effective, state)
    if "withdrawn" in told:
        days, reason = told["withdrawn"]
        stage.at(days, _withdraw, told, reason)


def _tell_review(
    stage: Stage, told: dict[str, Any], begun: int, effective: int, state: str
) -> None:
    if state == "draft":
        return
    stage.at(begun - SUBMITTED, _submit, told)
    if state == "returned":
        stage.at(begun - CHECKED, _send_back, told)
        return
    if state == "in_review" and told["unit"] != "BLK":
        return  # one waits for its checker, the other for its approver
    stage.at(begun - CHECKED, _check, told)
    if state == "approved":
        stage.at(begun - DECIDED, _approve, told, effective)
        if "scan" in told.get("files", []):
            stage.at(begun - DECIDED, _attach_scan, told)


def _document(stage: Stage, told: dict[str, Any]) -> Document:
    found: Document = stage.get(f"document:{told['key']}")
    return found


def _being_written(stage: Stage, told: dict[str, Any]) -> Revision:
    found = _document(stage, told).being_written
    assert found is not None, told["key"]
    return found


def _draft(stage: Stage, told: dict[str, Any], is_last: bool) -> None:
    type = DocumentType(told["type"])
    author = stage.person(told["by"])
    document = documents.draft_document(
        stage.id_of(f"unit:{told['unit']}"),
        type=type,
        title=told["title"],
        by=author,
        owner=_head_position(stage, told) if type in TOP else author,
        classification=Classification(told.get("classification", "internal")),
        access=AccessClass(told.get("access", "ordinary")),
        review_on=stage.day(-told.get("review", 200)),
        clause_ids=stage.clause_ids(told),
        change_note=told["revisions"][0][2],
        content=_content(stage, told, is_last),
        signatories=_signatories(stage, told),
    )
    stage.keep(f"document:{told['key']}", document)


def _head_position(stage: Stage, told: dict[str, Any]) -> Position | None:
    """The position of who approves, in the document's unit."""
    person = next(one for one in content("people") if one["key"] == told["approve"])
    for position in person.get("positions", []):
        if position["unit"] == told["unit"]:
            found: Position = stage.get(f"position:{position['unit']}:{position['title']}")
            return found
    return None


def _signatories(stage: Stage, told: dict[str, Any]) -> Signatories:
    return Signatories(
        checked=stage.person(told["check"]) if told["check"] != told["approve"] else None,
        approved=stage.person(told["approve"]),
    )


def _content(stage: Stage, told: dict[str, Any], is_last: bool) -> Content:
    """What a revision says. Earlier ones were shorter: they lack the last paragraph."""
    body = told.get("body", "")
    if not is_last:
        body = re.sub(r"\n\n[^\n](?:(?!\n\n).)*\Z", "\n", body.strip(), flags=re.DOTALL)
    files = told.get("files", [])
    if "pdf" in files:
        return Content(source=papers.scan(told["key"], told["title"], ["Lembaran Negara"], ""))
    if "word" in files:
        return Content(source=_word(stage, told, body))
    return Content(body=body)


def _word(stage: Stage, told: dict[str, Any], body: str) -> Received:
    return papers.word(told["key"], told["title"], body, stage.moment)


def _revise(stage: Stage, told: dict[str, Any], note: str, is_last: bool) -> None:
    author = stage.person(told["by"])
    revision = documents.new_revision(_document(stage, told), change_note=note, by=author)
    documents.edit_revision(
        revision,
        change_note=note,
        content=_content(stage, told, is_last),
        signatories=_signatories(stage, told),
        by=author,
    )


def _submit(stage: Stage, told: dict[str, Any]) -> None:
    documents.submit_revision(_being_written(stage, told), by=stage.person(told["by"]))


def _check(stage: Stage, told: dict[str, Any]) -> None:
    documents.check_revision(_being_written(stage, told), by=stage.person(told["check"]))


def _approve(stage: Stage, told: dict[str, Any], effective: int) -> None:
    documents.approve_revision(
        _being_written(stage, told),
        by=stage.person(told["approve"]),
        effective_from=stage.day(effective),
    )


def _send_back(stage: Stage, told: dict[str, Any]) -> None:
    documents.send_back(
        _being_written(stage, told),
        by=stage.person(told["check"]),
        reason="Langkah bila layanan daring terhenti belum diatur. Lengkapi lalu ajukan kembali.",
    )


def _attach_scan(stage: Stage, told: dict[str, Any]) -> None:
    lines = [
        re.sub(r"^[#|>\-\s]+|\*", "", line)
        for line in told["body"].splitlines()
        if line.strip() and not line.startswith("|")
    ]
    signed_by = stage.person(told["approve"]).name
    documents.attach_scan(
        _document(stage, told).last,
        papers.scan(f"{told['key']}-bertanda-tangan", told["title"], lines, signed_by),
        by=stage.person(told["by"]),
    )


def _withdraw(stage: Stage, told: dict[str, Any], reason: str) -> None:
    documents.withdraw_document(
        _document(stage, told), reason=reason, by=stage.person(told["approve"])
    )
