"""The complaints area's blueprint."""

from flask import Blueprint

bp = Blueprint("complaints", __name__)
