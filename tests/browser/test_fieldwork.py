"""Fieldwork in a real browser: without network, killed, signed out, in other hands, at once with
somebody else.

The network is cut for real (Chromium's own switch), and the browser is killed for real.
"""

import os
import re
import signal
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import (
    BrowserContext,
    BrowserType,
    Dialog,
    Locator,
    Page,
    Route,
    expect,
)
from sqlalchemy import select, update

from qms.audits import operations
from qms.audits.models import (
    Answer,
    AskedWhen,
    Audit,
    AuditAttendance,
    AuditeeStance,
    AuditKind,
    AuditLine,
    AuditLineCondition,
    AuditLineOrigin,
    AuditLinePhoto,
    AuditState,
    SelfAnswer,
    SelfAssessment,
    SelfAssessmentAnswer,
)
from qms.audits.operations import Seat
from qms.audits.operations.fieldwork import said_at
from qms.audits.operations.sampling import Sample
from qms.core import clock, journal
from qms.core.db import db
from qms.core.files import StoredFile
from qms.evidence.models import EvidenceFile
from qms.people.models import Account, AccountSession, Person
from qms.standards.queries import clause_by_key, edition_by_key
from tests.browser.conftest import FLAGS, INSECURE, MOST_WAITED, PHONE, WIDE

pytestmark = pytest.mark.browser

LEAD, AUDITOR = "hendra", "maria"
BOTH = "iso9001-2015", "iso37001-2016"


class Field:
    """An audit of three lines, the last of both standards, under way, and devices that take it
    along."""

    def __init__(self, site: Any, browser: Any) -> None:
        self.site, self.browser = site, browser
        self.contexts: list[BrowserContext] = []
        self.broken: list[str] = []
        with site.app.app_context():
            self.uid = self._begin()
            db.session.commit()
        self.url = f"{site.url}/audits/{self.uid}/fieldwork"

    def _begin(self) -> UUID:
        """A new audit like one of the demo's, with the same team."""
        found = select(Audit).where(
            Audit.kind == AuditKind.INTERNAL, Audit.state == AuditState.UNDER_WAY
        )
        like = next(
            one
            for one in db.session.scalars(found).unique()
            if {AUDITOR, LEAD} <= {member.person.account.user_name for member in one.members}
        )
        audit = operations.plan_audit(
            like.unit_id,
            title="Audit di lapangan",
            edition_ids=[edition_by_key(key).id for key in BOTH],
            planned_from=like.planned_from,
            planned_until=like.planned_until,
            by=like.planned_by,
        )
        seats = [Seat(one.person, one.role, one.overrule_reason) for one in like.members]
        operations.set_team(audit, seats, by=like.planned_by)
        for n in range(3):
            operations.add_line(
                audit,
                question=f"Pertanyaan {n + 1}?",
                clause_ids=[clause_by_key(f"{key}:7.2").id for key in BOTH[: n or 1]],
                by=like.planned_by,
            )
        operations.open_audit(audit, by=like.planned_by)
        return audit.uid

    def sign_in(self, context: BrowserContext, user_name: str) -> None:
        """By the sign-in page, as people do."""
        page = context.new_page()
        page.goto(f"{self.site.url}/sign-in")
        with self.site.app.app_context():
            name = self.person(user_name).name
        page.get_by_role("button", name=re.compile(re.escape(name))).click()
        page.wait_for_url(f"{self.site.url}/")
        with page.expect_navigation():
            page.locator(".languages button[value=en]").click()
        page.close()

    def person(self, user_name: str) -> Any:
        return db.session.scalar(
            select(Person)
            .join(Account, Account.id == Person.account_id)
            .where(Account.user_name == user_name)
        )

    def listen(self, context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(MOST_WAITED)
        context.on("weberror", lambda error: self.broken.append(str(error.error)))
        context.on(
            "console",
            lambda message: (
                "Content Security Policy" in message.text and self.broken.append(message.text)
            ),
        )
        self.contexts.append(context)
        return context

    def device(self, user_name: str, **about: Any) -> Page:
        """A device of somebody's, with the audit on it and ready to go out."""
        context = self.listen(
            self.browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **about})
        )
        self.sign_in(context, user_name)
        return self.load(context)

    def load(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(self.url)
        page.wait_for_selector("body[data-begun][data-ready=yes]")
        return page

    def lines(self) -> list[AuditLine]:
        with self.site.app.app_context():
            found = db.session.scalars(
                select(AuditLine)
                .join(Audit, Audit.id == AuditLine.audit_id)
                .where(Audit.uid == self.uid)
                .order_by(AuditLine.position)
            ).all()
            db.session.expunge_all()
            return list(found)

    def told_at(self, n: int) -> tuple[Sample, dict[str, Any]]:
        """The sample of a line, and its verdicts by standard."""
        with self.site.app.app_context():
            line = db.session.scalar(select(AuditLine).where(AuditLine.uid == self.lines()[n].uid))
            said = said_at(line)
            return Sample.of(line), said["verdicts"]

    def all_of(self, model: Any) -> list[Any]:
        with self.site.app.app_context():
            found = select(model).join(Audit, Audit.id == model.audit_id)
            rows = db.session.scalars(found.where(Audit.uid == self.uid)).all()
            db.session.expunge_all()
            return list(rows)


@pytest.fixture
def field(site: Any, browser: Any) -> Iterator[Field]:
    found = Field(site, browser)
    yield found
    for context in found.contexts:
        context.close()
    assert not found.broken


def begun(page: Page) -> Page:
    page.wait_for_selector("body[data-begun]")
    return page


def open_line(page: Page, n: int) -> None:
    """Open a line, wherever the page is."""
    if not page.locator("#lines").is_visible():
        page.get_by_role("link", name=re.compile("^Lines")).click()
    page.locator(".fw-row").nth(n - 1).click()
    expect(page.locator("#question")).to_have_text(f"Pertanyaan {n}?")


def answer(page: Page, n: int, result: str, seen: str) -> None:
    """Answer a line, and wait until it is kept on the device."""
    open_line(page, n)
    page.get_by_role("radio", name=result, exact=True).check()
    page.locator("#seen").fill(seen)
    expect(page.locator("[data-stored=kept]")).to_contain_text("Kept on this device.")


def sent(page: Page) -> None:
    """Have it send, and wait until everything is."""
    page.get_by_role("link", name=re.compile("^This device")).click()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("[data-state]")).to_have_text("Everything is sent.")


def test_it_opens_and_keeps_without_network(field: Field) -> None:
    page = field.device(AUDITOR, viewport=PHONE)
    page.context.set_offline(True)
    begun(page)
    page.reload()
    begun(page)
    answer(page, 2, "Minor nonconformity", "Loket 2 tanpa nomor")
    expect(page.locator("[data-state]")).to_contain_text("No network")
    page.close()
    page = page.context.new_page()
    page.goto(field.url)
    begun(page)
    open_line(page, 2)
    expect(page.get_by_label("What was seen")).to_have_value("Loket 2 tanpa nomor")
    assert field.lines()[1].answer is None
    page.context.set_offline(False)
    sent(page)
    line = field.lines()[1]
    assert (line.answer, line.seen) == ("minor", "Loket 2 tanpa nomor")


def test_every_keystroke_survives_a_killed_browser(
    field: Field, browser_type: BrowserType, browser_type_launch_args: Any, tmp_path: Path
) -> None:
    """SIGKILL half a second after the last keystroke, then the same profile without network."""

    def start() -> BrowserContext:
        return browser_type.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=browser_type_launch_args["executable_path"],
            args=list(FLAGS),
            viewport=WIDE,
            locale="en-GB",
        )

    context = start()
    field.sign_in(context, AUDITOR)
    page = field.load(context)
    context.set_offline(True)
    open_line(page, 1)
    page.get_by_role("radio", name="Observation", exact=True).check()
    page.locator("#seen").press_sequentially("Rak arsip kosong", delay=20)
    time.sleep(0.5)
    expect(page.locator("[data-stored=kept]")).to_contain_text("Kept on this device.")
    process = _main_process(tmp_path / "profile")
    assert process is not None
    os.kill(process, signal.SIGKILL)
    until(lambda: _main_process(tmp_path / "profile") is None)

    context = start()
    try:
        context.set_offline(True)
        page = context.new_page()
        page.goto(field.url)
        begun(page)
        open_line(page, 1)
        expect(page.locator("#seen")).to_have_value("Rak arsip kosong")
        expect(page.get_by_role("radio", name="Observation", exact=True)).to_be_checked()
        context.set_offline(False)
        field.sign_in(context, AUDITOR)
        page.reload()
        begun(page)
        sent(page)
        assert field.lines()[0].seen == "Rak arsip kosong"
    finally:
        context.close()


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so. (A page's own waiting would be barred by its content security
    policy.)"""
    for _try in range(MOST_WAITED // 100):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def _main_process(profile: Path) -> int | None:
    """The browser's own process: the one with this profile that is nobody's helper."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"--user-data-dir={profile}".encode() in command and not any(
                one.startswith(b"--type=") for one in command
            ):
                return int(folder.name)
    return None


def test_a_session_that_ends_loses_nothing(field: Field, site: Any) -> None:
    page = field.device(AUDITOR)
    end_sessions(field, AUDITOR)
    answer(page, 1, "Conforms", "Berkas 1 sampai 5")
    page.locator("[data-go=next]").click()
    expect(page.locator("[data-notice=signed_out]")).to_contain_text("You are signed out.")
    assert field.lines()[0].answer is None
    page.get_by_role("link", name="Sign in and send it").click()
    with site.app.app_context():
        name = field.person(AUDITOR).name
    page.get_by_role("button", name=re.compile(re.escape(name))).click()
    page.wait_for_url(re.compile(r"(/|/fieldwork)$"))
    page.goto(field.url)
    begun(page)
    sent(page)
    assert field.lines()[0].seen == "Berkas 1 sampai 5"


def test_a_session_that_ends_keeps_the_language(field: Field) -> None:
    """The page that the device keeps is not replaced by one in the installation's language."""
    page = field.device(AUDITOR, locale="id-ID")
    page.context.clear_cookies()
    page.reload()
    begun(page)
    page.evaluate("fetch('/audits/fieldwork').then((said) => said.text())")
    page.wait_for_timeout(500)  # what the worker fetched would lie on the device by now
    page.reload()
    begun(page)
    expect(page.get_by_role("link", name=re.compile("^This device"))).to_be_visible()


STORED = """async () => {
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const base = await asked(indexedDB.open("qms-fieldwork"));
  const all = (name) => asked(base.transaction(name).objectStore(name).getAll());
  const letters = (bytes) => Array.from(
    new Uint8Array(bytes), (one) => String.fromCharCode(one)).join("");
  const keys = await all("keys"), records = await all("records");
  let text = "";
  for (const row of [...await all("audits"), ...records]) {
    text += letters(row.sealed) + (row.file ? letters(row.file.sealed) : "");
    text += JSON.stringify({ ...row, sealed: 0, file: 0, iv: 0 });
  }
  for (const name of await caches.keys()) {
    const kept = await caches.open(name);
    for (const request of await kept.keys()) text += await (await kept.match(request)).text();
  }
  base.close();
  return {
    keys: keys.map((one) => one.person),
    extractable: keys.some((one) => one.key?.extractable),
    records: records.length,
    text,
  };
}"""


@pytest.mark.parametrize("was_signed_out", [True, False])
def test_who_comes_next_reads_nothing(field: Field, was_signed_out: bool) -> None:
    page = field.device(AUDITOR)
    context = page.context
    context.set_offline(True)
    answer(page, 1, "Major nonconformity", "Rahasia penulis")
    with field.site.app.app_context():
        writer = str(field.person(AUDITOR).uid)
    stored = page.evaluate(STORED)
    assert stored["keys"] == [writer] and stored["records"] == 1 and not stored["extractable"]
    for words in ("Rahasia penulis", "Pertanyaan 1?", "Audit di lapangan"):
        assert words not in stored["text"]
    if was_signed_out:
        page.close()
        context.set_offline(False)
        other = sign_out(field, context)
        until(lambda: other.evaluate(STORED)["keys"] == [])
        assert other.evaluate("localStorage.getItem('qms-fieldwork')") is None
        other.close()
    else:
        context.clear_cookies(name=field.site.app.config["SESSION_COOKIE_NAME"])
        context.set_offline(False)
    field.sign_in(context, LEAD)
    if not was_signed_out:
        # The page that was left open belongs to somebody else now.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("main")).to_contain_text("Somebody else is signed in")
        assert "Rahasia penulis" not in page.content()
        page.close()
    page = context.new_page()
    page.goto(field.url)
    begun(page)
    expect(page.locator("[data-notice=others]")).to_contain_text("Somebody else's unsent fieldwork")
    open_line(page, 1)
    expect(page.locator("#seen")).to_have_value("")
    stored = page.evaluate(STORED)
    assert writer not in stored["keys"] and stored["records"] == 1
    assert "Rahasia penulis" not in page.content() + stored["text"]
    page.close()
    assert field.lines()[0].answer is None, "nobody sends it in the name of another"


def sign_out(field: Field, context: BrowserContext) -> Page:
    """As people do; the page on which one signs in again."""
    page = context.new_page()
    page.goto(f"{field.site.url}/account")
    page.locator(".me summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    return page


def test_the_first_writer_comes_back_and_sends_it(field: Field) -> None:
    """Somebody else used the device meanwhile, and sent what was theirs."""
    page = field.device(AUDITOR, viewport=PHONE)
    context = page.context
    context.set_offline(True)
    answer(page, 1, "Major nonconformity", "Berkas hilang")
    page.close()
    context.set_offline(False)
    sign_out(field, context).close()
    field.sign_in(context, LEAD)
    page = field.load(context)
    expect(page.locator("[data-notice=others]")).to_contain_text("Somebody else's unsent fieldwork")
    answer(page, 2, "Conforms", "Rak rapi")
    sent(page)
    assert [line.seen for line in field.lines()] == [None, "Rak rapi", None]
    page.close()
    sign_out(field, context).close()
    field.sign_in(context, AUDITOR)
    page = field.load(context)
    expect(page.locator("[data-notice=others]")).to_have_count(0)
    open_line(page, 1)
    expect(page.locator("#seen")).to_have_value("Berkas hilang")
    sent(page)
    line = field.lines()[0]
    assert (line.answer, line.seen) == ("major", "Berkas hilang")
    with field.site.app.app_context():
        assert line.answered_by_id == field.person(AUDITOR).id
    assert page.evaluate(STORED)["records"] == 0


@pytest.mark.parametrize(
    ("choice", "seen"),
    [
        ("Mine counts", "Dua"),
        ("Theirs counts", "Satu"),
        ("Put both texts together", "Satu\nDua"),
    ],
)
def test_two_who_answer_one_line_choose(field: Field, choice: str, seen: str) -> None:
    first, second = field.device(AUDITOR), field.device(LEAD)
    for page in (first, second):
        page.context.set_offline(True)
    answer(first, 1, "Conforms", "Satu")
    answer(first, 2, "Conforms", "Hanya satu")
    answer(second, 1, "Observation", "Dua")
    answer(second, 3, "Conforms", "Hanya dua")
    first.context.set_offline(False)
    sent(first)
    second.context.set_offline(False)
    second.get_by_role("link", name=re.compile("^This device")).click()
    second.get_by_role("button", name="Send now").click()
    expect(second.locator("[data-state]")).to_have_text("1 to be sent")
    open_line(second, 1)
    conflict = second.locator("[data-conflict]:visible")
    expect(conflict).to_contain_text("Conforms · Satu")
    expect(conflict).to_contain_text("Observation · Dua")
    assert [line.seen for line in field.lines()] == ["Satu", "Hanya satu", "Hanya dua"]
    conflict.get_by_role("button", name=choice).click()
    expect(second.locator("[data-state]")).to_have_text("Everything is sent.")
    expect(second.locator("#seen")).to_have_value(seen)
    assert field.lines()[0].seen == seen


def test_a_line_that_is_gone_keeps_its_answer_for_the_person(field: Field) -> None:
    page = field.device(AUDITOR)
    page.context.set_offline(True)
    answer(page, 3, "Conforms", "Sudah dilihat")
    with field.site.app.app_context():
        line = db.session.scalar(select(AuditLine).where(AuditLine.uid == field.lines()[2].uid))
        operations.remove_line(line, by=line.audit.planned_by)
        db.session.commit()
    page.context.set_offline(False)
    page.get_by_role("link", name=re.compile("^This device")).click()
    page.get_by_role("button", name="Send now").click()
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_contain_text("not on the checklist any more")
    expect(waiting).to_contain_text("Sudah dilihat")
    page.reload()
    begun(page)
    expect(waiting).to_contain_text("Sudah dilihat")
    waiting.get_by_role("button", name=re.compile("^Remove")).click()
    expect(waiting).to_contain_text("Nothing waits to be sent.")


def test_photos_meetings_and_agreement_are_taken_without_network(field: Field) -> None:
    page = field.device(AUDITOR, viewport=PHONE)
    picture = {"name": "rak.png", "mimeType": "image/png", "buffer": page.screenshot()}
    page.context.set_offline(True)
    answer(page, 1, "Minor nonconformity", "Rak kosong")
    page.locator("#photo").set_input_files([picture])
    shown = page.get_by_role("img", name="rak.png")
    expect(shown).to_be_visible()
    page.get_by_role("link", name=re.compile("^Meetings")).click()
    opening = page.locator("#meetings section").first
    opening.get_by_label("Name").fill("Agus Wijaya")
    opening.get_by_label("Position or unit").fill("Kepala Dinas")
    opening.get_by_role("button", name="Was there").click()
    expect(opening.get_by_role("listitem").first).to_contain_text("Agus Wijaya")
    page.get_by_role("link", name=re.compile("^Findings")).click()
    page.get_by_role("radio", name="Disagrees").check()
    page.get_by_label("What they say").fill("Rak dipindah kemarin")
    expect(page.locator("#findings [data-stored=kept]")).to_contain_text("Kept on this device.")
    page.reload()
    begun(page)
    open_line(page, 1)
    expect(shown).to_be_visible()
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth > 0)")
    page.context.set_offline(False)
    sent(page)
    (present,) = field.all_of(AuditAttendance)
    assert (present.name, present.meeting) == ("Agus Wijaya", "opening")
    (stance,) = field.all_of(AuditeeStance)
    assert (stance.stance, stance.note) == ("disagrees", "Rak dipindah kemarin")
    with field.site.app.app_context():
        line = field.lines()[0]
        photos = db.session.scalars(
            select(AuditLinePhoto).where(AuditLinePhoto.line_id == line.id)
        ).all()
        assert len(photos) == 1


def sample(page: Page, **said: str) -> None:
    """Write down a sample on the open line, which may be folded away."""
    if not page.locator("#size").is_visible():
        page.locator("[data-sample] summary").click()
    for name, text in said.items():
        page.locator(f"#{name}").fill(text)


def verdict(page: Page, standard: str, result: str, why: str) -> None:
    """Another result under one of the standards of the open line."""
    if not page.locator("[data-standards]").is_visible():
        page.locator("[data-verdicts] summary").click()
    page.get_by_label(standard, exact=True).select_option(result)
    page.get_by_label(f"Why it differs under {standard}").fill(why)


BRIBERY = "ISO 37001:2016"


def test_a_sample_and_a_verdict_are_taken_without_network(field: Field) -> None:
    page = field.device(AUDITOR, viewport=PHONE)
    page.context.set_offline(True)
    answer(page, 3, "Conforms", "12 berkas pelatihan")
    sample(page, drawn_from="berkas AK I", population="1.200", size="1300", items="No. 12, 19")
    stored = page.locator("[data-stored]")
    expect(stored).to_contain_text("More was looked at than there is.")
    page.locator("#size").fill("40 berkas")
    expect(stored).to_contain_text("Write a whole number")
    page.locator("#size").fill("40")
    verdict(page, BRIBERY, "Major nonconformity", "")
    expect(stored).to_contain_text("Write why the result differs under this standard.")
    page.get_by_label(f"Why it differs under {BRIBERY}").fill("Tanpa uji kelayakan")
    expect(stored).to_have_text("Kept on this device.")
    page.reload()
    begun(page)
    for name, value in {"population": "1200", "size": "40", "items": "No. 12, 19"}.items():
        expect(page.locator(f"#{name}")).to_have_value(value)
    expect(page.locator("[data-verdicts-told]")).to_have_text(f"{BRIBERY}: Major nonconformity")
    page.get_by_role("link", name=re.compile("^Findings")).click()
    expect(page.locator("[data-stances]")).to_contain_text("Major nonconformity")
    page.context.set_offline(False)
    sent(page)
    taken, verdicts = field.told_at(2)
    assert taken == Sample("berkas AK I", 1200, 40, "No. 12, 19")
    assert verdicts == {BOTH[1]: {"answer": "major", "reason": "Tanpa uji kelayakan"}}


def test_two_samples_and_verdicts_of_one_line_are_both_shown(field: Field) -> None:
    first, second = field.device(AUDITOR), field.device(LEAD)
    for page in (first, second):
        page.context.set_offline(True)
        answer(page, 3, "Conforms", "Rekap")
    sample(first, population="100", size="10")
    verdict(first, BRIBERY, "Major nonconformity", "Satu")
    sample(second, size="20")
    verdict(second, BRIBERY, "Minor nonconformity", "Dua")
    first.context.set_offline(False)
    sent(first)
    second.context.set_offline(False)
    second.get_by_role("link", name=re.compile("^This device")).click()
    second.get_by_role("button", name="Send now").click()
    expect(second.locator("[data-state]")).to_have_text("1 to be sent")
    open_line(second, 3)
    conflict = second.locator("[data-conflict]:visible")
    expect(conflict).to_contain_text(f"Sample: 10 of 100 · {BRIBERY}: Major nonconformity – Satu")
    expect(conflict).to_contain_text(f"Sample: 20 · {BRIBERY}: Minor nonconformity – Dua")
    conflict.get_by_role("button", name="Theirs counts").click()
    expect(second.locator("[data-state]")).to_have_text("Everything is sent.")
    taken, verdicts = field.told_at(2)
    assert (taken.size, verdicts[BOTH[1]]["answer"]) == (10, "major")
    expect(second.locator("#size")).to_have_value("10")


def test_a_sample_and_a_verdict_go_in_by_keyboard(field: Field) -> None:
    page = field.device(AUDITOR)
    open_line(page, 3)
    page.get_by_role("radio", name="Open", exact=True).focus()
    keys = page.keyboard
    for key in ("1", "Enter", "Tab", "Enter", "Tab"):
        keys.press(key)
    expect(page.locator("#drawn_from")).to_be_focused()
    for text in ("keluhan", "30", "5", "1 sampai 5"):
        keys.type(text)
        keys.press("Tab")
    for key in ("Enter", "Tab", "Tab"):
        keys.press(key)
    expect(page.get_by_label(BRIBERY, exact=True)).to_be_focused()
    keys.type("Obs")
    keys.press("Tab")
    keys.type("Sebab lain")
    keys.press("Control+Home")
    page.locator("#seen").fill("Rekap keluhan")
    keys.press("Control+Enter")
    expect(page.locator("#question")).to_have_text("Pertanyaan 1?")
    sent(page)
    taken, verdicts = field.told_at(2)
    assert taken == Sample("keluhan", 30, 5, "1 sampai 5")
    assert verdicts == {BOTH[1]: {"answer": "observation", "reason": "Sebab lain"}}


def test_what_the_unit_says_and_last_time_s_answer_stand_beside_the_line(field: Field) -> None:
    with field.site.app.app_context():
        audit = db.session.scalar(select(Audit).where(Audit.uid == field.uid))
        line, last = (
            audit.lines[0],
            db.session.scalars(
                select(AuditLine)
                .join(Audit, Audit.id == AuditLine.audit_id)
                .where(Audit.unit_id == audit.unit_id, AuditLine.answer == "minor")
            ).first(),
        )
        line.origin = AuditLineOrigin(district_id=line.district_id, previous_id=last.id)
        asked = SelfAssessment(
            district_id=line.district_id,
            due_on=audit.planned_until,
            asked_by_id=audit.planned_by_id,
            audit=audit,
        )
        db.session.add(asked)
        asked.answers.append(
            SelfAssessmentAnswer(
                district_id=line.district_id,
                line_id=line.id,
                answer=SelfAnswer.PARTLY,
                shown="Rekap triwulan",
                answered_by_id=audit.planned_by_id,
                answered_at=clock.now(),
            )
        )
        number, words = last.audit.number, last.seen
        journal.write("ask_self_assessment", asked, by=audit.planned_by)
        journal.write("edit", line, by=audit.planned_by)
        db.session.commit()
    page = field.device(AUDITOR)
    page.context.set_offline(True)
    open_line(page, 1)
    expect(page.locator("[data-unit-says]")).to_contain_text("Partly")
    expect(page.locator("[data-unit-says]")).to_contain_text("Rekap triwulan")
    expect(page.locator("[data-last-time]")).to_contain_text("Minor nonconformity")
    expect(page.locator("[data-last-time]")).to_contain_text(words)
    expect(page.get_by_role("link", name=number)).to_be_visible()
    open_line(page, 2)
    expect(page.locator("[data-unit-says]")).to_be_hidden()
    expect(page.locator("[data-last-time]")).to_be_hidden()


def put_state(field: Field, state: AuditState) -> None:
    """The audit in another state, as if the coordinator had moved it."""
    with field.site.app.app_context():
        db.session.execute(update(Audit).where(Audit.uid == field.uid).values(state=state))
        db.session.commit()


def look_again(page: Page) -> None:
    """Somebody comes back to the page."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_what_is_not_yet_its_turn_waits_whole_and_goes_by_itself(field: Field) -> None:
    page = field.device(AUDITOR)
    picture = {"name": "rak.png", "mimeType": "image/png", "buffer": page.screenshot()}
    put_state(field, AuditState.REPORTED)
    answer(page, 1, "Conforms", "Sudah dilihat")
    page.locator("#photo").set_input_files([picture])
    expect(page.locator("[data-photos]")).to_contain_text("Not taken:")
    page.locator("[data-go=next]").click()
    expect(page.locator(".fw-row + .fw-marks").first).to_contain_text("to be sent")
    page.reload()
    begun(page)
    expect(page.locator("[data-notice=closed]")).to_be_visible()
    open_line(page, 1)
    shown = page.get_by_role("img", name="rak.png")
    expect(shown).to_have_attribute("src", re.compile("^blob:"))
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth > 0)")
    put_state(field, AuditState.UNDER_WAY)
    look_again(page)
    expect(page.locator("[data-state]")).to_have_text("Everything is sent.")
    expect(page.get_by_role("link", name="Photo 1")).to_be_visible()
    assert field.lines()[0].seen == "Sudah dilihat"


def test_a_photo_on_its_way_to_the_disk_is_not_given_up(field: Field) -> None:
    page = field.device(AUDITOR)
    picture = {"name": "rak.png", "mimeType": "image/png", "buffer": page.screenshot()}
    open_line(page, 1)
    page.evaluate(
        """() => {
          const encrypt = SubtleCrypto.prototype.encrypt;
          const later = new Promise((go) => { window.letGo = go; });
          SubtleCrypto.prototype.encrypt = async function (how, ...given) {
            if (new TextDecoder().decode(how.additionalData).includes("photo:")) await later;
            return encrypt.call(this, how, ...given);
          };
        }"""
    )
    page.locator("#photo").set_input_files([picture])
    expect(page.locator("[data-photos] > *")).not_to_have_count(0)
    page.wait_for_timeout(300)
    look_again(page)
    page.wait_for_timeout(1000)
    page.evaluate("window.letGo()")
    expect(page.get_by_role("link", name="Photo 1")).to_be_visible()


def test_what_another_wrote_meanwhile_is_not_written_over_unseen(field: Field) -> None:
    """The caret still stands in the text that was sent, when another's comes from the server."""
    page = field.device(AUDITOR)
    page.clock.install()
    answer(page, 1, "Conforms", "Satu")
    page.clock.fast_forward(16_000)
    expect(page.locator("[data-state]")).to_have_text("Everything is sent.")
    with field.site.app.app_context():
        line = db.session.scalar(select(AuditLine).where(AuditLine.uid == field.lines()[0].uid))
        operations.answer_line(line, Answer.STRENGTH, seen="Dua", by=field.person(LEAD))
        db.session.commit()
    look_again(page)
    expect(page.locator("#seen")).to_have_value("Dua")
    expect(page.get_by_role("radio", name="Strength", exact=True)).to_be_checked()


def test_an_answer_that_was_lost_makes_nobody_quarrel_with_themselves(field: Field) -> None:
    """The upload arrived, what the server said to it did not."""
    page = field.device(AUDITOR)
    answer(page, 1, "Conforms", "Satu")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/fieldwork", lose)
    page.get_by_role("link", name=re.compile("^This device")).click()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("body")).to_have_attribute("data-status", "offline")
    until(lambda: field.lines()[0].seen == "Satu")
    page.unroute("**/fieldwork")
    open_line(page, 1)
    page.locator("#seen").fill("Satu, lalu dua")
    sent(page)
    assert field.lines()[0].seen == "Satu, lalu dua"


def test_two_pages_of_one_person_know_of_each_other(field: Field) -> None:
    one = field.device(AUDITOR)
    other = field.load(one.context)
    answer(one, 1, "Conforms", "Satu")
    open_line(other, 1)
    expect(other.locator("#seen")).to_have_value("Satu")
    sent(one)
    expect(other.locator("[data-stored]")).to_have_text("Sent.")
    other.locator("#seen").fill("Satu, dua")
    sent(other)
    assert field.lines()[0].seen == "Satu, dua"


RENEWED = """async () => {
  for (const name of await caches.keys()) {
    const kept = await caches.open(name);
    if (await kept.match("/audits/fieldwork")) {
      await kept.put("/audits/fieldwork", new Response('<html lang="en">stale copy'));
    }
  }
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  await navigator.serviceWorker.register("/audits/fieldwork/worker.js", { scope: "/audits/" });
}"""
SHELL_KEPT = "async () => (await caches.match('/audits/fieldwork')).text()"
NEIGHBOURS = """async () => {
  const base = await new Promise((done) => {
    const request = indexedDB.open("qms-fieldwork");
    request.onsuccess = () => done(request.result);
  });
  const keys = base.transaction("keys", "readwrite").objectStore("keys");
  keys.put({ person: "somebody", root: "/other/" });
  base.close();
  await (await caches.open("qms-fieldwork-/other/audits/1")).put("/other", new Response("kept"));
}"""


def test_another_installation_on_the_same_host_is_left_alone(field: Field) -> None:
    page = field.device(AUDITOR)
    page.evaluate(NEIGHBOURS)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.unregister())")
    page.close()
    page = field.load(page.context)
    assert "kept" in page.evaluate(STORED)["text"]
    page.context.clear_cookies(name=field.site.app.config["SESSION_COOKIE_NAME"])
    field.sign_in(page.context, LEAD)
    page = field.load(page.context)
    with field.site.app.app_context():
        whose = {"somebody", str(field.person(LEAD).uid)}
    assert set(page.evaluate(STORED)["keys"]) == whose


def test_a_new_version_speaks_the_language_of_the_one_before(field: Field) -> None:
    """It may come while the session has ended, and nobody says in which language to come."""
    page = field.device(AUDITOR)
    context = page.context
    page.close()
    context.clear_cookies()
    page = context.new_page()
    page.goto(f"{field.site.url}/sign-in")
    assert page.locator("html").get_attribute("lang") == "id"
    page.evaluate(RENEWED)
    until(lambda: "stale copy" not in page.evaluate(SHELL_KEPT))
    assert '<html lang="en"' in page.evaluate(SHELL_KEPT)


def test_a_day_s_answers_go_in_by_keyboard(field: Field) -> None:
    """1 to 8 for the result, Enter to the text, Ctrl+Enter to the next open line."""
    page = field.device(AUDITOR)
    open_line(page, 1)
    page.get_by_role("radio", name="Open", exact=True).focus()
    keys = page.keyboard
    for digit, text in (("1", "Satu"), ("4", "Dua"), ("2", "Tiga")):
        keys.press(digit)
        keys.press("Enter")
        keys.type(text)
        keys.press("Control+Enter")
    expect(page.locator("[data-notice=no_open]")).to_be_visible()
    sent(page)
    assert [(line.answer, line.seen) for line in field.lines()] == [
        ("conform", "Satu"),
        ("observation", "Dua"),
        ("strength", "Tiga"),
    ]


def test_it_says_what_the_browser_does_not_promise(field: Field) -> None:
    page = field.device(AUDITOR)
    page.get_by_role("link", name=re.compile("^This device")).click()
    facts = page.locator("[data-facts]")
    expect(facts).to_contain_text("Opens without network on this device.")
    promised = page.evaluate("navigator.storage.persisted()")
    words = "has promised" if promised else "has not promised"
    expect(facts).to_contain_text(words)


def insecure(field: Field) -> Page:
    """The page at an address without HTTPS, where the browser seals and keeps nothing."""
    context = field.listen(field.browser.new_context(viewport=WIDE, locale="en-GB"))
    url = field.url.replace("127.0.0.1", INSECURE)
    name = field.site.app.config["SESSION_COOKIE_NAME"]
    cookie = field.site.session_of(AUDITOR, "en")
    root = field.site.url.replace("127.0.0.1", INSECURE)
    context.add_cookies([{"name": name, "value": cookie, "url": root}])
    page = context.new_page()
    page.goto(url)
    assert not page.evaluate("self.isSecureContext")
    return begun(page)


def end_sessions(field: Field, user_name: str) -> None:
    """Somebody's sessions end while their pages are open."""
    with field.site.app.app_context():
        person = field.person(user_name)
        for one in db.session.scalars(
            select(AccountSession).where(AccountSession.person_id == person.id)
        ):
            one.ended_at = one.began_at
        db.session.commit()


def heard(page: Page) -> list[str]:
    """What the page asks before it is left; whoever is asked stays."""
    found: list[str] = []

    def stay(dialog: Dialog) -> None:
        found.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return found


def write_unkept(page: Page) -> None:
    open_line(page, 1)
    page.get_by_role("radio", name="Conforms", exact=True).check()
    page.locator("#seen").click()
    page.locator("#seen").press_sequentially("Berkas 1")
    expect(page.locator("[data-stored]")).to_contain_text("kept on this page only")


def test_without_https_it_says_so_everywhere_and_sends_at_once(field: Field) -> None:
    """Nobody is left to believe that anything is kept."""
    page = insecure(field)
    for part in ("Meetings", "Findings", "This device", "Lines"):
        page.get_by_role("link", name=re.compile(f"^{part}")).click()
        expect(page.locator("[data-notice=why]")).to_contain_text("This address has no HTTPS")
    open_line(page, 1)
    page.get_by_role("radio", name="Conforms", exact=True).check()
    expect(page.get_by_text("Kept on this device.")).to_have_count(0)
    until(lambda: field.lines()[0].answer == "conform")
    expect(page.locator("[data-state]")).to_have_text("Everything is sent.")


def test_without_https_and_network_nobody_leaves_unasked(field: Field) -> None:
    page = insecure(field)
    page.context.set_offline(True)
    write_unkept(page)
    expect(page.locator("[data-state]")).to_contain_text("nothing is kept on this device")
    expect(page.get_by_text("What you write is kept")).to_have_count(0)
    asked = heard(page)
    with page.expect_event("dialog"):
        page.locator("[data-audit-link]").click()
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert asked == ["confirm", "beforeunload"]
    expect(page.locator("#seen")).to_have_value("Berkas 1")
    page.context.set_offline(False)
    sent(page)
    assert field.lines()[0].seen == "Berkas 1"
    page.locator("[data-audit-link]").click()
    page.wait_for_url(re.compile(r"/audits/[\w-]+$"))
    assert asked == ["confirm", "beforeunload"]


def test_without_https_whoever_is_signed_out_signs_in_beside_the_page(field: Field) -> None:
    page = insecure(field)
    end_sessions(field, AUDITOR)
    write_unkept(page)
    told = page.locator("[data-notice=signed_out]")
    expect(told).to_contain_text("nothing is kept on this device")
    expect(page.get_by_text("safe on this device")).to_have_count(0)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    with field.site.app.app_context():
        name = field.person(AUDITOR).name
    opened.value.get_by_role("button", name=re.compile(re.escape(name))).click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Audit di lapangan")
    opened.value.close()
    expect(page.locator("#seen")).to_have_value("Berkas 1")
    look_again(page)
    expect(page.locator("[data-state]")).to_have_text("Everything is sent.")
    expect(told).to_have_count(0)
    assert field.lines()[0].seen == "Berkas 1"


def test_a_browser_that_keeps_nothing_is_told_of_everywhere(field: Field) -> None:
    """A private window of some browsers: secure, but the database does not open."""
    page = field.device(AUDITOR)
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('barred'); }")
    page.reload()
    begun(page)
    expect(page.locator("[data-notice=why]")).to_contain_text("keeps nothing on the device")
    page.context.set_offline(True)
    write_unkept(page)
    expect(page.locator("[data-state]")).to_contain_text("nothing is kept on this device")


FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  self.isFull = true;
  IDBObjectStore.prototype.put = function (...given) {
    const isRefused = self.isFull && this.name === "records";
    if (isRefused) throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, given);
  };
}"""
"""The browser's own refusal to write more, provoked in the database that it writes to."""


def test_a_photo_for_which_there_is_no_room_is_sent_all_the_same(field: Field) -> None:
    page = field.device(AUDITOR)
    picture = {"name": "rak.png", "mimeType": "image/png", "buffer": page.screenshot()}
    page.context.set_offline(True)
    open_line(page, 1)
    page.evaluate(FULL)
    page.locator("#photo").set_input_files([picture])
    expect(page.locator("[data-notice=full]")).to_contain_text("NOT kept")
    shown = page.get_by_role("img", name="rak.png")
    expect(shown).to_have_attribute("src", re.compile("^blob:"))
    page.context.set_offline(False)
    look_again(page)
    expect(page.get_by_role("link", name="Photo 1")).to_be_visible()
    expect(page.locator("[data-notice=full]")).to_have_count(0)
    assert len(photos_of_line(field, 0)) == 1


def large_picture(path: Path) -> Path:
    """A picture that fills 40 MB and that every browser can read: a BMP, whose pixels lie bare."""
    width, height = 4000, 3500
    size = 54 + width * height * 3
    head = b"BM" + struct.pack("<IHHI", size, 0, 0, 54)
    head += struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 2835, 2835, 0, 0)
    path.write_bytes(head + bytes(range(256)) * ((size - 54) // 256 + 1))
    os.truncate(path, size)
    return path


def test_a_photo_of_40_mb_is_made_smaller_and_one_that_cannot_be_is_named(
    field: Field, tmp_path: Path
) -> None:
    """What could not be taken is still said when the photos chosen with it were."""
    large, raw, small = (tmp_path / name for name in ("gudang.bmp", "mentah.dng", "rak.png"))
    assert large_picture(large).stat().st_size > 40 * 1024 * 1024
    raw.touch()
    os.truncate(raw, 60 * 1024 * 1024)
    page = field.device(AUDITOR)
    page.screenshot(path=small)
    page.context.set_offline(True)
    answer(page, 1, "Conforms", "Gudang penuh")
    page.locator("#photo").set_input_files([raw, large, small])
    expect(page.get_by_role("img", name="rak.png")).to_be_visible()
    expect(page.get_by_role("img", name="gudang.jpg")).to_be_visible()
    refused = page.locator("[data-notice=photo]")
    expect(refused).to_contain_text("mentah.dng is larger than 50 MB")
    expect(page.locator("#seen")).to_have_value("Gudang penuh")
    page.context.set_offline(False)
    sent(page)
    pieces = photos_of_line(field, 0)
    assert len(pieces) == 2
    with field.site.app.app_context():
        found = select(StoredFile.size).join(
            EvidenceFile, EvidenceFile.stored_file_id == StoredFile.id
        )
        ids = [one.evidence_id for one in pieces]
        sizes = db.session.scalars(found.where(EvidenceFile.evidence_id.in_(ids))).all()
    assert max(sizes) < 5 * 1024 * 1024
    page.reload()
    begun(page)
    assert len(photos_of_line(field, 0)) == 2
    assert field.lines()[0].seen == "Gudang penuh"


def test_what_had_no_room_is_kept_once_there_is_some(field: Field) -> None:
    page = field.device(AUDITOR)
    picture = {"name": "rak.png", "mimeType": "image/png", "buffer": page.screenshot()}
    page.context.set_offline(True)
    open_line(page, 1)
    page.evaluate(FULL)
    page.locator("#photo").set_input_files([picture])
    expect(page.locator("[data-notice=full]")).to_be_visible()
    page.evaluate("() => { self.isFull = false; }")
    look_again(page)
    expect(page.locator("[data-notice=full]")).to_have_count(0)
    page.reload()
    begun(page)
    shown = page.get_by_role("img", name="rak.png")
    expect(shown).to_have_attribute("src", re.compile("^blob:"))
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth > 0)")


def test_what_the_browser_does_not_promise_is_said_once(field: Field) -> None:
    """Chromium promises nothing to a site that was visited for the first time."""
    page = field.device(AUDITOR)
    page.add_init_script("StorageManager.prototype.persist = async () => false")
    page.reload()
    begun(page)
    told = page.locator("[data-notice=not_persistent]")
    expect(told).to_contain_text("has not promised")
    told.get_by_role("button", name="Understood").click()
    expect(told).to_have_count(0)
    page.reload()
    page.wait_for_selector("body[data-begun][data-ready=yes]")
    expect(told).to_have_count(0)


def depend(field: Field, n: int, on: int, when: AskedWhen) -> None:
    """A line is asked only after some answers to another one."""
    with field.site.app.app_context():
        found = db.session.scalars(
            select(AuditLine)
            .join(Audit, Audit.id == AuditLine.audit_id)
            .where(Audit.uid == field.uid)
            .order_by(AuditLine.position)
        ).all()
        line = found[n - 1]
        line.condition = AuditLineCondition(
            district_id=line.district_id, after=found[on - 1], asked_when=when
        )
        journal.write("edit", line, by=line.audit.planned_by)
        db.session.commit()


def rows(page: Page) -> Locator:
    return page.locator(".fw-row:visible")


def test_a_line_is_asked_by_the_answers_that_the_device_holds(field: Field) -> None:
    """At once and without network, by the rule of the server; what was answered stays asked."""
    depend(field, 2, 1, AskedWhen.DEVIATES)
    page = field.device(AUDITOR)
    page.context.set_offline(True)
    expect(rows(page)).to_have_text([re.compile("1\\?"), re.compile("3\\?")])
    expect(page.locator("[data-count=lines]")).to_have_text("0/2")
    expect(page.locator("[data-answered]")).to_contain_text("1 wait for the answer")
    answer(page, 1, "Conforms", "Rapi")
    expect(rows(page)).to_have_count(2)
    page.locator("[data-go=next]").click()
    expect(page.locator("#question")).to_have_text("Pertanyaan 3?")
    answer(page, 1, "Observation", "Rak kosong")
    expect(rows(page)).to_have_count(3)
    expect(page.locator("[data-count=lines]")).to_have_text("1/3")
    page.locator("[data-go=next]").click()
    expect(page.locator("#question")).to_have_text("Pertanyaan 2?")
    expect(page.locator("[data-after]")).to_contain_text("Only if that line shows a weakness")
    page.reload()
    begun(page)
    expect(page.locator("[data-count=lines]")).to_have_text("1/3")
    answer(page, 2, "Conforms", "Sudah dipesan")
    answer(page, 1, "Conforms", "Rapi")
    expect(page.locator("[data-count=lines]")).to_have_text("2/3")
    page.context.set_offline(False)
    sent(page)
    with field.site.app.app_context():
        audit = db.session.scalar(select(Audit).where(Audit.uid == field.uid))
        assert [line.answer for line in audit.asked] == ["conform", "conform", None]


def test_a_line_that_is_not_asked_any_more_sends_its_words_and_no_answer(field: Field) -> None:
    depend(field, 2, 1, AskedWhen.DEVIATES)
    page = field.device(AUDITOR)
    page.context.set_offline(True)
    answer(page, 1, "Observation", "Rak kosong")
    page.locator("[data-go=next]").click()
    page.locator("#seen").fill("Belum selesai dilihat")
    expect(page.locator("[data-stored=kept]")).to_contain_text("Kept on this device.")
    answer(page, 1, "Conforms", "Rapi")
    expect(rows(page)).to_have_count(2)
    page.context.set_offline(False)
    sent(page)
    with field.site.app.app_context():
        audit = db.session.scalar(select(Audit).where(Audit.uid == field.uid))
        assert [line.seen for line in audit.asked] == ["Rapi", None]
        assert [line.seen for line in audit.listed] == ["Rapi", "Belum selesai dilihat", None]


def test_what_others_did_to_the_checklist_comes_with_the_next_contact(field: Field) -> None:
    """A line that was added, and one that another's answer asks for; without loading anew."""
    depend(field, 2, 1, AskedWhen.DEVIATES)
    page = field.device(AUDITOR)
    with field.site.app.app_context():
        audit = db.session.scalar(select(Audit).where(Audit.uid == field.uid))
        operations.add_line(
            audit,
            question="Pertanyaan 4?",
            clause_ids=[clause_by_key(f"{BOTH[0]}:7.2").id],
            by=audit.planned_by,
        )
        operations.answer_line(
            audit.lines[0], Answer.OBSERVATION, seen="Rak kosong", by=field.person(LEAD)
        )
        db.session.commit()
    expect(rows(page)).to_have_count(2)
    page.get_by_role("link", name=re.compile("^Meetings")).click()
    opening = page.locator("#meetings section").first
    opening.get_by_label("Name").fill("Agus Wijaya")
    opening.get_by_role("button", name="Was there").click()
    expect(page.locator("[data-count=lines]")).to_have_text("1/4")
    page.get_by_role("link", name=re.compile("^Lines")).click()
    expect(rows(page)).to_have_count(4)


def photos_of_line(field: Field, n: int) -> list[Any]:
    with field.site.app.app_context():
        found = select(AuditLinePhoto).where(AuditLinePhoto.line_id == field.lines()[n].id)
        return list(db.session.scalars(found))


def test_a_full_device_is_said_at_once(field: Field) -> None:
    page = field.device(AUDITOR)
    page.context.set_offline(True)
    page.evaluate(FULL)
    open_line(page, 1)
    page.locator("#seen").fill("Tidak muat")
    expect(page.locator("[data-notice=full]")).to_contain_text("NOT kept")
    expect(page.locator("#seen")).to_have_value("Tidak muat")
