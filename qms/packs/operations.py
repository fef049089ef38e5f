"""What people do with packs: ask for one, have it made, take a copy."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from sqlalchemy import select

from qms.core import clock, files, jobs, journal
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.core.i18n import LANGUAGES
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.packs import place
from qms.packs.about import about_pack
from qms.packs.format import MANIFEST
from qms.packs.making import Progress, hash_of, make_pack
from qms.packs.models import Chapter, Pack, PackEdition, PackUnit
from qms.packs.permissions import may_make_pack, may_take_copy
from qms.packs.queries import restricted_since
from qms.people.models import Person
from qms.standards.queries import edition_by_id
from qms.units.models import Unit

JOB = "pack"
"""The kind of the background job that makes a pack."""
LONGEST_YEARS = 10


def ask_for_pack(
    unit_ids: Iterable[int],
    edition_ids: Iterable[int],
    *,
    from_on: date,
    to_on: date,
    by: Person,
    language: str = "id",
    include_restricted: bool = False,
    as_of: date | None = None,
    known_at: datetime | None = None,
    chapters: Iterable[Chapter] = tuple(Chapter),
    in_background: bool = True,
    uid: UUID | None = None,
) -> Pack:
    """A pack that is to be made, and the job that will make it; the same one if a form with its
    `uid` is sent again.

    Restricted records that the person may see are left out unless `include_restricted` asks for
    them. `as_of` is the day on which states are told (default: the end of the period, at most
    today), `known_at` the moment of knowledge (default: now). `chapters` are those of report and
    workbook; what is left out is named in the pack.
    """
    units, editions = sorted(set(unit_ids)), sorted(set(edition_ids))
    if not units:
        raise Invalid(message := _l("Choose at least one unit."), units=message)
    if not editions:
        raise Invalid(message := _l("Choose at least one standard."), editions=message)
    for unit_id in units:
        require(may_make_pack, by, unit_id)
    now, today = clock.now(), by.district.today
    judge_period(from_on, to_on, today)
    if language not in LANGUAGES:
        raise Invalid(message := _l("Choose a language."), language=message)
    day = as_of or min(today, to_on)
    if not from_on <= day <= today:
        message = _l("States can be told as of a day from the beginning of the period to today.")
        raise Invalid(message, as_of=message)
    if known_at is not None and known_at > now:
        raise Invalid(message := _l("This moment has not come yet."), known_on=message)
    chosen = set(chapters)
    parts = [one.value for one in Chapter if one in chosen]
    if not parts:
        raise Invalid(message := _l("Choose at least one chapter."), chapters=message)
    wanted = (units, editions, from_on, to_on, day, known_at, language, include_restricted, parts)
    if known := made_before(Pack, uid, by=by, is_same=lambda one: _as_asked(one) == wanted):
        return known
    pack = Pack(
        district_id=by.district_id,
        asked_by_id=by.id,
        recorded_at=now,
        from_on=from_on,
        to_on=to_on,
        as_of=day,
        known_at=known_at or now,
        language=language,
        includes_restricted=include_restricted,
        chapters=parts,
        **({"uid": uid} if uid else {}),
    )
    pack.units = [PackUnit(district_id=by.district_id, unit_id=unit_id) for unit_id in units]
    pack.editions = [
        PackEdition(district_id=by.district_id, edition_id=edition_by_id(edition_id).id)
        for edition_id in editions
    ]
    db.session.add(pack)
    db.session.flush()
    if in_background:
        job = jobs.ask_for(JOB, {"pack": str(pack.uid)}, by=by, language=by.language)
        pack.job_id = job.id
    journal.write("ask_for_pack", pack, by=by)
    return pack


def _as_asked(pack: Pack) -> tuple[Any, ...]:
    """What somebody asked for, to tell the same form from another."""
    return (
        sorted(link.unit_id for link in pack.units),
        sorted(link.edition_id for link in pack.editions),
        pack.from_on,
        pack.to_on,
        pack.as_of,
        None if pack.known_at == pack.recorded_at else pack.known_at,
        pack.language,
        pack.includes_restricted,
        pack.chapters,
    )


def judge_period(from_on: date, to_on: date, today: date) -> None:
    if to_on < from_on:
        raise Invalid(message := _l("The period ends before it begins."), to_on=message)
    if from_on > today:
        raise Invalid(message := _l("The period has not begun yet."), from_on=message)
    if to_on.year - from_on.year > LONGEST_YEARS:
        message = _l("The period is longer than %(n)s years.", n=LONGEST_YEARS)
        raise Invalid(message, from_on=message)


def fulfil(pack: Pack, *, by: Person, progress: Progress) -> Path:
    """Make the pack that was asked for, with the rights of now, and keep it; returns where it
    lies. Done twice it is the same. `progress` may commit: nothing is half-written meanwhile."""
    for link in pack.units:
        require(may_make_pack, by, link.unit_id)
    path = place.path_of(pack.uid)
    if pack.sha256 is not None and path.exists() and hash_of(path) == pack.sha256:
        return path
    about = about_pack(pack, by)
    made = make_pack(about, path, store=files.folder(), key=place.signing_key(), progress=progress)
    pack.sha256, pack.size, pack.made_at = made.sha256, made.size, clock.now()
    journal.write("make_pack", pack, by=by)
    return path


def take_copy(pack: Pack, *, by: Person) -> Path:
    """Note that the asker takes a copy; returns where the file lies. Refused if they lost a right
    since the pack was made, or if a record that may be inside was restricted away from them."""
    path = place.path_of(pack.uid)
    if pack.made_at is None:
        raise OutOfTurn(_l("This pack is not made yet."))
    if not path.exists():
        raise OutOfTurn(_l("The file of this pack is no longer kept here. Make the pack again."))
    covered, further, restricted = units_inside(path, by.district_id)
    require(may_take_copy, by, pack, covered, further, restricted)
    if restricted_since(by, [*covered, *further], pack.recorded_at):
        raise Refused(_l("What you may see has changed since this pack was made. Make it again."))
    journal.write("take_copy", pack, by=by)
    return path


def units_inside(path: Path, district_id: int) -> tuple[list[int], ...]:
    """The units whose records are inside, further ones of which evidence is, and those whose
    restricted records are, as the pack's own manifest says. Packs of before name no further
    ones."""
    ids = dict(
        db.session.execute(select(Unit.uid, Unit.id).where(Unit.district_id == district_id)).all()
    )
    try:
        with ZipFile(path) as archive, archive.open(MANIFEST) as manifest:
            stated = json.load(manifest)
        parts = (stated["covers"], stated.get("further_units", []), stated["restricted_units"])
        return tuple([ids[UUID(uid)] for uid in part] for part in parts)
    except (BadZipFile, KeyError, ValueError) as error:
        message = _l("The file of this pack is damaged. Make the pack again.")
        raise OutOfTurn(message) from error
