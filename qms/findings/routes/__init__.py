"""Pages of the findings area: the register, the story of a finding, its answer, the rules."""

from qms.findings.routes import register, response, rules, story  # noqa: F401  (their pages)
from qms.findings.routes.blueprint import bp

__all__ = ["bp"]
