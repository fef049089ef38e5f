"""Pages of the findings area: the register, the story of a finding, its answer, what its actions
serve, the rules, forms and log on paper."""

from qms.findings.routes import (  # noqa: F401  (their pages)
    changing,
    checks,
    papers,
    register,
    response,
    rules,
    served,
    story,
)
from qms.findings.routes.blueprint import bp

__all__ = ["bp"]
