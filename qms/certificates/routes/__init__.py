"""Pages of certificates, by topic: the register, what happens to a certificate, scopes."""

from qms.certificates.routes import events, register, scopes  # noqa: F401  (their views)
from qms.certificates.routes.blueprint import bp

__all__ = ["bp"]
