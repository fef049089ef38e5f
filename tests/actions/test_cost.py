"""What actions cost, and one action that serves several findings."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from qms.actions import operations
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, Refused
from qms.core.money import MOST_RUPIAH, read_rupiah
from qms.findings import operations as findings
from tests.cast import Cast
from tests.factories import answer, finish, make_action, make_finding, today


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("1,500,000", 1_500_000),
        ("Rp1.500.000,00", 1_500_000),
        ("rp. 1 500 000", 1_500_000),
        ("0", 0),
        ("1.50", None),
        ("1.5", None),
        ("1.500,50", None),
        ("-5", None),
        ("1.500,000", None),
        ("satu juta", None),
        ("", None),
    ],
)
def test_amounts_as_people_write_them(written: str, read: int | None) -> None:
    assert read_rupiah(written) == read


def test_planned_with_the_action_and_spent_when_it_is_done(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    answer(cast, finding)
    db.session.commit()
    page = browse(cast.officer).get(f"/findings/{finding.uid}/actions/new")
    given = {
        "what": "Beli layar",
        "owner": f"person:{cast.owner.uid}",
        "due_on": f"{today(cast).year + 5}-01-01",
    }
    page = page.submit(**given, cost_planned="dua juta", budget_code="5.2.02", status=422)
    assert "whole rupiah" in page.text and "dua juta" in str(page.soup), "nothing typed is lost"
    page.submit(**given, cost_planned="Rp2.000.000", budget_code="5.2.02")
    action = next(link.action for link in finding.actions if link.action.what == "Beli layar")
    assert (action.cost_planned, action.cost_spent, action.budget_code) == (
        2_000_000,
        None,
        "5.2.02",
    )
    finish(cast, action, cost_spent=1_950_000)
    db.session.commit()
    page = browse(cast.officer).get(f"/actions/{action.uid}")
    assert "Rp2,000,000" in page.text and "Rp1,950,000" in page.text
    page = browse(cast.officer).get(f"/findings/{finding.uid}")
    assert "planned Rp2,000,000, spent Rp1,950,000 · 5.2.02" in page.text


def test_bills_come_late(browse: Any, cast: Cast) -> None:
    action = finish(cast, make_action(cast))
    operations.verify_action(action, note=None, by=cast.auditor)
    db.session.commit()
    page = browse(cast.officer).get(f"/actions/{action.uid}").follow("Enter the amounts")
    page.submit(cost_spent="125.000")
    db.session.expire_all()
    assert (action.cost_planned, action.cost_spent) == (None, 125_000)


def test_who_and_how_much(cast: Cast) -> None:
    action = make_action(cast)
    with pytest.raises(Refused):
        operations.set_cost(action, cost_planned=1, cost_spent=1, budget_code=None, by=cast.auditor)
    for amount in (-1, MOST_RUPIAH + 1):
        with pytest.raises(Invalid) as told:
            operations.set_cost(
                action, cost_planned=amount, cost_spent=None, budget_code=None, by=cast.officer
            )
        assert "cost_planned" in told.value.fields
    db.session.commit()
    action.cost_spent = -1
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_action_serves_a_further_finding_and_both_show_it(browse: Any, cast: Cast) -> None:
    first, second = make_finding(cast), make_finding(cast, "Antrean tidak dipantau.")
    secret = make_finding(cast, "Rahasia", access=AccessClass.RESTRICTED, by=cast.lead_auditor)
    action = answer(cast, first)
    db.session.commit()
    page = browse(cast.officer).get(f"/actions/{action.uid}").follow("Add a finding")
    offered = {one["value"] for one in page.soup.select("input[name=finding]")}
    assert offered == {str(second.uid), str(secret.uid)}
    page.submit(status=422)
    page.submit(finding=[str(second.uid)])
    findings.add_existing_action(secret, action, by=cast.officer)
    db.session.commit()
    for here, there in ((first, second), (second, first)):
        page = browse(cast.staff).get(f"/findings/{here.uid}")
        assert action.number in page.text and there.number in page.text
        assert secret.number not in page.text, "what one may not see does not exist"
    page = browse(cast.staff).get(f"/actions/{action.uid}")
    assert first.number in page.text and second.number in page.text
    assert secret.number not in page.text
