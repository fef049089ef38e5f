"""Pages that show the standards: editions, clause trees, crosswalks, a clause."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from babel.dates import format_date
from flask import render_template, url_for

from qms.core import dates
from qms.core.errors import Missing
from qms.core.i18n import gettext as _
from qms.core.i18n import language, ngettext
from qms.core.routing import me
from qms.core.timeline import timeline
from qms.standards import catalogue, overlay, queries, wording
from qms.standards.history import LABELS, SENTENCES
from qms.standards.permissions import may_word
from qms.standards.queries import ClauseRow
from qms.standards.routes.blueprint import bp
from qms.standards.settings import Held, figures_on, transition_figures


@bp.get("/standards")
def index() -> Any:
    """The editions, what leads from one to the next, and the digest of what is loaded."""
    held = figures_on(me().district_id, transition_figures(), me().district.today)
    return render_template(
        "standards/index.html",
        tells_sources=may_word(me()),
        editions=[_edition_shown(row, held) for row in queries.all_editions()],
        crosswalks=[
            (
                _("%(from_)s to %(to)s", from_=_code(walk.from_key), to=_code(walk.to_key))
                if not walk.joins_two_standards
                else _("%(from_)s with %(to)s", from_=_code(walk.from_key), to=_code(walk.to_key)),
                url_for("standards.crosswalk", key=walk.from_key, to=walk.to_key),
                *wording.confidence(walk.confidence),
            )
            for walk in catalogue.crosswalks()
        ],
        digest=catalogue.catalogue_digest(),
        may_edit=may_word(me()),
    )


def _code(key: str) -> str:
    return catalogue.edition(key).code


def _edition_shown(row: queries.EditionRow, held: dict[str, Held]) -> SimpleNamespace:
    entry = catalogue.edition(row.key)
    english = language() == "en"
    end = held.get(f"standards.transition_end.{row.key}")
    return SimpleNamespace(
        code=row.code,
        title=row.title(),
        url=url_for("standards.edition", key=row.key),
        badges=[
            wording.STATUS[entry.status],
            *([] if row.for_new_work else [(_("certificates and history only"), "muted")]),
        ],
        published=_day_text(entry.published),
        withdrawn=_day_text(entry.withdrawn),
        sni=entry.sni_number,
        clauses=len(queries.clauses_of(row.key)),
        transition=_transition_shown(entry, end, english),
        sources=entry.sources,
        sni_note=entry.sni_note,
    )


def _transition_shown(
    entry: catalogue.Edition, end: Held | None, english: bool
) -> SimpleNamespace | None:
    if entry.transition is None:
        return None
    own = end if end is not None and end.is_own else None
    return SimpleNamespace(
        to=_code(entry.transition.to_key),
        milestones=[
            (dates.long_day(one.date), one.event_en if english else one.event_id)
            for one in entry.transition.milestones
        ],
        confidence=wording.confidence(entry.transition.confidence),
        said=entry.transition.confidence,
        note=entry.transition.note,
        own_end=dates.long_day(own.value) if own else None,  # type: ignore[arg-type]
        own_source=own.source if own else None,
    )


def _day_text(day: str | None) -> str:
    """A day as people read it; a month stays a month."""
    if day is None:
        return ""
    if len(day) == 7:
        return str(format_date(date.fromisoformat(f"{day}-01"), "MMMM y", locale=language()))
    return dates.long_day(date.fromisoformat(day))


@bp.get("/standards/<key>")
def edition(key: str) -> Any:
    """An edition: its clause tree with questions and documents beside each clause."""
    person, row = me(), queries.edition_by_key(key)
    entry = catalogue.edition(key)
    held = figures_on(person.district_id, transition_figures(), person.district.today)
    own = queries.own_titles(person.district_id)
    questions = overlay.question_lines(person.district_id, key)
    documents = overlay.document_lines(person.district_id, key)
    return render_template(
        "standards/edition.html",
        tells_sources=may_word(me()),
        edition=_edition_shown(row, held),
        changes=[
            (
                note.clause,
                note.change_en if language() == "en" else note.change_id,
                note.probable,
            )
            for note in entry.changes
        ],
        groups=_grouped(
            [
                _clause_shown(
                    clause, own, questions.get(clause.id, []), documents.get(clause.id, [])
                )
                for clause in queries.clauses_of(key)
            ]
        ),
    )


def _clause_shown(
    clause: ClauseRow,
    own: dict[int, str],
    questions: list[overlay.QuestionLine],
    documents: list[overlay.DocumentLine],
) -> SimpleNamespace:
    """A clause in the tree, with the lines that are used here."""
    asked = [_line(line) for line in questions if line.is_used]
    needed = [_line(line) for line in documents if line.is_needed]
    entry = _entry(clause)
    kept = wording.documented(entry)
    counts = [
        ngettext("%(num)s question", "%(num)s questions", len(asked)) if asked else "",
        ngettext("%(num)s document", "%(num)s documents", len(needed)) if needed else "",
        str(kept[0]) if kept else "",
    ]
    return SimpleNamespace(
        number=clause.number,
        level=clause.level,
        title=queries.title_of(clause, own=own),
        url=url_for("standards.clause", key=clause.edition_key, number=clause.number),
        marks=wording.title_marks(entry, language(), clause.id in own),
        lines=asked + needed,
        summary=" · ".join(count for count in counts if count),
    )


def _grouped(
    clauses: list[SimpleNamespace],
) -> list[tuple[str, str | None, list[SimpleNamespace]]]:
    """(heading, its address, clauses) by chapter; chapters without clauses stand together."""
    chapters = [clause for clause in clauses if clause.level == 1]
    found: list[tuple[str, str | None, list[SimpleNamespace]]] = []
    bare = []
    for chapter in chapters:
        below = [clause for clause in clauses if clause.number.startswith(f"{chapter.number}.")]
        if below:
            found.append((f"{chapter.number} {chapter.title}", chapter.url, below))
        else:
            bare.append(chapter)
    return [(_("Scope, references, terms"), None, bare), *found] if bare else found


def _entry(clause: ClauseRow) -> catalogue.ClauseEntry | None:
    shipped = catalogue.edition(clause.edition_key)
    return shipped.clause(clause.number) if shipped.has_clause(clause.number) else None


def _marks(clause: ClauseRow, has_own_title: bool) -> list[wording.Badge]:
    return wording.clause_marks(_entry(clause), language(), has_own_title)


def _line(line: overlay.QuestionLine | overlay.DocumentLine) -> SimpleNamespace:
    """A line as pages show it: text, hint, badges."""
    badges: list[wording.Badge] = []
    if line.change is not None:
        badges.append(wording.CHANGE[line.change])
    if line.uid is not None:
        badges.append((_("district's words"), "info"))
    if isinstance(line, overlay.QuestionLine):
        hint = line.evidence
        methods = ", ".join(str(wording.METHODS[method]) for method in line.methods)
        text, is_used = line.text, line.is_used
    else:
        hint, methods = line.typical_file, ""
        text, is_used = line.what, line.is_needed
        if line.action in wording.DOCUMENTED:
            badges.append((wording.DOCUMENTED[line.action], "neutral"))
        elif line.key is not None:
            badges.append((_("expected by auditors"), "muted"))
    if not is_used:
        badges.append((_("left out here"), "muted"))
    # A line is edited by its own record, or begun from the shipped one.
    return SimpleNamespace(
        text=text,
        hint=hint,
        methods=methods,
        badges=badges,
        note=line.note,
        args={"own": str(line.uid)} if line.uid else {"line": line.key},
    )


@bp.get("/standards/<key>/to/<to>")
def crosswalk(key: str, to: str) -> Any:
    """Which clause of one edition answers to which of another."""
    try:
        walk = catalogue.crosswalk(key, to)
    except catalogue.Unknown:
        raise Missing(_("There is no crosswalk between these editions.")) from None
    own = queries.own_titles(me().district_id)
    english = language() == "en"

    def shown(edition_key: str, number: str) -> SimpleNamespace:
        clause = queries.clause_by_key(f"{edition_key}:{number}")
        return SimpleNamespace(
            number=number,
            title=queries.title_of(clause, own=own),
            url=url_for("standards.clause", key=edition_key, number=number),
        )

    return render_template(
        "standards/crosswalk.html",
        tells_sources=may_word(me()),
        from_code=_code(key),
        to_code=_code(to),
        turned=walk.joins_two_standards and url_for("standards.crosswalk", key=to, to=key),
        confidence=wording.confidence(walk.confidence),
        said=walk.confidence,
        sources=walk.sources,
        pairs=[
            SimpleNamespace(
                before=shown(key, pair.from_number),
                after=[shown(to, number) for number in pair.to_numbers],
                kind=wording.PAIR[pair.kind],
                note=pair.note_en if english else pair.note_id,
            )
            for pair in walk.pairs
        ],
        new=[
            (shown(to, new.number), new.note_en if english else new.note_id)
            for new in walk.new_in_target
        ],
        only=[
            (_code(edition_key), [shown(edition_key, number) for number in numbers])
            for edition_key, numbers in ((key, walk.only_from), (to, walk.only_to))
            if numbers
        ],
    )


@bp.get("/standards/<key>/clauses/<number>")
def clause(key: str, number: str) -> Any:
    """A clause: titles, the district's requirement text, questions, documents, neighbours."""
    person, row = me(), queries.clause_by_key(f"{key}:{number}")
    words = queries.words_of(person.district_id, row.id)
    questions = overlay.question_lines(person.district_id, key, clause_ids=[row.id])
    documents = overlay.document_lines(person.district_id, key, clause_ids=[row.id])
    entry = _entry(row)
    return render_template(
        "standards/clause.html",
        clause=row,
        title=queries.title_of(row, own={row.id: words.title} if words and words.title else None),
        under=_above(row),
        marks=_marks(row, bool(words and words.title)),
        words=words,
        variant=entry.title_id_variant if entry else None,
        questions=[_line(line) for line in questions.get(row.id, ())],
        documents=[_line(line) for line in documents.get(row.id, ())],
        neighbours=_neighbours(row),
        may_edit=may_word(person),
        entries=timeline(words, SENTENCES, LABELS, person.district.timezone) if words else [],
    )


def _above(row: ClauseRow) -> str | None:
    """The clause above, which tells what a bare "General" is about."""
    if row.parent_id is None:
        return None
    parent = queries.clause_by_id(row.parent_id)
    own = queries.own_titles(me().district_id)
    return f"{parent.number} {queries.title_of(parent, own=own)}"


def _neighbours(row: ClauseRow) -> list[tuple[str, SimpleNamespace]]:
    """Where the clause stands in other editions, as far as a crosswalk names it."""
    found = []
    for walk in catalogue.crosswalks():
        for pair in walk.pairs:
            if walk.from_key == row.edition_key and pair.from_number == row.number:
                others = [(walk.to_key, number) for number in pair.to_numbers]
            elif walk.to_key == row.edition_key and row.number in pair.to_numbers:
                others = [(walk.from_key, pair.from_number)]
            else:
                continue
            for edition_key, number in others:
                other = queries.clause_by_key(f"{edition_key}:{number}")
                found.append(
                    (
                        _code(edition_key),
                        SimpleNamespace(
                            number=number,
                            title=queries.title_of(other),
                            url=url_for("standards.clause", key=edition_key, number=number),
                            kind=wording.PAIR[pair.kind],
                        ),
                    )
                )
    return found
