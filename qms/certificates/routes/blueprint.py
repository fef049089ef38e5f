"""The blueprint that the area's pages hang on."""

from flask import Blueprint

from qms.certificates import models  # noqa: F401  (its tables)

bp = Blueprint("certificates", __name__)
