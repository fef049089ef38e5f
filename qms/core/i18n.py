"""Languages: Indonesian (default) and English. Messages in the code are English.

Catalogues are read from their .po files when first needed, so that there is no build step and
nothing to forget. The gate says at each request which language is spoken; a job speaks its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations
from markupsafe import Markup

DEFAULT_LANGUAGE = "id"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
FOLDER = Path(__file__).parent.parent / "translations"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def language() -> str:
    """The language of the person served now; Indonesian where nobody said another."""
    return _language.get()


def speak(code: str) -> None:
    """From here on, in this request or thread, text is in this language ("id" or "en")."""
    _language.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within the block text is in this language ("id" or "en")."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


@lru_cache(maxsize=4)
def catalogue(code: str) -> Translations:
    """The compiled catalogue of a language; English needs none."""
    path = FOLDER / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Translations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)


@lru_cache(maxsize=20_000)
def _text(code: str, message: str) -> str:
    return str(catalogue(code).ugettext(message))


def gettext(message: str, **params: Any) -> str:
    """The message in the language of now, with %(name)s filled in from params."""
    text = _text(_language.get(), message)
    return text % params if params else text


def ngettext(one: str, many: str, num: int, **params: Any) -> str:
    """Like gettext for a number of things; %(num)s is the number."""
    return catalogue(language()).ungettext(one, many, num) % {"num": num, **params}


def lazy_gettext(message: str, **params: Any) -> LazyProxy:
    """A message that is translated when it is shown: for labels written at import time."""
    return LazyProxy(gettext, message, enable_cache=False, **params)


@lru_cache(maxsize=20_000)
def _markup(code: str, message: str) -> Markup:
    return Markup(_text(code, message))  # noqa: S704 - our own words; params are escaped below


def markup(message: str, **params: Any) -> Markup:
    """gettext for templates: our words may hold markup, what is filled in is escaped."""
    text = _markup(_language.get(), message)
    return text % params if params else text


def nmarkup(one: str, many: str, num: int, **params: Any) -> Markup:
    """ngettext for templates."""
    text = catalogue(language()).ungettext(one, many, num)
    return Markup(text) % {"num": num, **params}  # noqa: S704
