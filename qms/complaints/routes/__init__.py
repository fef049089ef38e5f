"""Pages of the complaints area: the register, the story of a complaint, its findings, what it rests
on, and the pages for everybody."""

from qms.complaints.routes import (  # noqa: F401  (their pages)
    keeping,
    linking,
    public,
    register,
    story,
)
from qms.complaints.routes.blueprint import bp

__all__ = ["bp"]
