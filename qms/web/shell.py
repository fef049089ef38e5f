"""What base.html is given with every page, and the little forms in its bar."""

import time
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    get_flashed_messages,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment
from markupsafe import Markup, escape
from sqlalchemy import text
from werkzeug.wrappers import Response

from qms import __version__
from qms.core import dates
from qms.core.db import AccessClass, db
from qms.core.i18n import LANGUAGES, gettext, language, markup, nmarkup
from qms.core.money import rupiah
from qms.core.registers import any_chosen
from qms.core.routing import address, local_target, me, public, reached_under
from qms.core.uids import read_uid
from qms.findings.about import about_text, findings_about
from qms.people.operations import choose_looks
from qms.people.roles import RAISES
from qms.reminders.queries import unread_seen
from qms.web import navigation
from qms.web.headers import nonce

bp = Blueprint("shell", __name__)
THEMES = ("auto", "light", "dark")
LONGEST_NOTE = 200
TOKEN_HERE, BACK_HERE, NONCE_HERE = "\x1etoken", "\x1eback", "\x1enonce"
"""Where what is drawn once has each page's own; no text of ours can hold them."""


class Shown:
    """A person or unit as the shell shows it."""

    def __init__(self, name: str, **more: Any) -> None:
        self.name = name
        self.__dict__.update(more)


class Bar(NamedTuple):
    """What the bar and the side navigation show (components/frame.html)."""

    root: str
    district: str
    unit: str
    unit_choices: Markup
    navigation: Markup
    person: str
    initials: str
    theme: str
    languages: tuple[tuple[str, str, bool], ...]
    unread: int
    notices_url: str
    token: str = TOKEN_HERE
    back: str = BACK_HERE


class Shell:
    """The frame's values, each worked out only when the page asks for it."""

    version = __version__

    def __init__(self) -> None:
        self._me: Any = current_user._get_current_object()

    @property
    def is_signed_in(self) -> bool:
        return bool(self._me.is_authenticated)

    @property
    def head(self) -> Markup:
        """The stylesheets and the script."""
        html = str(drawn("head", __version__, NONCE_HERE))
        return Markup(html.replace(NONCE_HERE, nonce()))  # noqa: S704

    @property
    def bar(self) -> Markup:
        """The bar and the side navigation; what differs from page to page is written in last."""
        bar = Bar(
            reached_under(),
            self.district_name,
            self.unit.name if self.unit else "",
            self.unit_choices,
            self.navigation,
            self._me.name,
            self._me.initials,
            self.theme,
            tuple(self.languages),
            self.unread,
            address("reminders.index"),
        )
        html = str(drawn("draw_bar", bar))
        back = str(escape(request.full_path))
        return Markup(html.replace(TOKEN_HERE, self.csrf_token).replace(BACK_HERE, back))  # noqa: S704

    @property
    def unread(self) -> int:
        """How many notices of what the person may see are unread. Their plain number came along
        with the person; whether all are seen is only asked anew when it or the rights change."""
        count = g.get("unread", 0)
        if not count:
            return 0
        key = ("unread", count)
        return self._me.rights.once(key, lambda: unread_seen(self._me))

    @property
    def navigation(self) -> Markup:
        if not self._me.is_authenticated:
            return Markup("")
        current = navigation.over(request.endpoint or "")
        return self._me.rights.once(
            ("navigation", reached_under(), current, language()),
            lambda: drawn(
                "navigation", navigation.areas(self._me, current, current_app.view_functions)
            ),
        )

    @cached_property
    def unit(self) -> Shown | None:
        if not self._me.is_authenticated:
            return None
        node = self._me.rights.tree.get(g.get("unit_id"))
        if node is None:
            return Shown(gettext("All units"), code="")
        return Shown(node.label, code=node.code)

    @property
    def unit_choices(self) -> Markup:
        current = g.get("unit_id")
        return self._me.rights.once(
            ("units", reached_under(), current, language()),
            lambda: drawn("unit_choices", self._choices(current)),
        )

    def _choices(self, current: int | None) -> tuple[tuple[str, str, bool, int], ...]:
        url = address("shell.units")
        choices = [(gettext("All units"), f"{url}?choose=", current is None, 0)]
        for node, is_current in navigation.units_near(self._me, current):
            choices.append((node.label, f"{url}?choose={node.uid}", is_current, min(node.depth, 4)))
        return tuple(choices)

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        return [(code, label, code == language()) for code, label in LANGUAGES.items()]

    @property
    def language_url(self) -> str:
        return address("shell.language")

    @property
    def district_name(self) -> str:
        return self._me.district.name if self._me.is_authenticated else ""

    @property
    def demo(self) -> bool:
        return bool(current_app.config["QMS_DEMO"])

    @property
    def theme(self) -> str:
        if self._me.is_authenticated:
            return str(self._me.theme)
        return str(session.get("theme", "auto"))

    @cached_property
    def csrf_token(self) -> str:
        raw = session.get("csrf_token")
        if not raw:
            return str(generate_csrf())
        return _signed(str(current_app.secret_key), raw, int(time.time()) // SIGNED_FOR)

    @property
    def messages(self) -> list[tuple[str, str]]:
        return list(get_flashed_messages(with_categories=True))  # type: ignore[arg-type]

    @cached_property
    def today(self) -> str:
        if not self._me.is_authenticated:
            return ""
        return dates.long_day(self._me.district.today)


def raise_about(
    unit_id: int | None,
    about: str = "",
    *,
    clauses: Iterable[int] = (),
    evidence: UUID | None = None,
    access: AccessClass = AccessClass.ORDINARY,
    record: Any = None,
) -> list[tuple[str, str, str]]:
    """The way from any record's page to a finding about it, as a link of the page's header; empty
    for who may raise none there. What is known already comes along in the address."""
    rights = me().rights
    node = rights.tree.get(unit_id) if unit_id else None
    if not (
        node.is_open and rights.hold(RAISES, node.id) if node else rights.hold_anywhere(RAISES)
    ):
        return []
    carried: dict[str, Any] = {"note": about[:LONGEST_NOTE] or None, "evidence": evidence}
    carried |= {"unit": node.uid if node else None, "clause": list(clauses)}
    if record is not None:
        carried["about"] = about_text(record)
    if access is AccessClass.RESTRICTED:
        carried["access"] = access.value
    return [(gettext("Raise a finding"), url_for("findings.new", **carried), "finding")]


FRAME = ("head", "navigation", "unit_choices", "draw_bar")
"""The macros of components/frame.html."""

SIGNED_FOR = 300
"""For so many seconds a CSRF token that was signed is shown again (it holds for an hour)."""


@lru_cache(maxsize=2000)
def _signed(_secret: str, _raw: str, _while: int) -> str:
    return str(generate_csrf())


def drawn_once(environment: Environment, template: str, macro: str) -> Callable[..., Markup]:
    """A macro as a function that draws the same thing once. It must look at nothing but its
    arguments, which are hashable, the language, and the path that its links begin with."""

    @lru_cache(maxsize=1000)
    def draw(_language: str, _root: str, *values: Any) -> Markup:
        module: Any = environment.get_template(template).module
        return Markup(getattr(module, macro)(*values))  # noqa: S704 - drawn by our own template

    return lambda *values: draw(language(), reached_under(), *values)


def drawn(macro: str, *values: Any) -> Markup:
    """A part of the frame (components/frame.html), drawn once."""
    return Markup(current_app.extensions["qms_frame"][macro](*values))  # noqa: S704


def init_app(app: Flask) -> None:
    once = partial(drawn_once, app.jinja_env)
    chip = once("components/register.html", "draw_chip")
    app.extensions["qms_frame"] = {name: once("components/frame.html", name) for name in FRAME}
    app.jinja_env.globals.update(
        _=markup,
        ngettext=nmarkup,
        address=address,
        any_chosen=any_chosen,
        icon=once("components/icon.html", "icon"),
        raise_about=raise_about,
        findings_about=findings_about,
        chip=lambda name, label, options: chip(name, label, tuple(options)),
    )
    app.jinja_env.filters["day"] = dates.long_day
    app.jinja_env.filters["short_day"] = dates.short_day
    app.jinja_env.filters["rupiah"] = rupiah
    app.jinja_env.filters["size"] = dates.size
    app.jinja_env.filters["number"] = dates.number
    app.context_processor(lambda: {"shell": Shell(), "lang": language()})
    app.register_blueprint(bp)


@bp.post("/language", endpoint="language")
@public
def choose_language() -> Response:
    """Switch the language at once, for this browser and for the person."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        session["language_was_chosen"] = True
        if current_user.is_authenticated:
            choose_looks(me(), language=chosen)
            db.session.commit()
    return redirect(local_target(request.form.get("next")), 303)


@bp.post("/theme")
@public
def theme() -> Response:
    """Light, dark, or as the device has it."""
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        session["theme"] = chosen
        if current_user.is_authenticated:
            choose_looks(me(), theme=chosen)
            db.session.commit()
    return redirect(local_target(request.form.get("next")), 303)


@bp.get("/units/choose")
def units() -> Any:
    """Choose the unit that registers are narrowed to; it is kept in the browser's session, so
    nothing is written."""
    if "choose" in request.args:
        node = current_user.rights.tree.by_uid(read_uid(request.args["choose"]))
        if node is None:
            session.pop("unit", None)
        else:
            session["unit"] = str(node.uid)
        back = request.args.get("next") or request.headers.get("Referer", "")
        return redirect(local_target(_path_of(back)), 303)
    return redirect(url_for("units.index", q=request.args.get("q")), 303)


def _path_of(address: str) -> str:
    """The path of an address on this very host, without a page's cursor."""
    own = request.host_url
    return address[len(own) - 1 :].split("?")[0] if address.startswith(own) else address


@bp.get("/health")
@public
def health() -> dict[str, str]:
    """Ready when this answers: version and database."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok", "version": __version__, "database": db.engine.dialect.name}
