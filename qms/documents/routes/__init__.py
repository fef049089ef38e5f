"""Pages of the documents area, by topic: reading, writing, deciding, numbering."""

from qms.documents.routes import deciding, numbering, reading, writing  # noqa: F401  (their views)
from qms.documents.routes.blueprint import bp

__all__ = ["bp"]
