"""Packs of a district with generated records, made as people with different rights."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from qms.core import clock, files
from qms.core.db import db
from qms.packs import operations, place
from qms.packs.about import About, about_pack
from qms.packs.making import Made, make_pack
from qms.packs.models import Pack
from qms.people.models import Person
from qms.standards.queries import edition_by_key
from tests.cast import Cast
from tests.packs.generated import EDITIONS, FROM, TO, Generator, Numbers


@dataclass
class Packs:
    """Makes packs, in one language, without the job."""

    cast: Cast
    folder: Path

    def ask(self, by: Person, **given: Any) -> Pack:
        values: dict[str, Any] = {"from_on": FROM, "to_on": TO, "language": "en", **given}
        units = values.pop("units", [self.cast.disnaker.id])
        editions = values.pop("editions", EDITIONS)
        pack = operations.ask_for_pack(
            units,
            [edition_by_key(key).id for key in editions],
            by=by,
            in_background=False,
            **values,
        )
        db.session.commit()
        return pack

    def about(self, by: Person, **given: Any) -> About:
        return about_pack(self.ask(by, **given), by)

    def make(self, about: About, name: str = "pack.zip") -> Path:
        self.made(about, name)
        return self.folder / name

    def made(self, about: About, name: str = "pack.zip") -> Made:
        made = make_pack(about, self.folder / name, store=files.folder(), key=place.signing_key())
        db.session.rollback()
        return made


@pytest.fixture
def packs(cast: Cast, tmp_path: Path) -> Packs:
    return Packs(cast, tmp_path)


@pytest.fixture
def today(travel: Any) -> date:
    """The clock stands on a day in the middle of the period, after the cast was assembled."""
    moment = clock.now() + timedelta(hours=1)
    travel(moment)
    return clock.day_of(moment, "Asia/Jakarta")


@pytest.fixture
def few(cast: Cast, today: date) -> Cast:
    """A handful of records of each kind."""
    generator = Generator(cast, today)
    generator.frame(cast.disnaker)
    generator.fill(cast.disnaker, Numbers(10, 12, 10, 10))
    db.session.commit()
    return cast


@pytest.fixture
def many(cast: Cast, today: date) -> Cast:
    """More than a thousand in Disnaker, some under it, and some beside it that must not show."""
    generator = Generator(cast, today)
    generator.frame(cast.disnaker)
    generator.fill(cast.disnaker, Numbers())
    generator.fill(cast.blk, Numbers(10, 10, 10, 10))
    generator.fill(cast.dinkes, Numbers(5, 5, 5, 5))
    db.session.commit()
    return cast
