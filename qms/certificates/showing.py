"""Certificates and scopes as pages show them: texts and tones, ready for templates."""

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace

from flask import url_for

from qms.certificates.models import Certificate
from qms.certificates.queries import CertificateOn
from qms.certificates.state import CertificateState, Standing, in_order
from qms.certificates.wall import Hung, WallRow
from qms.core.dates import long_day, short_day
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.models import UnitScope
from qms.standards.queries import in_clause_order, title_of
from qms.units.tree import Tree


def months_left(standing: Standing) -> str:
    """How much is left, in words; empty unless the certificate is held."""
    months = standing.months_left
    if months is None:
        return ""
    if months == 0:
        return _("less than a month left")
    return ngettext("%(num)s month left", "%(num)s months left", months)


def left_tone(standing: Standing) -> str:
    """Bad below three months, warn within the lead of the recertification."""
    if standing.months_left is None:
        return "neutral"
    if standing.months_left < 3:
        return "bad"
    assert standing.recertification_from is not None
    return "warn" if standing.day >= standing.recertification_from else "neutral"


def next_step(standing: Standing) -> tuple[str, str] | None:
    """(text, tone) of what comes next."""
    step = standing.next
    if step is None:
        return None
    if step.by is None:
        return str(step.kind.label), "neutral"
    text = _("%(step)s by %(day)s", step=str(step.kind.label), day=short_day(step.by))
    return text, step.tone(standing.day)


def wall_row(row: WallRow, tree: Tree) -> SimpleNamespace:
    """A row of the wall."""
    held = row.certificate
    standing = held.standing if held else None
    holder = tree[held.unit_id].label if held and held.unit_id != row.unit.id else ""
    return SimpleNamespace(
        unit=row.unit.name,
        edition=row.edition.code,
        url=url_for("certificates.unit", unit=row.unit.uid, key=row.edition.key),
        scope=row.scope,
        certificate_url=url_for("certificates.show", uid=held.uid) if held else None,
        number=(held.number or _("without a number")) if held else "",
        body=held.body if held else "",
        holder=holder,
        state=(held.standing.state.label, held.standing.state.tone) if held else None,
        until=_until(standing) if standing else "",
        left=months_left(standing) if standing else "",
        left_tone=left_tone(standing) if standing else "neutral",
        next=next_step(standing) if standing else None,
        earlier=max(0, len(row.certificates) - 1),
    )


def _until(standing: Standing) -> str:
    """The last day; what was withdrawn has none any more."""
    return "" if standing.state is CertificateState.WITHDRAWN else long_day(standing.last_day)


def listed(one: Hung) -> SimpleNamespace:
    """A certificate in the list of a unit."""
    return SimpleNamespace(
        url=url_for("certificates.show", uid=one.uid),
        number=one.number or _("without a number"),
        body=one.body,
        state=(one.standing.state.label, one.standing.state.tone),
        until=_until(one.standing),
        left=months_left(one.standing),
        left_tone=left_tone(one.standing),
    )


def certificate(about: CertificateOn, person: Person) -> SimpleNamespace:
    """A certificate on its own page. Who sees only a unit that it covers is led to no other."""
    one, standing = about.certificate, about.standing
    tree, today = person.rights.tree, person.district.today
    unit_page = url_for("certificates.unit", unit=tree[one.unit_id].uid, key=one.edition.key)
    return SimpleNamespace(
        unit=tree[one.unit_id].name,
        unit_url=unit_page if one.unit_id in sight_of(person).units else None,
        edition=one.edition.code,
        badges=[(standing.state.label, standing.state.tone)],
        left=months_left(standing),
        left_tone=left_tone(standing),
        next=next_step(standing),
        cautions=about.cautions,
        services=sorted(part.service.name for part in one.services),
        units=[tree[part.unit_id].name for part in one.units if tree.get(part.unit_id)],
        facts=[
            (_("Standard"), one.edition.code),
            (_("Certification body"), one.body),
            (_("Accreditation"), one.accreditation),
            (_("Certificate number"), one.number),
        ],
        windows=_windows(standing, today),
    )


def _windows(standing: Standing, today: date) -> list[tuple[str, str, str]]:
    """(label, day, tone) of the dates that follow from the events and the rules."""
    if standing.began_on is None:
        return []
    rows = [(_("This cycle began"), standing.began_on, "neutral")]
    for number, one in enumerate(standing.surveillances, start=1):
        if one.held_on is not None:
            tone = "good" if one.held_on <= one.due_on else "warn"
            rows.append((_("Surveillance %(n)s, held", n=number), one.held_on, tone))
        else:
            tone = "bad" if one.due_on < today and standing.is_held else "neutral"
            rows.append((_("Surveillance %(n)s, due by", n=number), one.due_on, tone))
    if standing.suspension_limit:
        rows.append((_("The suspension lasts at most until"), standing.suspension_limit, "warn"))
    if standing.is_held and standing.recertification_from:
        rows.append((_("Begin the recertification by"), standing.recertification_from, "neutral"))
    label = _("Valid until (assumed)") if standing.is_assumed else _("Valid until")
    if standing.valid_until:
        rows.append((label, standing.valid_until, "neutral"))
    if standing.last_day and standing.last_day != standing.valid_until:
        rows.append((_("Ends with its edition on"), standing.last_day, "warn"))
    if standing.state is CertificateState.EXPIRED and standing.restore_until:
        rows.append((_("Can be completed until"), standing.restore_until, "neutral"))
    return [(label, long_day(day), tone) for label, day, tone in rows]


def events(one: Certificate, today: date) -> list[SimpleNamespace]:
    """What happened, the newest first."""
    return [
        SimpleNamespace(
            number=event.number,
            label=event.kind.label,
            day=long_day(event.on),
            iso=event.on.isoformat(),
            until=long_day(event.valid_until),
            note=event.note,
            is_to_come=event.on > today,
        )
        for event in reversed(in_order(one.events))
    ]


def scope(one: UnitScope, own: Mapping[int, str]) -> SimpleNamespace:
    """A scope with its services and the clauses that do not apply, each with its reason."""
    reasons = {part.clause_id: part.justification for part in one.exclusions}
    return SimpleNamespace(
        from_on=long_day(one.from_on),
        iso=one.from_on.isoformat(),
        statement=one.statement,
        services=sorted(part.service.name for part in one.services),
        exclusions=[
            (clause.number, title_of(clause, own=own), reasons[clause.id])
            for clause in in_clause_order(reasons)
        ],
    )
