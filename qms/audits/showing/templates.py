"""A checklist template by section."""

from dataclasses import dataclass

from qms.audits.models import ChecklistTemplate
from qms.audits.showing.checklist import clauses_text, methods_text


@dataclass(frozen=True)
class TemplateLine:
    """A line as the template's page shows it."""

    number: int
    question: str
    hint: str | None
    clauses: str
    methods: str
    condition: str


def template_sections(template: ChecklistTemplate) -> list[tuple[str, list[TemplateLine]]]:
    """(section, its lines), in their order."""
    cited: dict[int, list[int]] = {}
    for one in template.clauses:
        cited.setdefault(one.number, []).append(one.clause_id)
    questions = {line.number: line.question.split("\n")[0][:160] for line in template.lines}
    found: dict[str, list[TemplateLine]] = {}
    for line in template.lines:
        condition = ""
        if line.after is not None and line.asked_when is not None:
            condition = f"{line.asked_when.label}: {questions.get(line.after, '')}"
        found.setdefault(line.section, []).append(
            TemplateLine(
                line.number,
                line.question,
                line.hint,
                clauses_text(cited.get(line.number, [])),
                methods_text(line.methods),
                condition,
            )
        )
    return list(found.items())
