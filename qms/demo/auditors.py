"""Auditors: what they are competent in, and until when."""

from typing import Any

from qms.audits import operations as audits
from qms.demo.stage import Stage, content


def tell(stage: Stage) -> None:
    """Record each training and certificate."""
    for told in content("auditors"):
        stage.at(told["recorded"], _record, told)


def _record(stage: Stage, told: dict[str, Any]) -> None:
    audits.record_competence(
        stage.person(told["person"]),
        standard=told["standard"],
        training=told["training"],
        provider=told.get("provider"),
        scheme=told.get("scheme"),
        number=told.get("number"),
        achieved_on=stage.day(told["achieved"]),
        valid_until=stage.day(told["until"]),
        may_lead=told.get("lead", False),
        audits_observed=told.get("observed", 0),
        by=stage.person("rahmat"),
    )
