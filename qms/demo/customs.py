"""The district's own figures, rules and words; briefings about documents; a pack."""

from dataclasses import replace
from typing import Any

from qms.certificates.settings import FIGURES
from qms.demo import papers
from qms.demo.stage import Stage, content
from qms.documents.operations import attach_evidence
from qms.findings.models import Grade
from qms.findings.operations import set_grade_rule
from qms.findings.rules import WHOLE
from qms.packs.operations import ask_for_pack
from qms.reminders import operations as reminders
from qms.reminders.models import MailChoice
from qms.reminders.rules import SHIPPED
from qms.standards import operations as standards
from qms.standards.queries import all_editions
from qms.standards.settings import change_figure


def tell(stage: Stage) -> None:
    """Set figures and rules, word clauses and questions, brief people."""
    told = content("customs")
    for chapter, does in (
        ("figures", _figure),
        ("grade_rules", _grade_rule),
        ("words", _words),
        ("questions", _question),
        ("documents", _document),
        ("briefings", _briefing),
        ("packs", _pack),
    ):
        for one in told[chapter]:
            stage.at(one["day"], does, one)
    stage.at(REMINDERS_SET, _reminders)


def _figure(stage: Stage, told: dict[str, Any]) -> None:
    figure = next(figure for figure in FIGURES if figure.key == told["key"])
    change_figure(
        figure,
        told["value"],
        from_on=stage.day(told["day"]),
        source=told["source"],
        by=stage.person(told["by"]),
    )


def _grade_rule(stage: Stage, told: dict[str, Any]) -> None:
    set_grade_rule(
        Grade(told["grade"]),
        from_on=stage.day(told["day"]),
        steps=WHOLE,
        reply_days=told["reply"],
        due_days=told["due"],
        effect_days=told["effect"],
        source=told["source"],
        by=stage.person(told["by"]),
    )


REMINDERS_SET = 70
"""How many days ago people set how they are reminded."""


def _reminders(stage: Stage) -> None:
    """The district hears of what takes months half a year ahead; two people choose for themselves,
    and one subscribes to her calendar."""
    by = stage.person("rahmat")
    reminders.set_rule(replace(SHIPPED, long_before=(180, 90, 30, 7)), by=by)
    reminders.choose_mail(MailChoice.WEEKLY, by=stage.person("endang"))
    reminders.choose_mail(MailChoice.EACH, by=stage.person("siti"))
    reminders.renew_calendar(stage.person("siti"))


def _clause_id(stage: Stage, told: dict[str, Any]) -> int:
    key = "q" if told["edition"] == "iso9001-2015" else "s"
    return stage.clause_ids({key: [told["clause"]]})[0]


def _words(stage: Stage, told: dict[str, Any]) -> None:
    standards.word_clause(
        _clause_id(stage, told),
        title=told.get("title"),
        requirement=told["requirement"],
        by=stage.person(told["by"]),
    )


def _question(stage: Stage, told: dict[str, Any]) -> None:
    standards.word_question(
        _clause_id(stage, told),
        told["question"],
        evidence=told["evidence"],
        by=stage.person(told["by"]),
    )


def _document(stage: Stage, told: dict[str, Any]) -> None:
    standards.word_document(_clause_id(stage, told), told["what"], by=stage.person(told["by"]))


def _briefing(stage: Stage, told: dict[str, Any]) -> None:
    by = stage.person(told["by"])
    attach_evidence(
        stage.get(f"document:{told['document']}"),
        told["name"],
        files=[papers.scan(f"{told['document']}-hadir", told["name"], told["lines"], by.name)],
        by=by,
    )


def _pack(stage: Stage, told: dict[str, Any]) -> None:
    """Asked for, and made by the worker as soon as one runs."""
    ids = {edition.key: edition.id for edition in all_editions()}
    ask_for_pack(
        [stage.id_of(f"unit:{code}") for code in told["units"]],
        [ids[key] for key in told["editions"]],
        from_on=stage.day(told["from"]),
        to_on=stage.today,
        by=stage.person(told["by"]),
    )
