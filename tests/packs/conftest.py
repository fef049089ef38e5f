"""Packs of a district with generated records, made as people with different rights."""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from qms import create_app
from qms.core import clock, files
from qms.core.db import db
from qms.core.i18n import speaking
from qms.packs import operations, place
from qms.packs.about import About, about_pack
from qms.packs.making import Made, make_pack
from qms.packs.models import Pack
from qms.packs.reading import by_clause, reader
from qms.people.models import Person
from qms.standards.queries import clauses_of, edition_by_key
from qms.units.tree import forget_trees
from tests.cast import Cast
from tests.packs.generated import EDITIONS, FROM, OWN_TITLE, TO, Generator, Numbers


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
    return with_a_few(cast, today)


def with_a_few(cast: Cast, today: date) -> Cast:
    generator = Generator(cast, today)
    generator.frame(cast.disnaker, cast.blk)
    generator.fill(cast.disnaker, Numbers(10, 12, 10, 10))
    db.session.commit()
    return cast


@dataclass(frozen=True)
class Sample:
    """A pack of these few that was made once, to be looked at only."""

    path: Path
    number: str
    made: Made
    again: Made
    """The same, made with a handful of lines held at once."""
    told: list[tuple[int, str]]
    """Percentages and steps, as they came."""
    headings: list[str]
    """Number and title of each clause that has a section."""


@pytest.fixture(scope="session")
def sample(sqlite_templates: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample")
    shutil.copy(sqlite_templates["cast"], folder / "qms.db")
    forget_trees()
    app = create_app({"instance": folder, "database_url": f"sqlite:///{folder / 'qms.db'}"})
    moment = clock.now() + timedelta(hours=1)
    with app.app_context(), clock.at(moment), speaking("en"):
        cast = with_a_few(Cast.found(), clock.day_of(moment, "Asia/Jakarta"))
        packs, told = Packs(cast, folder), []
        about = packs.about(cast.officer, include_restricted=True)
        made = make_pack(
            about, folder / "pack.zip", store=files.folder(), key=place.signing_key(),
            progress=lambda percent, step: told.append((percent, step)),
        )  # fmt: skip
        db.session.rollback()
        headings = [
            f"{clause.number} {OWN_TITLE.get(clause.key, clause.title_en)}"
            for key in EDITIONS
            for clause in clauses_of(key)
            if 4 <= int(clause.number.split(".")[0]) <= 10
        ]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(by_clause, "TOGETHER", 1)
            patch.setattr(reader, "AT_ONCE", 2)
            again = packs.made(about, "again.zip")
        db.session.remove()
        db.engine.dispose()
    forget_trees()
    return Sample(folder / "pack.zip", about.number, made, again, told, headings)
