"""The blueprint to which the pages of documents belong."""

from flask import Blueprint

from qms.documents import models  # noqa: F401  (its tables)

bp = Blueprint("documents", __name__, url_prefix="/documents")
