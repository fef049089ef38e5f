"""Asking other units whether it is so there, too, and their answers."""

from collections.abc import Iterable
from datetime import date

from qms.core import journal
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.findings.models import CheckResult, Finding, UnitCheck
from qms.findings.permissions import may_answer_check, may_ask_units
from qms.people.models import Person

MOST_ASKED = 50
"""Units that are asked at once."""


def ask_units(
    finding: Finding,
    unit_ids: Iterable[int],
    *,
    question: str,
    due_on: date,
    by: Person,
    is_quoted: bool = False,
) -> list[UnitCheck]:
    """Ask units the same question, to be answered by a day. They read these words only; with
    `is_quoted` what was found stands below them, which a restricted finding never tells. A unit
    that was asked and has not answered is not asked twice."""
    require(may_ask_units, by, finding)
    wanted = [one for one in dict.fromkeys(unit_ids) if one != finding.unit_id]
    tree = by.rights.tree
    if not wanted or any((node := tree.get(one)) is None or not node.is_open for one in wanted):
        message = _l("Choose at least one other unit.")
        raise Invalid(message, units=message)
    if len(wanted) > MOST_ASKED:
        message = _l("Ask at most %(most)s units at once.", most=MOST_ASKED)
        raise Invalid(message, units=message)
    if not question.strip():
        message = _l("Write what they should look at.")
        raise Invalid(message, question=message)
    if due_on < by.district.today:
        message = _l("The due date lies in the past.")
        raise Invalid(message, due_on=message)
    text = question.strip()
    if is_quoted:
        if finding.access is AccessClass.RESTRICTED:
            message = _l("What a restricted finding says is not told to other units.")
            raise Invalid(message, is_quoted=message)
        text = f"{text}\n\n{finding.deviation}"
    waiting = {one.unit_id for one in checks_of(finding) if one.waits}
    asked = [
        UnitCheck(
            district_id=finding.district_id,
            finding_id=finding.id,
            unit_id=unit_id,
            question=text,
            due_on=due_on,
            asked_on=by.district.today,
            asked_by_id=by.id,
        )
        for unit_id in wanted
        if unit_id not in waiting
    ]
    db.session.add_all(asked)
    for one in asked:
        journal.write("ask_unit", one, by=by)
    touch(finding)
    journal.write("ask_units", finding, by=by, units=[tree[one].code for one in wanted])
    return asked


def checks_of(finding: Finding) -> list[UnitCheck]:
    """The questions of a finding, in the order in which they were asked. One query."""
    return list(
        db.session.query(UnitCheck)
        .filter_by(district_id=finding.district_id, finding_id=finding.id)
        .order_by(UnitCheck.id)
    )


def answer_check(
    check: UnitCheck, *, result: CheckResult, answer: str, by: Person, version: int | None = None
) -> None:
    """Say what was found in the unit that was asked. Said once; who asked can ask anew."""
    require(may_answer_check, by, check)
    same_version(check, version)
    if not check.waits:
        raise OutOfTurn(_l("This question is answered or was taken back."))
    if not answer.strip():
        message = _l("Say what you looked at.")
        raise Invalid(message, answer=message)
    check.result, check.answer = result, answer.strip()
    check.answered_on, check.answered_by_id = by.district.today, by.id
    journal.write("answer_check", check, by=by)


def withdraw_check(check: UnitCheck, *, by: Person) -> None:
    """It need not be answered any more."""
    require(may_ask_units, by, check.finding)
    if not check.waits:
        raise OutOfTurn(_l("This question is answered or was taken back."))
    check.withdrawn_on = by.district.today
    journal.write("withdraw_check", check, by=by)
