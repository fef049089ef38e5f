"""What each grade asks for."""

from typing import Any

from flask import flash, render_template, request, url_for

from qms.core import dates
from qms.core.db import version_of
from qms.core.errors import Invalid, Missing
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me
from qms.findings import operations
from qms.findings.forms import RuleForm
from qms.findings.models import Grade, StepKind
from qms.findings.permissions import may_set_rules
from qms.findings.routes.blueprint import bp
from qms.findings.rules import rows_of, rules_on


@bp.get("/findings/rules")
def rules() -> Any:
    """What each grade asks for today."""
    person = me()
    require(may_set_rules, person)
    return render_template(
        "findings/rules.html",
        rules=[
            (rule, url_for("findings.rule", grade=rule.grade.value))
            for rule in rules_on(person.district_id, person.district.today)
        ],
    )


@bp.route("/findings/rules/<grade>", methods=["GET", "POST"])
def rule(grade: str) -> Any:
    """Set what a grade asks for from a day on."""
    person = me()
    require(may_set_rules, person)
    if grade not in list(Grade):
        raise Missing(_("There is no such grade."))
    chosen = Grade(grade)
    today = person.district.today
    now = next(one for one in rules_on(person.district_id, today) if one.grade is chosen)
    form = RuleForm()
    if request.method == "GET":
        form.version.data = version_of(rows_of(person.district_id, chosen))
        form.from_on.data, form.steps.data = today, [kind.value for kind in now.steps]
        form.reply_days.data, form.due_days.data = now.reply_days, now.due_days
        form.source.data = now.source if now.from_on else None
    if form.validate_on_submit():
        try:
            operations.set_grade_rule(
                chosen,
                from_on=form.from_on.data,
                steps=map(StepKind, form.steps.data or []),
                reply_days=form.reply_days.data,
                due_days=form.due_days.data,
                source=form.source.data or "",
                by=person,
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(
                _("The rule holds from %(day)s on.", day=dates.long_day(form.from_on.data)),
                "success",
            )
            return done("findings.rules")
    page = render_template("findings/rule.html", form=form, grade=chosen)
    return page, 422 if form.errors else 200
