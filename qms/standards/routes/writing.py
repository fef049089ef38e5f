"""Pages on which a district writes its own words over a standard."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, render_template, request, url_for

from qms.core.errors import Missing
from qms.core.forms import EditForm, saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.standards import operations, overlay, queries
from qms.standards.forms import DocumentForm, QuestionForm, WordsForm
from qms.standards.permissions import may_word
from qms.standards.queries import ClauseRow
from qms.standards.routes.blueprint import bp


@bp.route("/standards/<key>/clauses/<number>/words", methods=["GET", "POST"])
def words(key: str, number: str) -> Any:
    """Write the district's own title and requirement text."""
    require(may_word, me())
    row = queries.clause_by_key(f"{key}:{number}")
    form = WordsForm(obj=queries.words_of(me().district_id, row.id))
    if saved(
        form,
        lambda: operations.word_clause(
            row.id,
            title=form.title.data,
            requirement=form.requirement.data,
            by=me(),
            seen=form.version.data or 0,  # a form without a version saw no words yet
        ),
    ):
        flash(_("The district's words for clause %(number)s are saved.", number=number), "success")
        return done("standards.clause", key=key, number=number)
    return _form_page(_("Own title and text"), row, form)


@bp.route("/standards/<key>/clauses/<number>/question", methods=["GET", "POST"])
@bp.route("/standards/<key>/clauses/<number>/question-<own>", methods=["GET", "POST"])
def question(key: str, number: str, own: str | None = None) -> Any:
    """Write a question of the district's own, or its wording of a shipped one (?line=)."""
    require(may_word, me())
    row = queries.clause_by_key(f"{key}:{number}")
    record = queries.own_question_by_uid(row, me().district_id, uid_or_404(own)) if own else None
    shipped = None if own else _shipped(overlay.question_lines, row)
    begun = {"question": shipped.text, "evidence": shipped.evidence} if shipped else None
    form = QuestionForm(obj=record, data=begun)
    if saved(
        form,
        lambda: operations.word_question(
            row.id,
            form.question.data,
            evidence=form.evidence.data,
            is_used=form.is_used.data,
            shipped_key=shipped.key if shipped else None,
            record=record,
            by=me(),
            seen=form.version.data,
        ),
    ):
        flash(_("The question is saved."), "success")
        return done("standards.clause", key=key, number=number)
    return _form_page(_("Question"), row, form)


@bp.route("/standards/<key>/clauses/<number>/document", methods=["GET", "POST"])
@bp.route("/standards/<key>/clauses/<number>/document-<own>", methods=["GET", "POST"])
def document(key: str, number: str, own: str | None = None) -> Any:
    """Write a line of documented information, or the district's wording of a shipped one."""
    require(may_word, me())
    row = queries.clause_by_key(f"{key}:{number}")
    record = queries.own_document_by_uid(row, me().district_id, uid_or_404(own)) if own else None
    shipped = None if own else _shipped(overlay.document_lines, row)
    form = DocumentForm(obj=record, data={"what": shipped.what} if shipped else None)
    if saved(
        form,
        lambda: operations.word_document(
            row.id,
            form.what.data,
            is_needed=form.is_needed.data,
            shipped_key=shipped.key if shipped else None,
            record=record,
            by=me(),
            seen=form.version.data,
        ),
    ):
        flash(_("The line is saved."), "success")
        return done("standards.clause", key=key, number=number)
    return _form_page(_("Documented information"), row, form)


def _shipped(lines_of: Callable[..., Mapping[int, Sequence[Any]]], row: ClauseRow) -> Any:
    """The shipped line of a clause that the query string names, if it names one; Missing for one
    that is not there."""
    wanted = request.args.get("line")
    if wanted is None:
        return None
    lines = lines_of(me().district_id, row.edition_key, clause_ids=[row.id])
    for line in lines.get(row.id, []):
        if line.key == wanted:
            return line
    raise Missing(_("There is no such line."))


def _form_page(title: str, row: ClauseRow, form: EditForm) -> Any:
    page = render_template(
        "standards/form.html",
        title=title,
        form=form,
        fields=[field for field in form if field.name not in ("csrf_token", "version")],
        clause=row,
        clause_title=queries.title_of(row),
        back=url_for("standards.clause", key=row.edition_key, number=row.number),
    )
    return page, 422 if form.errors else 200
