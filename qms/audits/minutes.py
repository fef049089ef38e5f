"""Minutes (berita acara) of opening and closing meetings in Word: when, where, who was there, what
was told, what the auditee says to it, what was agreed, who signs. What nobody recorded is dotted,
to be filled in by hand."""

from collections.abc import Iterator, Mapping
from typing import Any

from qms.audits.gathering import gather
from qms.audits.models import Audit, Meeting, Stance
from qms.audits.queries.meetings import head_on
from qms.audits.report import cited, day_told, plan_facts, stance_text, team_columns, team_rows
from qms.audits.showing.report import hours_text
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.findings.models import Grade
from qms.office.blocks import (
    Block,
    BulletList,
    Column,
    Facts,
    Heading,
    Letterhead,
    Paragraph,
    Signature,
    Signatures,
    Table,
    written,
)
from qms.people.posts import Posts

DOTS = "." * 40
TITLES = {
    Meeting.OPENING: _l("Minutes of the opening meeting"),
    Meeting.CLOSING: _l("Minutes of the closing meeting"),
}
HELD = {
    Meeting.OPENING: _l(
        "On %(day)s, at %(hours)s, in %(place)s, the opening meeting of the internal audit "
        "%(number)s, %(title)s, of %(unit)s against %(standards)s was held."
    ),
    Meeting.CLOSING: _l(
        "On %(day)s, at %(hours)s, in %(place)s, the closing meeting of the internal audit "
        "%(number)s, %(title)s, of %(unit)s against %(standards)s was held."
    ),
}


def minutes_blocks(
    audit: Audit, meeting: Meeting, letterhead: Letterhead, posts: Posts
) -> Iterator[Block]:
    """The minutes of a meeting. The lines of the audit are loaded (`queries.load_lines`)."""
    told = gather(audit)
    found = next((one for one in told["meetings"] if one["meeting"] == meeting), None)
    yield letterhead
    yield Heading(str(TITLES[meeting]), 1, centred=True)
    yield Paragraph(_("Number: %(number)s", number=DOTS), "centred")
    yield Paragraph(_held(told, meeting, found))
    yield from _attended(found)
    if meeting is Meeting.OPENING:
        yield from _planned(told)
    else:
        yield from _found(told)
        yield from _answered(told)
    yield from _agreed(found)
    yield Paragraph(_("These minutes were made truthfully, to be used as needed."), leads=True)
    yield _signed(audit, found, posts)


def _held(told: Mapping[str, Any], meeting: Meeting, found: Mapping[str, Any] | None) -> str:
    """When, where and what was held, in a sentence."""
    known = found or {}
    hours = hours_text(known.get("begins"), known.get("ends"))
    return str(HELD[meeting]) % {
        "day": dates.day_of_minutes(day_told(known["day"])) if known else DOTS,
        "hours": hours or DOTS[:15],
        "place": known.get("place") or DOTS,
        "number": told["number"],
        "title": told["title"],
        "unit": told["unit"],
        "standards": ", ".join(told["editions"]),
    }


def _attended(found: Mapping[str, Any] | None) -> Iterator[Block]:
    yield Heading(_("Attendance"), 2)
    people = found["people"] if found else []
    if not people:
        yield Paragraph(_("Those who signed the attached list of attendance."))
        return
    said = ngettext(
        "%(num)s person was there; the signed list of attendance is attached.",
        "%(num)s people were there; the signed list of attendance is attached.",
        len(people),
    )
    yield Paragraph(said, leads=True)
    columns = [
        Column(_("No."), 6, "integer"),
        Column(_("Name"), 44),
        Column(_("Position or unit"), 60),
    ]
    yield Table(columns, ([n, one["name"], one["post"]] for n, one in enumerate(people, start=1)))


def _planned(told: Mapping[str, Any]) -> Iterator[Block]:
    """What an opening meeting tells: the plan and the team."""
    yield Heading(_("What was told"), 2)
    yield Facts([(label, value) for label, value in plan_facts(told) if value])
    yield Heading(_("Audit team"), 2)
    yield Table(team_columns(), team_rows(told))


def _found(told: Mapping[str, Any]) -> Iterator[Block]:
    """The findings as they are told to the auditee."""
    yield Heading(_("Findings that were told"), 2)
    if not told["findings"]:
        yield Paragraph(_("No findings."))
    else:
        columns = [
            Column(_("Number"), 24),
            Column(_("Grade"), 20),
            Column(_("Clauses"), 22),
            Column(_("Finding"), 46),
            Column(_("Closing due"), 18, "date"),
        ]
        yield Table(columns, (_told(one) for one in told["findings"]))
    if told["confidential"]:
        count = told["confidential"]
        yield Paragraph(_("Confidential findings that are not told here: %(n)s.", n=count), "note")
    note = _(
        "An audit looks at a sample. That nothing was found does not prove that there is "
        "nothing to be found."
    )
    yield Paragraph(note, "note")


def _told(one: Mapping[str, Any]) -> list[Any]:
    return [
        one["number"],
        str(Grade(one["grade"]).label),
        cited(one["clauses"]),
        one["deviation"],
        day_told(one["due_on"]) if one["due_on"] else None,
    ]


def _answered(told: Mapping[str, Any]) -> Iterator[Block]:
    """What the auditee agrees with, and what not; of findings of which nothing is recorded, room to
    say it."""
    said = told["stances"]
    numbers = {one["number"] for one in told["findings"] if one["grade"] != Grade.STRENGTH}
    open_ones = sorted(numbers - {number for one in said for number in one["findings"]})
    if not said and not open_ones:
        return
    yield Heading(_("What the auditee says to the findings"), 2)
    agreed = [_about(one) for one in said if one["stance"] == Stance.AGREES]
    if agreed:
        yield Paragraph(_("The auditee agrees with: %(what)s.", what="; ".join(agreed)))
    dissents = [
        f"{_about(one)}: {stance_text(one)}" for one in said if one["stance"] == Stance.DISAGREES
    ]
    if dissents:
        yield Paragraph(_("The auditee disagrees with:"), leads=True)
        yield BulletList(dissents)
    if open_ones:
        what = "; ".join(open_ones)
        yield Paragraph(_("To be said by the auditee, agrees or disagrees: %(what)s.", what=what))
        yield Paragraph(DOTS * 2)


def _about(said: Mapping[str, Any]) -> str:
    """The findings that were spoken of with the clauses of the line, for one finding may come from
    several; or the clauses and the question of a line without a finding."""
    clauses, numbers = cited(said["clauses"]), ", ".join(said["findings"])
    if not numbers:
        return f"{clauses} {said['about']}".strip()
    return f"{numbers} ({clauses})" if clauses else numbers


def _agreed(found: Mapping[str, Any] | None) -> Iterator[Block]:
    yield Heading(_("Told and agreed"), 2)
    if found and found.get("agreed"):
        yield from written(found["agreed"])
    else:
        for _line in range(3):
            yield Paragraph(DOTS * 2)


def _signed(audit: Audit, found: Mapping[str, Any] | None, posts: Posts) -> Signatures:
    """The leader of the team, who speaks for the auditee, and the head of the unit."""
    lead = Signature(_("Team leader"))
    if audit.lead is not None:
        lead = posts.signature(_("Team leader"), audit.lead.person)
    day = day_told(found["day"]) if found else audit.planned_until
    head = head_on(audit.unit_id, day)
    knows = Signature(_("Head of unit"))
    if head is not None:
        knows = Posts([head.id], day).signature(_("Head of unit"), head)
    place = f"…………………, {dates.long_day(day) if found else '…………………'}"
    return Signatures([lead, Signature(_("For the auditee")), knows], place=place)
