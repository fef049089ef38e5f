"""A test browser: fetches pages, fills the form that is there, and judges each page it meets."""

from contextvars import copy_context
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.globals import _cv_app
from flask.testing import FlaskClient
from html5lib import HTMLParser
from werkzeug.test import TestResponse

from qms.core.db import db
from qms.people import sessions


class Browser:
    """Like a person with a browser: keeps cookies, follows redirects, submits real forms."""

    def __init__(self, app: Any) -> None:
        self.client: FlaskClient = app.test_client()
        self.app = app

    def sign_in(self, person: Any) -> None:
        """Sign in as somebody with an account, by a session of theirs."""
        token = sessions.begin(person, address="127.0.0.1", browser="tests")
        db.session.commit()
        with self.client.session_transaction() as session:
            session["token"] = token
            session["language"] = person.language

    def request(self, method: str, url: str, **options: Any) -> TestResponse:
        """One request, in a context of its own as in life: no `g` and no session are shared with
        the test. The test's own transaction ends first, so that it neither blocks the request
        nor shows the test what was before it. The answer is read to its end and closed, as a
        server does, so that a file which is sent does not stay open."""
        db.session.rollback()
        context = copy_context()
        context.run(_cv_app.set, None)  # type: ignore[arg-type]
        return context.run(self.client.open, url, method=method, buffered=True, **options)

    def get(self, url: str, status: int = 200, **options: Any) -> "Page":
        """Fetch an address, follow redirects, check the status and the page."""
        return self._met(self.request("GET", url, follow_redirects=True, **options), status)

    def post(
        self, url: str, data: dict[str, Any] | None = None, status: int = 200, **options: Any
    ) -> "Page":
        """Post without a page, with a right CSRF token, as a script would."""
        data = {**(data or {}), "csrf_token": self.token()}
        response = self.request("POST", url, data=data, follow_redirects=True, **options)
        return self._met(response, status)

    def token(self) -> str:
        """A CSRF token of this session."""
        page = BeautifulSoup(self.request("GET", "/account", follow_redirects=True).data, "lxml")
        found = page.find("input", {"name": "csrf_token"})
        assert isinstance(found, Tag)
        return str(found["value"])

    def _met(self, response: TestResponse, status: int) -> "Page":
        page = Page(self, response)
        assert response.status_code == status, f"{response.status_code}: {page.text[:800]}"
        if response.mimetype == "text/html":
            page.judge()
        return page


class Page:
    """A page that was met."""

    def __init__(self, browser: Browser, response: TestResponse) -> None:
        self.browser = browser
        self.response = response
        self.url = response.request.path
        self.soup = BeautifulSoup(response.data, "lxml")

    def well_made(self) -> "Page":
        """The page itself; html5lib raises what is wrong with its syntax."""
        HTMLParser(strict=True).parse(self.response.data)
        return self

    @property
    def text(self) -> str:
        """The visible text, white space folded."""
        for gone in self.soup(["script", "style"]):
            gone.decompose()
        return " ".join(self.soup.get_text(" ").split())

    @property
    def json(self) -> Any:
        return self.response.get_json()

    def has(self, words: str) -> bool:
        return words in self.text

    def judge(self) -> None:
        """Every page has one h1, a title, a language, labels for its fields and unique ids."""
        soup = self.soup
        html = soup.find("html")
        assert isinstance(html, Tag) and html.get("lang"), "no language"
        assert soup.title and soup.title.get_text(strip=True), "no title"
        assert len(soup.find_all("h1")) == 1, f"{len(soup.find_all('h1'))} h1 on {self.url}"
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        doubles = sorted({one for one in ids if ids.count(one) > 1})
        assert not doubles, f"ids twice on {self.url}: {doubles}"
        labelled = {label.get("for") for label in soup.find_all("label")}
        for tag in soup.find_all(["input", "select", "textarea"]):
            if tag.get("type") in ("hidden", "submit", "button"):
                continue
            named = tag.get("aria-label") or tag.get("aria-labelledby")
            wrapped = tag.find_parent("label") is not None
            assert named or wrapped or tag.get("id") in labelled, f"no label: {tag} on {self.url}"
        assert not soup.find_all(style=True), "inline style"
        for tag in soup.find_all(True):
            handlers = [name for name in tag.attrs if name.startswith("on")]
            assert not handlers, f"inline handler {handlers} on {self.url}"

    def form(self, action: str | None = None) -> Tag:
        """The page's main form, or the one whose action ends so."""
        forms = self.soup.select("main form[method=post]")
        if action is not None:
            forms = [
                form
                for form in forms
                if (where := str(form.get("action") or "")).endswith(action)
                or where.partition("?")[0].endswith(action)
            ]
        assert forms, f"no form {action or ''} on {self.url}: {self.text[:500]}"
        return forms[0]

    def follow(self, words: str, within: Tag | None = None) -> "Page":
        """Follow the link that reads so, of the page's main part or of a part of it."""
        return self.browser.get(str(self._one("a[href]", words, within)["href"]))

    def press(
        self, words: str, within: Tag | None = None, status: int = 200, **values: Any
    ) -> "Page":
        """Fill in the form that holds the button that reads so, and press it. Lists choose
        several."""
        button = self._one("form button", words, within)
        form = button.find_parent("form")
        assert form is not None
        pressed = {str(button["name"]): str(button.get("value", ""))} if button.get("name") else {}
        where = button.get("formaction")
        return self._send(form, values, pressed, str(where) if where else None, status)

    def part(self, words: str, kind: str = "li, tr, section") -> Tag:
        """The innermost list item, row or section that holds these words."""
        main = self.soup.select_one("main")
        found = [one for one in main.select(kind) if words in _shown(one)] if main else []
        assert found, f"nothing says {words!r} on {self.url}: {self.text[:800]}"
        return min(found, key=lambda one: len(_shown(one)))

    def choice(self, name: str, words: str) -> str:
        """The value of a field's choice that reads so: of a list, or of boxes to tick."""
        options = [(one, _shown(one)) for one in self.soup.select(f"select[name={name}] option")]
        for box in self.soup.select(f"input[name={name}]"):
            label = self.soup.select_one(f"label[for={box['id']}]") or box.find_parent("label")
            options.append((box, _shown(label) if label else ""))
        found = [one for one, label in options if words in label]
        assert found, f"{name} has no {words!r}: {[label for _one, label in options]}"
        return str(found[0]["value"])

    def _one(self, kind: str, words: str, within: Tag | None) -> Tag:
        part = within or self.soup.select_one("main")
        assert part is not None
        found = [one for one in part.select(kind) if _shown(one) == words]
        assert found, f"no {kind} {words!r} on {self.url}: {[_shown(a) for a in part.select(kind)]}"
        return found[0]

    def submit(
        self,
        *,
        action: str | None = None,
        status: int = 200,
        button: tuple[str, str] | None = None,
        **values: Any,
    ) -> "Page":
        """Fill in and submit the form as it stands on the page. Lists choose several."""
        pressed = {button[0]: button[1]} if button else {}
        return self._send(self.form(action), values, pressed, None, status)

    def _send(
        self,
        form: Tag,
        values: dict[str, Any],
        pressed: dict[str, str],
        where: str | None,
        status: int,
    ) -> "Page":
        data = filled(form)
        unknown = set(values) - field_names(form)
        assert not unknown, f"the form has no field {sorted(unknown)}: {sorted(field_names(form))}"
        data.update(values)
        data.update(pressed)
        url = where or form.get("action") or self.response.request.full_path
        if (form.get("method") or "get").lower() == "get":
            return self.browser.get(str(url), status, query_string=data)
        response = self.browser.request(
            "POST",
            str(url),
            data=data,
            follow_redirects=True,
            content_type="multipart/form-data" if form.get("enctype") else None,
        )
        return self.browser._met(response, status)


def _shown(tag: Tag) -> str:
    """What a person reads of it, white space folded."""
    return " ".join(tag.get_text(" ").split())


def field_names(form: Tag) -> set[str]:
    """The names of a form's fields and buttons."""
    return {
        str(tag["name"])
        for tag in form.find_all(["input", "select", "textarea", "button"])
        if tag.get("name")
    }


def filled(form: Tag) -> dict[str, Any]:
    """What a browser would send if the form were submitted untouched."""
    data: dict[str, Any] = {}
    for tag in form.find_all(["input", "select", "textarea"]):
        name, kind = tag.get("name"), tag.get("type")
        if not name or kind in ("submit", "button", "file") or tag.has_attr("disabled"):
            continue
        if kind in ("checkbox", "radio") and not tag.has_attr("checked"):
            continue
        if tag.name == "select":
            chosen = [str(one.get("value")) for one in tag.find_all("option", selected=True)]
            if not chosen and not tag.has_attr("multiple"):
                first = tag.find("option")
                chosen = [str(first.get("value"))] if first else []
            values = chosen
        elif tag.name == "textarea":
            values = [tag.get_text().removeprefix("\n")]
        else:
            values = [str(tag.get("value", "on" if kind in ("checkbox", "radio") else ""))]
        for value in values:
            data.setdefault(str(name), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in data.items()}
