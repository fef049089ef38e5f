"""Pages of the evidence area: the register, one piece with its versions, downloads."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for

from qms.core import dates, files
from qms.core.db import AccessClass
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.registers import Filter, MoveButton, page_links
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.core.timeline import timeline
from qms.evidence import operations
from qms.evidence.forms import EditEvidenceForm, NewEvidenceForm, VersionForm
from qms.evidence.history import LABELS, SENTENCES
from qms.evidence.models import Evidence
from qms.evidence.permissions import (
    FILES_EVIDENCE,
    may_classify,
    may_file_somewhere,
    may_keep,
    may_reclassify,
)
from qms.evidence.queries import evidence_by_uid, evidence_page, file_of
from qms.evidence.showing import shown_file
from qms.evidence.uploads import received
from qms.people.roles import NEED_TO_KNOW
from qms.standards.queries import (
    ClauseRow,
    clause_by_id,
    clause_choices,
    editions_in_use,
    in_clause_order,
    own_titles,
    title_of,
)

bp = Blueprint("evidence", __name__)

STANDINGS = {
    "in_use": _l("In use"),
    "expired": _l("No longer counts"),
    "withdrawn": _l("Withdrawn"),
}
TONES = {"in_use": "good", "expired": "warn", "withdrawn": "muted"}


@bp.get("/evidence")
def index() -> Any:
    """The register of evidence, newest first."""
    person, q = me(), request.args.get("q", "")[:200]
    standing = [one for one in request.args.getlist("standing") if one in STANDINGS]
    clause = clause_by_id(asked) if (asked := request.args.get("clause", type=int)) else None
    page = evidence_page(
        person,
        chosen_unit(),
        q=q,
        standing=standing,
        clause_id=clause.id if clause else None,
        cursor=request.args.get("cursor"),
    )
    tree = person.rights.tree
    return render_template(
        "evidence/index.html",
        rows=[_row(row, tree[row.unit_id].label, person.district.today) for row in page.rows],
        filters=_filters(standing, clause),
        q=q,
        links=page_links(page, "evidence.index"),
        is_narrowed=bool(q or standing or clause),
        may_file=may_file_somewhere(person),
    )


def _filters(standing: list[str], clause: ClauseRow | None) -> list[Filter]:
    found: list[Filter] = [
        (
            "standing",
            _("State"),
            [(key, str(label), None, key in standing) for key, label in STANDINGS.items()],
        )
    ]
    if clause is not None:
        shown = f"{clause.edition_code} – {clause.number}"
        found.append(("clause", _("Clause"), [(str(clause.id), shown, None, True)]))
    return found


def _row(row: Any, unit: str, today: Any) -> dict[str, Any]:
    standing = standing_of(row, today)
    return {
        "name": row.name,
        "url": url_for("evidence.show", uid=row.uid),
        "unit": unit,
        "added_on": dates.short_day(row.added_on),
        "period": period(row),
        "standing": str(STANDINGS[standing]),
        "tone": TONES[standing],
        "is_restricted": row.access is AccessClass.RESTRICTED,
    }


def standing_of(evidence: Any, today: Any) -> str:
    """Whether evidence (a record or a row of the register) still counts: a key of STANDINGS."""
    if evidence.withdrawn_on is not None:
        return "withdrawn"
    if evidence.valid_until is not None and evidence.valid_until < today:
        return "expired"
    return "in_use"


def period(evidence: Any) -> str:
    """The period that it proves, as people read it; empty if none is given."""
    first, last = dates.short_day(evidence.proves_from), dates.short_day(evidence.proves_until)
    if first and last:
        return first if first == last else f"{first} – {last}"
    if first:
        return _("from %(day)s", day=first)
    return _("until %(day)s", day=last) if last else ""


def _units_to_file(person: Any) -> list[Any]:
    held = person.rights.units(FILES_EVIDENCE)
    return [node for node in person.rights.tree if node.is_open and node.id in held]


@bp.route("/evidence/new", methods=["GET", "POST"])
def new() -> Any:
    """File a new piece of evidence."""
    person, form = me(), NewEvidenceForm()
    require(may_file_somewhere, person)
    nodes = _units_to_file(person)
    form.unit.offer_units(nodes)
    form.offer(
        clause_choices(
            [one.key for one in editions_in_use([node.id for node in nodes])],
            own=own_titles(person.district_id),
        ),
        may_restrict=person.rights.hold_anywhere(NEED_TO_KNOW),
    )
    if request.method == "GET" and (node := person.rights.tree.get(chosen_unit())):
        form.unit.data = str(node.uid)
    if form.validate_on_submit() and _may_have_access(form, person):
        try:
            evidence = operations.file_evidence(
                form.unit.unit_id,
                files=received(form.files),
                by=person,
                uid=form.new_uid,
                **_words(form),
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The evidence is filed."), "success")
            return done("evidence.show", uid=evidence.uid)
    page = render_template("evidence/new.html", form=form)
    return page, 422 if form.errors else 200


def _may_have_access(form: NewEvidenceForm, person: Any) -> bool:
    """Whether the chosen unit's evidence may be so restricted by this person; said at the field."""
    if "access" not in form:
        return True
    if may_classify(person, (form.unit.unit_id, AccessClass(form.access.data))):
        return True
    message = _("You cannot restrict records of this unit: that is for those who need to know.")
    form.access.errors = [message]
    return False


def _words(form: Any) -> dict[str, Any]:
    words = {
        name: form[name].data
        for name in ("name", "description", "proves_from", "proves_until", "valid_until")
    }
    words["clause_ids"] = form.clause_ids.data
    if "access" in form:
        words["access"] = AccessClass(form.access.data)
    return words


@bp.get("/evidence/<uid>")
def show(uid: str) -> Any:
    """One piece of evidence: what it shows, its versions, its clauses, its history."""
    evidence = evidence_by_uid(me(), uid_or_404(uid))
    return _shown(evidence, VersionForm(obj=evidence))


def _shown(evidence: Evidence, form: VersionForm) -> Any:
    person = me()
    standing = standing_of(evidence, person.district.today)
    is_kept = may_keep(person, evidence) and evidence.withdrawn_on is None
    titles = own_titles(person.district_id) if evidence.clauses else {}
    page = render_template(
        "evidence/show.html",
        evidence=evidence,
        unit=person.rights.tree[evidence.unit_id].name,
        badges=_badges(evidence, standing),
        period=period(evidence),
        versions=[_version(evidence, one) for one in reversed(evidence.versions)],
        clauses=[
            (clause.edition_code, clause.number, title_of(clause, own=titles))
            for clause in in_clause_order(link.clause_id for link in evidence.clauses)
        ],
        form=form if is_kept else None,
        moves=_moves(evidence) if is_kept else [],
        entries=timeline(evidence, SENTENCES, LABELS, person.district.timezone),
    )
    return page, 422 if form.errors else 200


def _badges(evidence: Evidence, standing: str) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = [(STANDINGS[standing], TONES[standing])]
    if evidence.access is AccessClass.RESTRICTED:
        found.append((_("Restricted"), "warn"))
    if evidence.is_confidential:
        found.append((_("About integrity"), "warn"))
    return found


def _moves(evidence: Evidence) -> list[MoveButton]:
    url = url_for("evidence.move", uid=evidence.uid, move="withdraw")
    return [MoveButton(_("Withdraw"), url, False, True, None)]


def _version(evidence: Evidence, version: Any) -> dict[str, Any]:
    return {
        "number": version.number,
        "note": version.note,
        "when": dates.long_moment(version.added_at, me().district.timezone),
        "who": version.added_by.name if version.added_by else _("imported"),
        "files": [
            {
                **shown_file(
                    evidence.uid,
                    version.number,
                    file.position,
                    file.name,
                    file.stored.size,
                    file.stored.mime,
                )._asdict(),
                "sha256": file.stored.sha256,
                "is_shown": file.stored.mime in files.INLINE,
            }
            for file in version.files
        ],
    }


@bp.route("/evidence/<uid>/edit", methods=["GET", "POST"])
def edit(uid: str) -> Any:
    """Change what is said about a piece of evidence."""
    person = me()
    evidence = evidence_by_uid(person, uid_or_404(uid))
    require(may_keep, person, evidence)
    form = EditEvidenceForm(obj=evidence)
    cited = [link.clause_id for link in evidence.clauses]
    form.offer(
        clause_choices(
            [one.key for one in editions_in_use([evidence.unit_id])],
            own=own_titles(person.district_id),
            keep=cited,
        ),
        may_restrict=may_reclassify(person, evidence),
    )
    if request.method == "GET":
        form.clause_ids.data = cited
    if form.validate_on_submit():
        try:
            operations.edit_evidence(evidence, by=person, seen=form.version.data, **_words(form))
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("Saved."), "success")
            return done("evidence.show", uid=uid)
    page = render_template("evidence/edit.html", form=form, evidence=evidence)
    return page, 422 if form.errors else 200


@bp.post("/evidence/<uid>/versions")
def add_version(uid: str) -> Any:
    """Add a newer version."""
    evidence = evidence_by_uid(me(), uid_or_404(uid))
    require(may_keep, me(), evidence)
    form = VersionForm()
    if form.validate():
        try:
            operations.add_version(
                evidence,
                received(form.files),
                note=form.note.data,
                by=me(),
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The newer version is filed."), "success")
            return done("evidence.show", uid=uid)
    return _shown(evidence_by_uid(me(), uid_or_404(uid)), form)


@bp.post("/evidence/<uid>/moves/<move>")
def move(uid: str, move: str) -> Any:
    """Withdraw a piece of evidence."""
    if move != "withdraw":
        abort(404)
    evidence = evidence_by_uid(me(), uid_or_404(uid))
    operations.withdraw_evidence(
        evidence,
        reason=request.form.get("reason", ""),
        by=me(),
        seen=request.form.get("version", type=int),
    )
    flash(_("The evidence is withdrawn. It stays readable."), "success")
    return done("evidence.show", uid=uid)


@bp.get("/evidence/<uid>/files/<int(max=99999):number>/<int(max=99999):position>")
def file(uid: str, number: int, position: int) -> Any:
    """Download a file of a version; with ?show pictures and PDF open in the browser."""
    found = file_of(me(), uid_or_404(uid), number, position)
    return files.send(found.stored, found.name, inline="show" in request.args)
