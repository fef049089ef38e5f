"""Findings in every state and grade, their rounds, and actions with and without a finding."""

from typing import Any

from qms.actions import operations as actions
from qms.actions.extending import ask_extension, grant_extension
from qms.actions.models import Action, ActionKind
from qms.core.db import AccessClass
from qms.demo import papers
from qms.demo.stage import Stage, content
from qms.evidence.models import Evidence
from qms.evidence.operations import file_evidence
from qms.findings import operations as findings
from qms.findings.causes import read_outline
from qms.findings.models import CheckResult, Extent, Finding, FindingState, Grade, Source

COORDINATOR = "bambang"
"""Who approves plans where the story names nobody else."""
CRITERION = "Uji petik sebulan kemudian tidak menemukan penyimpangan yang sama."
EARLY = "Layanan berjalan setiap hari; jumlah yang diminta kriteria sudah tercapai."
"""What is said where the story of last year says nothing of its own."""


def tell(stage: Stage) -> None:
    """Raise, answer, act, verify, prove, and what else becomes of findings and actions."""
    for told in [*content("last_year"), *content("findings")]:
        _tell_finding(stage, told)
    for told in content("actions"):
        stage.at(told["day"], _plan, told)
        _tell_action(stage, told)
        if "cancel" in told:
            days, by, reason = told["cancel"]
            stage.at(days, _drop, told, by, reason)


def _tell_finding(stage: Stage, told: dict[str, Any]) -> None:
    stage.at(told["found"], _raise, told)
    if "regrade" in told:
        stage.at(told["regrade"]["day"], _regrade, told)
    if "acknowledge" in told:
        days, by = told["acknowledge"]
        stage.at(days, _acknowledge, told, by)
    if "dispute" in told:
        stage.at(told["dispute"]["day"], _dispute, told)
    if "uphold" in told:
        stage.at(told["uphold"]["day"], _uphold, told)
    for answer in (told.get("answer"), told.get("second")):
        if answer:
            _tell_answer(stage, told, answer)
        if answer is told.get("answer") and "asked" in told:
            _tell_asked(stage, told)
        if answer is told.get("answer") and "effectiveness" in told:
            stage.at(told["effectiveness"]["day"], _judge_effect, told)
    if "cancel" in told:
        stage.at(told["cancel"]["day"], _cancel, told)
    if "reopen" in told:
        stage.at(told["reopen"]["day"], _reopen, told)


def _finding(stage: Stage, told: dict[str, Any]) -> Finding:
    found: Finding = stage.get(f"finding:{told['key']}")
    return found


def _action(stage: Stage, told: dict[str, Any]) -> Action:
    found: Action = stage.get(f"action:{told['key']}")
    return found


def _raise(stage: Stage, told: dict[str, Any]) -> None:
    finding = findings.raise_finding(
        stage.id_of(f"unit:{told['unit']}"),
        source=Source(told["source"]),
        source_note=told.get("note"),
        found_on=stage.day(told["found"]),
        grade=Grade(told["grade"]),
        requirement=told["requirement"],
        seen=told["seen"],
        deviation=told["deviation"],
        place=told["place"],
        clause_ids=stage.clause_ids(told),
        files=[papers.photo(f"{told['key']}-foto", 90)] if told.get("photo") else [],
        access=AccessClass(told.get("access", "ordinary")),
        by=stage.person(told["by"]),
    )
    stage.keep(f"finding:{told['key']}", finding)


def _acknowledge(stage: Stage, told: dict[str, Any], by: str) -> None:
    findings.acknowledge_finding(_finding(stage, told), by=stage.person(by))


def _regrade(stage: Stage, told: dict[str, Any]) -> None:
    regrade = told["regrade"]
    findings.change_grade(
        _finding(stage, told),
        Grade(regrade["to"]),
        reason=regrade["reason"],
        by=stage.person(regrade["by"]),
    )


def _dispute(stage: Stage, told: dict[str, Any]) -> None:
    by = stage.person(told["dispute"]["by"])
    findings.dispute_finding(_finding(stage, told), reason=told["dispute"]["reason"], by=by)


def _uphold(stage: Stage, told: dict[str, Any]) -> None:
    by = stage.person(told["uphold"]["by"])
    findings.uphold_finding(_finding(stage, told), reason=told["uphold"]["reason"], by=by)


def _tell_answer(stage: Stage, told: dict[str, Any], answer: dict[str, Any]) -> None:
    stage.at(answer["day"], _answer, told, answer)
    if "returned" in answer:
        stage.at(answer["returned"][0], _return_plan, told, *answer["returned"][1:])
        stage.at(answer["again"], _send_again, told, answer)
    if not answer.get("waits"):
        approved = answer.get("approved", [answer["day"] - 1, COORDINATOR, None])
        stage.at(approved[0], _approve_plan, told, *approved[1:])
    for action in answer["actions"]:
        _tell_action(stage, {**action, "unit": told["unit"], "access": told.get("access")})
    verified = [action.get("verified") for action in answer["actions"]]
    if all(verified):
        days, by, note = min(verified)
        stage.at(days, _verify, told, by, note)


def _answer(stage: Stage, told: dict[str, Any], answer: dict[str, Any]) -> None:
    finding, by = _finding(stage, told), stage.person(answer["by"])
    findings.write_response(
        finding,
        correction=answer.get("correction"),
        cause=answer["cause"],
        criterion=answer.get("criterion", CRITERION),
        whys=read_outline(answer.get("whys")),
        extent=Extent(answer["extent"][0]) if "extent" in answer else None,
        extent_text=answer["extent"][1] if "extent" in answer else None,
        by=by,
    )
    for planned in answer["actions"]:
        action = findings.add_action(
            finding,
            kind=ActionKind(planned.get("kind", "corrective")),
            what=planned["what"],
            due_on=stage.day(planned["due"]),
            by=by,
            **_owner(stage, planned),
            **_cost(planned),
        )
        stage.keep(f"action:{planned['key']}", action)
    for key in answer.get("serve", ()):
        findings.add_existing_action(finding, stage.get(f"action:{key}"), by=by)
    if names := answer.get("documents"):
        documents = [stage.get(f"document:{key}") for key in names]
        findings.name_documents(finding, documents, by=by)
    findings.answer_finding(finding, by=by)


def _return_plan(stage: Stage, told: dict[str, Any], by: str, reason: str) -> None:
    findings.return_plan(_finding(stage, told), reason=reason, by=stage.person(by))


def _send_again(stage: Stage, told: dict[str, Any], answer: dict[str, Any]) -> None:
    findings.answer_finding(_finding(stage, told), by=stage.person(answer["by"]))


def _approve_plan(stage: Stage, told: dict[str, Any], by: str, note: str | None) -> None:
    """Where the grade asks for it."""
    finding = _finding(stage, told)
    if finding.state is FindingState.SUBMITTED:
        findings.approve_plan(finding, note=note, by=stage.person(by))


def _tell_asked(stage: Stage, told: dict[str, Any]) -> None:
    """Ask other units whether it is so there, too; some have answered."""
    stage.at(told["asked"]["day"], _ask_units, told)
    for unit, days, by, result, answer in told["asked"].get("answers", ()):
        stage.at(days, _answer_check, told, unit, by, result, answer)


def _ask_units(stage: Stage, told: dict[str, Any]) -> None:
    asked = told["asked"]
    found = findings.ask_units(
        _finding(stage, told),
        [stage.id_of(f"unit:{code}") for code in asked["units"]],
        question=asked["question"],
        due_on=stage.day(asked["due"]),
        by=stage.person(asked["by"]),
    )
    for code, check in zip(asked["units"], found, strict=True):
        stage.keep(f"check:{told['key']}:{code}", check)


def _answer_check(
    stage: Stage, told: dict[str, Any], unit: str, by: str, result: str, answer: str
) -> None:
    check = stage.get(f"check:{told['key']}:{unit}")
    findings.answer_check(check, result=CheckResult(result), answer=answer, by=stage.person(by))


def _owner(stage: Stage, told: dict[str, Any]) -> dict[str, Any]:
    if "owner_position" in told:
        unit, title = told["owner_position"]
        return {"owner_position_id": stage.id_of(f"position:{unit}:{title}")}
    return {"owner_person_id": stage.id_of(f"person:{told['owner']}")}


def _cost(told: dict[str, Any]) -> dict[str, Any]:
    """What it may cost and from which account: `cost: [amount, code]`."""
    if "cost" not in told:
        return {}
    amount, code = told["cost"]
    return {"cost_planned": amount, "budget_code": code}


def _plan(stage: Stage, told: dict[str, Any]) -> None:
    action = actions.plan_action(
        stage.id_of(f"unit:{told['unit']}"),
        kind=ActionKind(told["kind"]),
        what=told["what"],
        due_on=stage.day(told["due"]),
        access=AccessClass(told.get("access", "ordinary")),
        by=stage.person(told["by"]),
        **_owner(stage, told),
        **_cost(told),
    )
    stage.keep(f"action:{told['key']}", action)


def _tell_action(stage: Stage, told: dict[str, Any]) -> None:
    """Perhaps given more time, done, perhaps sent back and done again, perhaps verified."""
    if "later" in told:
        stage.at(told["later"][0], _ask_for_time, told, *told["later"][1:])
    if "granted" in told:
        stage.at(told["granted"][0], _give_time, told, told["granted"][1])
    if "done" in told:
        stage.at(told["done"][0], _finish, told, *told["done"][1:])
    if "back" in told:
        stage.at(told["back"][0], _send_back, told, *told["back"][1:])
        stage.at(told["again"][0], _finish, told, *told["again"][1:])
    if "verified" in told:
        stage.at(told["verified"][0], _verify_action, told, *told["verified"][1:])


def _ask_for_time(stage: Stage, told: dict[str, Any], by: str, reason: str, wanted: int) -> None:
    wanted_on = stage.day(wanted)
    ask_extension(_action(stage, told), wanted_on=wanted_on, reason=reason, by=stage.person(by))


def _give_time(stage: Stage, told: dict[str, Any], by: str) -> None:
    action, wanted_on = _action(stage, told), stage.day(told["later"][3])
    grant_extension(action, until=wanted_on, by=stage.person(by))


def _send_back(stage: Stage, told: dict[str, Any], by: str, reason: str) -> None:
    actions.send_back_action(_action(stage, told), reason=reason, by=stage.person(by))


def _verify_action(stage: Stage, told: dict[str, Any], by: str, note: str) -> None:
    actions.verify_action(_action(stage, told), note=note, by=stage.person(by))


def _drop(stage: Stage, told: dict[str, Any], by: str, reason: str) -> None:
    actions.cancel_action(_action(stage, told), reason=reason, by=stage.person(by))


def _finish(stage: Stage, told: dict[str, Any], by: str, note: str) -> None:
    person = stage.person(by)
    actions.finish_action(
        _action(stage, told),
        note=note,
        evidence=[_proof(stage, told, by, note)],
        cost_spent=told.get("spent"),
        by=person,
    )


def _proof(stage: Stage, told: dict[str, Any], by: str, note: str) -> Evidence:
    person, title = stage.person(by), f"Bukti: {told['what'][:80]}"
    return file_evidence(
        stage.id_of(f"unit:{told['unit']}"),
        title,
        files=[papers.scan(f"{told['key']}-bukti", title, [told["what"], note], person.name)],
        access=AccessClass(told.get("access") or "ordinary"),
        by=person,
    )


def _verify(stage: Stage, told: dict[str, Any], by: str, note: str) -> None:
    """Close at once where the grade asks for no proof of effect."""
    finding, person = _finding(stage, told), stage.person(by)
    if finding.grade in (Grade.MAJOR, Grade.MINOR):
        findings.verify_finding(finding, note=note, by=person)
    else:
        findings.close_finding(finding, note=note, by=person)


def _judge_effect(stage: Stage, told: dict[str, Any]) -> None:
    judged = told["effectiveness"]
    finding, by = _finding(stage, told), stage.person(judged["by"])
    if judged["result"] == "accepted":
        early = judged.get("early", EARLY)
        findings.prove_effective(finding, text=judged["text"], early=early, by=by)
    else:
        findings.find_not_effective(finding, reason=judged["text"], by=by)


def _cancel(stage: Stage, told: dict[str, Any]) -> None:
    cancel = told["cancel"]
    findings.cancel_finding(
        _finding(stage, told), reason=cancel["reason"], by=stage.person(cancel["by"])
    )


def _reopen(stage: Stage, told: dict[str, Any]) -> None:
    reopen = told["reopen"]
    findings.reopen_finding(
        _finding(stage, told), reason=reopen["reason"], by=stage.person(reopen["by"])
    )
