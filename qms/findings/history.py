"""A finding's history in sentences."""

from collections.abc import Mapping
from typing import Any

from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.timeline import day_text
from qms.deadlines.models import Counting
from qms.findings.models import NO_GRADE, CheckResult, FindingState, Grade, Source, StepKind

GRADES = {grade.value: grade for grade in Grade}


def grade_that_was_lacking(kept: str) -> str:
    """What is kept of a grade that the file did not say, in words."""
    grade = GRADES.get(kept.rpartition(" ")[2])
    return _("none, so taken as: %(grade)s", grade=grade.label) if grade else kept


def other_columns(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an imported finding keeps of its file's other columns, by heading."""
    return [
        (_("Grade in the file"), grade_that_was_lacking(str(value)))
        if name == NO_GRADE
        else (name, str(value))
        for name, value in kept.items()
    ]


def _in_one_line(kept: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in other_columns(kept))


SENTENCES = {
    "raise_finding": _l("raised the finding"),
    "edit_finding": _l("corrected the statement"),
    "change_grade": _l("changed the grade"),
    "add_evidence": _l("added evidence"),
    "write_response": _l("wrote correction and cause"),
    "add_action": _l("planned an action"),
    "name_documents": _l("named documents that must change"),
    "settle_document": _l("said that a document need not change"),
    "ask_units": _l("asked other units whether it is so there, too"),
    "ask_unit": _l("asked the unit whether it is so there, too"),
    "answer_check": _l("answered for the unit"),
    "withdraw_check": _l("took the question back"),
    "answer": _l("sent the answer"),
    "submit": _l("sent the answer; its plan waits for approval"),
    "dispute": _l("disputed the finding"),
    "note_dispute": _l("noted that the auditee disputed it on the spot"),
    "note_stance": _l("noted what the auditee said on the spot"),
    "accept": _l("accepted it after all"),
    "note_acceptance": _l("noted that the auditee accepted it after all"),
    "uphold": _l("decided the dispute: the finding stands"),
    "regrade": _l("decided the dispute: another grade"),
    "approve_plan": _l("approved the plan"),
    "return_plan": _l("sent the plan back"),
    "acknowledge": _l("acknowledged and closed it"),
    "send_back": _l("sent the answer back"),
    "verify": _l("verified the answer"),
    "close": _l("verified and closed it"),
    "prove": _l("found it effective and closed it"),
    "prove_early": _l("found it effective before the day of the check, and closed it"),
    "not_effective": _l("found it not effective; a new round began"),
    "cancel": _l("cancelled the finding"),
    "reopen": _l("reopened it; a new round began"),
    "import_finding": _l("imported it"),
    "update_imported": _l("took over the corrected file"),
    "correct_import": _l("took over the corrected file"),
    **{f"import_{state.value}": _l("took over the file's state") for state in FindingState},
}

LABELS = {
    "grade": (_l("Grade"), lambda value: Grade(value).label),
    "source": (_l("Source"), lambda value: Source(value).label),
    "source_note": _l("Which audit, complaint or meeting"),
    "place": _l("Place or process"),
    "requirement": _l("Requirement"),
    "seen": _l("Evidence seen"),
    "deviation": _l("Deviation"),
    "due_on": (_l("Closing due"), day_text),
    "reply_due_on": (_l("Answer due"), day_text),
    "body_plan_due_on": (_l("The body wants the plan until"), day_text),
    "body_due_on": (_l("The body wants it closed until"), day_text),
    "first_due_on": (_l("At first due until"), day_text),
    "effect_due_on": (_l("Check of the effect due"), day_text),
    "closed_on": (_l("Closed on"), day_text),
}

JOURNAL_LABELS = {
    **LABELS,
    "imported_extra": (_l("Further columns of the file"), _in_one_line),
}

RULE_LABELS = {
    "grade": LABELS["grade"],
    "steps": (
        _l("Steps of the response"),
        lambda value: ", ".join(str(StepKind(one).label) for one in value),
    ),
    "counting": (_l("Days counted as"), lambda value: str(Counting(value).label)),
    "by_source": (
        _l("Days by source"),
        lambda value: "; ".join(
            f"{Source(name).label}: {reply or '–'} / {due or '–'}"
            for name, (reply, due) in value.items()
        ),
    ),
    "effect_days": _l("Days until the effect is checked"),
    "source": _l("Source of the figures"),
}

CHECK_LABELS = {
    "question": _l("Question"),
    "due_on": (_l("Answer due"), day_text),
    "asked_on": (_l("Asked on"), day_text),
    "answered_on": (_l("Answered on"), day_text),
    "withdrawn_on": (_l("Taken back"), day_text),
    "result": (_l("Result"), lambda value: CheckResult(value).label),
    "answer": _l("Answer"),
}
