"""Checklist templates: written line by line, or kept from a checklist that proved good."""

from collections.abc import Iterable
from uuid import UUID

from qms.audits.models import (
    AskedWhen,
    Audit,
    ChecklistTemplate,
    ChecklistTemplateClause,
    ChecklistTemplateLine,
    Method,
)
from qms.audits.permissions.templates import may_edit_template, may_write_templates_in
from qms.audits.queries import MOST_LINES
from qms.core import journal
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid, Missing, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.standards.queries import clause_by_id, own_titles, title_of

STEP = 10


def write_template(
    unit_id: int,
    *,
    name: str,
    by: Person,
    description: str | None = None,
    uid: UUID | None = None,
) -> ChecklistTemplate:
    """Begin a template for the audits of a unit and of those under it. Sent again with the same
    `uid` it is the same template."""
    require(may_write_templates_in, by, unit_id)
    made = made_before(
        ChecklistTemplate,
        uid,
        by=by,
        is_same=lambda one: (one.unit_id, one.name) == (unit_id, name.strip()),
    )
    if made is not None:
        return made
    template = ChecklistTemplate(
        uid=uid or new_uid(),
        district_id=by.district_id,
        unit_id=unit_id,
        name=named(name),
        description=description or None,
    )
    db.session.add(template)
    db.session.flush()
    journal.write("write_template", template, by=by)
    return template


def named(name: str) -> str:
    if not name.strip():
        message = _l("Give the template a name.")
        raise Invalid(message, name=message)
    return name.strip()


def edit_template(
    template: ChecklistTemplate,
    *,
    name: str,
    description: str | None,
    by: Person,
    version: int | None = None,
) -> None:
    """Change the name and what it is for."""
    require(may_edit_template, by, template)
    same_version(template, version)
    template.name, template.description = named(name), description or None
    journal.write("edit_template", template, by=by)


def withdraw_template(
    template: ChecklistTemplate, *, reason: str, by: Person, version: int | None = None
) -> None:
    """Offer it no more; what was made from it stays."""
    require(may_edit_template, by, template)
    same_version(template, version)
    if not reason.strip():
        message = _l("Say why it is withdrawn.")
        raise Invalid(message, reason=message)
    template.withdrawn_on, template.withdrawn_reason = by.district.today, reason.strip()
    journal.write("withdraw_template", template, by=by, reason=reason.strip())


def put_template_line(
    template: ChecklistTemplate,
    number: int | None = None,
    *,
    question: str,
    clause_ids: Iterable[int],
    by: Person,
    section: str | None = None,
    hint: str | None = None,
    methods: Iterable[Method] = (),
    after: int | None = None,
    asked_when: AskedWhen | None = None,
    version: int | None = None,
) -> ChecklistTemplateLine:
    """Add a line at the end of its section (number None), or change one. Without a section it
    stands in that of its first clause. `after`: the number of another line, on whose answer it
    depends (`asked_when`) whether this one is asked."""
    require(may_edit_template, by, template)
    same_version(template, version)
    wanted = judge_line(template, number, question, clause_ids, after)
    section = (section or "").strip() or section_of(template, wanted[0])
    line = template.line(number) if number is not None else None
    if line is None:
        line = ChecklistTemplateLine(
            district_id=template.district_id,
            template_id=template.id,
            number=max((one.number for one in template.lines), default=0) + 1,
            position=max((one.position for one in template.lines), default=0) + STEP,
        )
    line.section = section
    line.question, line.hint = question.strip(), hint or None
    chosen = set(methods)
    line.methods = [one.value for one in Method if one in chosen]
    line.after = after
    line.asked_when = None if after is None else asked_when or AskedWhen.APPLIES
    if line not in template.lines:
        template.lines.append(line)
    db.session.flush()
    put_clauses(template, line.number, wanted)
    in_sections(template)
    touch(template)
    journal.write("put_template_line", template, by=by)
    return line


def judge_line(
    template: ChecklistTemplate,
    number: int | None,
    question: str,
    clause_ids: Iterable[int],
    after: int | None,
) -> list[int]:
    """The clauses, in order. Raises Invalid for what a line cannot say."""
    if not question.strip():
        message = _l("Write the question.")
        raise Invalid(message, question=message)
    clauses = sorted(map(clause_by_id, set(clause_ids)), key=lambda one: (one.edition_id, one.sort))
    if not clauses:
        message = _l("Choose at least one clause.")
        raise Invalid(message, clause_ids=message)
    if number is None and len(template.lines) >= MOST_LINES:
        full = _("A checklist has at most %(most)s lines.", most=MOST_LINES)
        raise Invalid(full, question=full)
    if after is not None and not may_follow(template, number, after):
        message = _l("Choose a line that does not itself depend on this one.")
        raise Invalid(message, after=message)
    return [one.id for one in clauses]


def may_follow(template: ChecklistTemplate, number: int | None, after: int) -> bool:
    """Whether a line may depend on another: it is there, and does not depend on this one."""
    seen: set[int] = set()
    at: int | None = after
    while at is not None:
        line = template.line(at)
        if line is None or at == number or at in seen:
            return False
        seen.add(at)
        at = line.after
    return True


def section_of(template: ChecklistTemplate, clause_id: int) -> str:
    clause = clause_by_id(clause_id)
    return f"{clause.number} {title_of(clause, own=own_titles(template.district_id))}"


def put_clauses(template: ChecklistTemplate, number: int, clause_ids: Iterable[int]) -> None:
    wanted = set(clause_ids)
    kept = [one for one in template.clauses if one.number != number or one.clause_id in wanted]
    there = {one.clause_id for one in kept if one.number == number}
    template.clauses[:] = kept + [
        ChecklistTemplateClause(
            district_id=template.district_id,
            template_id=template.id,
            number=number,
            clause_id=one,
        )
        for one in sorted(wanted - there)
    ]


def in_sections(template: ChecklistTemplate) -> None:
    """Number the lines so that each section stands together, in the order in which they began."""
    begins: dict[str, int] = {}
    lines = sorted(template.lines, key=lambda one: (one.position, one.number))
    for line in lines:
        begins.setdefault(line.section, line.position)
    ordered = sorted(lines, key=lambda one: (begins[one.section], one.position, one.number))
    for n, line in enumerate(ordered, start=1):
        if line.position != n * STEP:
            line.position = n * STEP


def remove_template_line(
    template: ChecklistTemplate, number: int, *, by: Person, version: int | None = None
) -> None:
    """Take a line off a template; lines that depended on it are asked in any case from now on."""
    require(may_edit_template, by, template)
    if template.line(number) is None:
        raise Missing(_l("This line is not in the template any more. Look at the template."))
    same_version(template, version)
    put_clauses(template, number, ())
    db.session.flush()
    for line in template.lines:
        if line.after == number:
            line.after = line.asked_when = None
    template.lines[:] = [one for one in template.lines if one.number != number]
    touch(template)
    journal.write("remove_template_line", template, by=by)


def keep_as_template(
    audit: Audit, *, name: str, by: Person, description: str | None = None
) -> ChecklistTemplate:
    """A template with the lines of an audit's checklist, without anything that was answered. It is
    for the audited unit and those under it. Templates are for all who audit there, so of a
    restricted audit none is made."""
    require(may_write_templates_in, by, audit.unit_id)
    if audit.access is AccessClass.RESTRICTED:
        raise OutOfTurn(_l("Templates are for all auditors: of a restricted audit none is made."))
    template = write_template(audit.unit_id, name=name, by=by, description=description)
    numbers = {line.id: n for n, line in enumerate(audit.listed, start=1)}
    for line in audit.listed:
        condition, n = line.condition, numbers[line.id]
        after = numbers.get(condition.after_id) if condition else None
        template.lines.append(
            ChecklistTemplateLine(
                district_id=audit.district_id,
                template_id=template.id,
                number=n,
                position=n * STEP,
                section=line.section,
                question=line.question,
                hint=line.hint,
                methods=list(line.methods),
                after=after,
                asked_when=condition.asked_when if condition and after else None,
            )
        )
    db.session.flush()
    template.clauses.extend(
        ChecklistTemplateClause(
            district_id=audit.district_id,
            template_id=template.id,
            number=numbers[line.id],
            clause_id=one,
        )
        for line in audit.listed
        for one in line.clause_ids
    )
    touch(template)
    journal.write("keep_as_template", template, by=by)
    return template
