"""Pages of the standards area, by topic: reading the standards, writing a district's own words."""

from qms.standards.routes import reading, writing  # noqa: F401  (their views)
from qms.standards.routes.blueprint import bp

__all__ = ["bp"]
