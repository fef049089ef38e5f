"""The blueprint to which the pages of standards belong."""

from flask import Blueprint

from qms.standards import models  # noqa: F401  (its tables)

bp = Blueprint("standards", __name__)
