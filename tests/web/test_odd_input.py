"""What no page of ours sends, but somebody may: it is refused or left out, and never a fault."""

import base64
import json
from typing import Any

import pytest
from sqlalchemy import select

from qms.core.db import db
from qms.findings.models import Finding, FindingState
from tests.cast import Cast
from tests.factories import make_evidence, make_file, make_finding

UID = "0192a000-0000-7000-8000-000000000000"
HUGE = 10**30


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(["f", *values]).encode()).decode().rstrip("=")


DEEP = base64.urlsafe_b64encode(b"[" * 6000).decode()


@pytest.mark.parametrize(
    "path",
    [
        "/findings?q=NC-2026%00",
        f"/findings?q=papan&cursor={cursor(HUGE)}",
        f"/findings?cursor={DEEP}",
        "/findings/new?found_on=kemarin",
        "/people?q=%00a",
        f"/people?cursor={cursor('a' + chr(0), UID)}",
    ],
)
def test_an_odd_address_shows_the_page_without_it(
    browse: Any, cast: Cast, catalogue: Any, path: str
) -> None:
    make_finding(cast)
    db.session.commit()
    browse(cast.administrator if path.startswith("/people") else cast.coordinator).get(path)


@pytest.mark.parametrize(
    "path",
    [f"/findings?clause={HUGE}", f"/evidence?clause={HUGE}", f"/evidence/{UID}/files/{HUGE}/1"],
)
def test_numbers_beyond_what_a_database_keeps_lead_to_nothing(
    browse: Any, cast: Cast, catalogue: Any, path: str
) -> None:
    browse(cast.officer).get(path, status=404)


@pytest.mark.parametrize(
    "odd", ["endpoint=x", "_external=1&_scheme=javascript", "_anchor=x", "_method=POST"]
)
def test_the_query_never_steers_the_links_to_the_pages_beside(
    browse: Any, cast: Cast, odd: str
) -> None:
    for _each in range(51):
        make_finding(cast)
    db.session.commit()
    page = browse(cast.auditor).get(f"/findings?{odd}&state=raised")
    links = [tag["href"] for tag in page.soup.select("a[href*=cursor]")]
    assert links and all(link.startswith("/findings?") and "state=raised" in link for link in links)


def test_a_move_with_a_character_that_cannot_be_kept_is_not_made(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    path = f"/findings/{finding.uid}/moves/cancel"
    page = browse(cast.auditor).post(path, {"reason": "Ganda\x07"}, status=422)
    assert page.has("cannot be printed")
    db.session.expire_all()
    assert db.session.scalars(select(Finding.state)).one() is FindingState.RAISED


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("foto\x07\nloket.txt", "foto loket.txt"),
        ("lapor\u202efdp.txt", "lapor fdp.txt"),
        ("..\\..\\rahasia\x00.txt", "rahasia .txt"),
    ],
)
def test_a_file_has_a_name_of_one_printable_line(
    browse: Any, cast: Cast, name: str, kept: str
) -> None:
    piece = make_evidence(cast, files=[make_file(name)])
    db.session.commit()
    assert piece.versions[0].files[0].name == kept
    found = browse(cast.auditor).client.get(f"/evidence/{piece.uid}/files/1/1")
    assert found.status_code == 200
    assert found.headers["Content-Disposition"] == f'attachment; filename="{kept}"'
    found.close()
