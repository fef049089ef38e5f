"""A finding raised from any record's page: what is known there comes along."""

from typing import Any

import pytest
from sqlalchemy import select

from qms.certificates.operations import register_certificate
from qms.core.db import AccessClass, db
from qms.findings.models import Finding, FindingEvidence
from qms.standards.queries import edition_by_key
from qms.units import operations as units
from tests.cast import Cast
from tests.client import Page
from tests.documents.makers import make_draft
from tests.factories import make_action, make_evidence
from tests.world import EDITION

RECORDS = ("document", "evidence", "action", "certificate", "unit")


@pytest.fixture
def record(cast: Cast, catalogue: Any) -> Any:
    """record(kind) -> the address of such a record of Disnaker, and words that say which it is."""
    clause = catalogue(EDITION, "8.1")

    def make(kind: str) -> tuple[str, str]:
        if kind == "document":
            document = make_draft(cast, clause_ids=[clause.id])
            found = f"/documents/{document.uid}", document.number
        elif kind == "evidence":
            evidence = make_evidence(cast, "Foto loket", clause_ids=[clause.id])
            found = f"/evidence/{evidence.uid}", evidence.name
        elif kind == "action":
            action = make_action(cast)
            found = f"/actions/{action.uid}", action.number
        elif kind == "certificate":
            certificate = register_certificate(
                cast.disnaker, edition_by_key(EDITION).id, body="Badan Uji",
                scope="Pelayanan", number="QMS-77", by=cast.officer,
            )  # fmt: skip
            found = f"/certificates/{certificate.uid}", "QMS-77"
        else:
            found = f"/overview/units/{cast.disnaker.uid}", ""
        db.session.commit()
        return found

    return make


def value(page: Page, name: str) -> str:
    return str(page.soup.select_one(f"main [name={name}]")["value"])  # type: ignore[index]


@pytest.mark.parametrize("kind", RECORDS)
def test_what_the_record_says_comes_along(browse: Any, cast: Cast, record: Any, kind: str) -> None:
    url, which = record(kind)
    page = browse(cast.officer).get(url).follow("Raise a finding")
    assert page.url == "/findings/new"
    chosen = page.soup.select_one("select[name=unit] option[selected]")
    assert chosen is not None and chosen["value"] == str(cast.disnaker.uid)
    assert which in (page.soup.select_one("[name=source_note]").get("value") or "")
    clauses = page.soup.select("input[name=clause_ids][checked]")
    assert len(clauses) == (kind in ("document", "evidence"))
    page.submit(requirement="A", seen="B", deviation="C")
    finding = db.session.scalars(select(Finding)).one()
    assert which in (finding.source_note or "")
    assert str(finding.raised_about_uid) in url
    assert finding.number in browse(cast.officer).get(url).text, "the way back"
    assert f'href="{url}"' in str(browse(cast.officer).get(f"/findings/{finding.uid}").soup)
    linked = db.session.scalars(select(FindingEvidence)).all()
    assert len(linked) == (kind == "evidence")


def test_from_a_clause(browse: Any, cast: Cast, catalogue: Any) -> None:
    clause = catalogue(EDITION, "8.1")
    page = browse(cast.officer).get(f"/standards/{EDITION}/clauses/8.1").follow("Raise a finding")
    chosen = page.soup.select("input[name=clause_ids][checked]")
    assert [one["value"] for one in chosen] == [str(clause.id)]


def test_who_may_raise_none_is_offered_none(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast, "Foto bengkel", unit=cast.blk)
    db.session.commit()
    url = f"/evidence/{evidence.uid}"
    for person in (cast.guest, cast.owner):
        assert not browse(person).get(url).has("Raise a finding")
    assert browse(cast.officer).get(url).has("Raise a finding")
    units.close_unit(cast.blk, on=cast.district.today, by=cast.administrator)
    db.session.commit()
    assert not browse(cast.officer).get(url).has("Raise a finding"), "the unit is closed"


def test_a_restricted_record_makes_the_finding_restricted_unless_changed(
    browse: Any, cast: Cast
) -> None:
    evidence = make_evidence(cast, "Laporan rahasia", access=AccessClass.RESTRICTED)
    db.session.commit()
    page = browse(cast.officer).get(f"/evidence/{evidence.uid}").follow("Raise a finding")
    page.submit(requirement="A", seen="B", deviation="C")
    assert db.session.scalars(select(Finding)).one().access is AccessClass.RESTRICTED


def test_evidence_of_others_cannot_be_carried_along(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast, "Milik dinas lain", unit=cast.dinkes, by=cast.other_officer)
    db.session.commit()
    browse(cast.officer).get(f"/findings/new?evidence={evidence.uid}", status=404)
    browse(cast.officer).get("/findings/new?evidence=x", status=404)
