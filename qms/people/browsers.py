"""What a browser says of itself, as people call it."""

from qms.core.i18n import gettext as _

BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Marks in the order in which they tell: most browsers name others too."""

SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_named(said: str | None) -> str:
    """Chrome · Android, of a User-Agent; its own words where it is none that we know."""
    said = said or ""
    found = [_first(said, BROWSERS), _first(said, SYSTEMS)]
    return " · ".join(filter(None, found)) or said or _("Unknown browser")


def _first(said: str, marks: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in marks if mark in said), "")
