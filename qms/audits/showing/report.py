"""The report and its signatures."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.audits.models import AuditReport, Meeting, ReportState, Stance
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.i18n import lazy_gettext as _l
from qms.standards.queries import edition_by_id

REPORT_TONES = {
    ReportState.DRAFT: "neutral",
    ReportState.SIGNING: "info",
    ReportState.SIGNED: "good",
}


def report_tone(report: AuditReport) -> str:
    """The colour of where a report stands."""
    return "muted" if report.is_given_up else REPORT_TONES[report.state]


PART_LABELS = {
    "summary": _l("Summary"),
    "not_covered": _l("What was not covered"),
    "sampling": _l("Sampling"),
    "strengths": _l("Strengths"),
    "comparison": _l("Comparison with the last audit"),
    "conformity": _l("Conclusion on conformity"),
    "effectiveness": _l("Conclusion on effectiveness"),
    "disagreements": _l("Disagreements"),
    "follow_up": _l("Follow-up"),
}
"""What is written by hand in a report, by the names of its columns, in the order of the report."""
CONCLUSIONS = ("conformity", "effectiveness")
"""Those that can be written for each standard apart."""


@dataclass(frozen=True)
class ShownSignature:
    """A place to sign."""

    role: str
    who: str
    post: str
    when: str
    note: str | None
    is_next: bool


def signatures_of(report: AuditReport) -> list[ShownSignature]:
    """The places to sign, in their order."""
    due = {one.position for one in report.due_signatures}
    return [
        ShownSignature(
            str(one.role.label),
            one.name or (one.person.name if one.person else ""),
            one.post or "",
            dates.long_day(one.signed_on),
            one.note,
            one.position in due,
        )
        for one in report.signatures
    ]


def report_parts(
    report: AuditReport, edition_id: int | None = None, told: Mapping[str, Any] | None = None
) -> list[tuple[str, str]]:
    """(heading, text) of what was written by hand. The arguments are those of `named_parts`."""
    return [(heading, text) for _name, heading, text in named_parts(report, edition_id, told)]


def named_parts(
    report: AuditReport, edition_id: int | None = None, told: Mapping[str, Any] | None = None
) -> list[tuple[str, str, str]]:
    """(name of the column, heading, text) of what was written by hand. Of the report to one
    standard (`told` is then of it: `gathering.told_under`), the conclusions under it, and no items
    of lists that name only what other reports of the walk tell; of the whole, the conclusions for
    all standards and then those under each."""
    own = {one.edition_id: one for one in report.standards}
    found: list[tuple[str, str, str]] = []
    for name, label in PART_LABELS.items():
        text = getattr(report, name)
        if name in CONCLUSIONS:
            if edition_id in own:
                text = getattr(own[edition_id], name) or text
            elif edition_id is None:
                found += [(name, str(label), text)] if text else []
                found += [
                    (name, f"{label}: {edition_by_id(one.edition_id).code}", said)
                    for one in report.standards
                    if (said := getattr(one, name))
                ]
                continue
        if text and told is not None and told.get("elsewhere"):
            text = _without(text, told)
        if text:
            found.append((name, str(label), text))
    return found


def parts_under(report: AuditReport, edition_ids: Container[int]) -> list[tuple[str, str, str]]:
    """What was written by hand (`named_parts`) for who asks about some of the audit's standards: as
    in the report to the one that is asked for, or, of several, in the whole."""
    every = [edition_by_id(one) for one in report.audit.edition_ids]
    asked = [one for one in every if one.id in edition_ids]
    if len(asked) != 1 or len(every) == 1:
        return named_parts(report)
    (own,) = asked
    elsewhere = [one.code for one in every if one.id != own.id]
    told = {"editions": [own.code], "findings": [], "elsewhere": elsewhere}
    return named_parts(report, own.id, told)


def _without(text: str, told: Mapping[str, Any]) -> str:
    """A text without the items of lists ("- ...") that name standards or findings of other reports,
    and none of this one."""
    here = _named([*told["editions"], *(one["number"] for one in told["findings"])])
    elsewhere = _named(told["elsewhere"])
    return "\n".join(
        line
        for line in text.splitlines()
        if not (line.startswith("- ") and elsewhere.search(line) and not here.search(line))
    )


def _named(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"{re.escape(one)}(?!\w)" for one in names))


@dataclass(frozen=True)
class ToldMeeting:
    """A meeting: what, when and where, those present as name and post, what was agreed."""

    meeting: Meeting
    heading: str
    people: list[tuple[str, str]]
    agreed: str
    facts: list[tuple[str, str]]


def every_meeting(told: Iterable[Mapping[str, Any]]) -> list[ToldMeeting]:
    """Both meetings, also one of which nothing is known."""
    known = {one.meeting: one for one in meetings_told({"meetings": told})}
    return [known.get(one) or ToldMeeting(one, str(one.label), [], "", []) for one in Meeting]


def meetings_told(told: Mapping[str, Any]) -> list[ToldMeeting]:
    """The meetings of what a report tells."""
    return [
        ToldMeeting(
            Meeting(one["meeting"]),
            ", ".join([str(Meeting(one["meeting"]).label), *filter(None, when_and_where(one))]),
            [(person["name"], person["post"] or "") for person in one["people"]],
            one.get("agreed") or "",
            _facts_of(one),
        )
        for one in told.get("meetings", ())
    ]


def _facts_of(meeting: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what is known of a meeting."""
    labels = (_("Day"), _("Hours"), _("Place"), _("Told and agreed"))
    told = (*when_and_where(meeting), meeting.get("agreed") or "")
    return [(label, value) for label, value in zip(labels, told, strict=True) if value]


def when_and_where(meeting: Mapping[str, Any]) -> tuple[str, str, str]:
    """Day, hours and place of a meeting as a report tells it; "" for what nobody said."""
    day = dates.long_day(date.fromisoformat(meeting["day"]))
    hours = hours_text(meeting.get("begins"), meeting.get("ends"))
    return day, hours, meeting.get("place") or ""


def hours_text(begins: str | None, ends: str | None) -> str:
    """08.30–09.15, as Indonesian letters write it; 08:30–09:15 in English."""
    hours = "–".join(filter(None, (begins, ends)))
    return hours.replace(":", ".") if language() == "id" else hours


def tells_closing(told: Mapping[str, Any]) -> bool:
    """Whether a report tells of a closing meeting."""
    return any(one["meeting"] == Meeting.CLOSING for one in told.get("meetings", ()))


def stances_told(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a report tells of what the auditee said to the findings."""
    return [
        {
            "about": ", ".join(one["findings"]) or one["about"],
            "stance": Stance(one["stance"]).label,
            "tone": "good" if one["stance"] == Stance.AGREES else "warn",
            "spoken_by": one["spoken_by"],
            "note": one["note"],
        }
        for one in told.get("stances", ())
    ]
