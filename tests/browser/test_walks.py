"""What people do with it, in their browser: the eight walks of the user guide.

Each walk makes what it needs, so that they can run in any order.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from qms.cli import main
from qms.core import clock
from tests.browser.conftest import ADMINISTRATOR, HEAD, OFFICER, OWNER, PHONE

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parent.parent / "samples"
AUDITOR, CONSULTANT, INSPECTOR = "maria", "andreas", "yusuf"


def press(page: Page, name: str) -> None:
    """Press a button of the page (not of a menu), and wait for the page that follows."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow a link of the page."""
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def go(page: Page, name: str) -> None:
    """Follow a link of the side navigation."""
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name=name).click()


def told(page: Page, words: str) -> None:
    """The message on top of the page."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def choose(page: Page, label: str, words: str) -> None:
    """Choose the option that holds these words."""
    select = page.get_by_label(label, exact=True).first
    options = select.locator("option").all_inner_texts()
    found = next(one for one in options if words in one)
    select.select_option(label=found)


def english(page: Page) -> None:
    """Read the page in English."""
    page.locator(".languages button[value=en]").click()


def day(later: int) -> str:
    return (clock.today("Asia/Jakarta") + timedelta(days=later)).isoformat()


def test_a_newcomer_looks_around(visit: Any, site: Any) -> None:
    page = visit()
    answer = page.request.get("/health").json()
    assert answer["status"] == "ok" and answer["database"] == "sqlite"
    page.goto("/")
    expect(page.get_by_text("Daftar ini hanya ada dalam mode demo")).to_be_visible()
    english(page)
    expect(page.get_by_text("This list exists in demo mode only")).to_be_visible()
    rows = page.locator(".demo-people li")
    assert rows.count() >= 11
    roles = page.locator(".demo-people h3").all_inner_texts()
    for role in ("Administrator", "District secretariat", "Quality officer", "Head of unit"):
        assert role in roles
    page.get_by_role("button", name="Enter as Siti Rahmadani, S.E.").click()
    heading(page, "My work")
    expect(page.get_by_text("Demo data: an invented district.")).to_be_visible()
    page.get_by_label("Search everything").fill("NC-")
    page.get_by_label("Search everything").press("Enter")
    expect(
        page.get_by_role("main").get_by_role("link", name=re.compile("NC-")).first
    ).to_be_visible()
    page.locator(".me summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".me summary").click()
    page.get_by_role("button", name="Auto").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "auto")
    page.locator(".me summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_an_administrator_opens_a_unit_and_lets_somebody_in(visit: Any, troubles: Any) -> None:
    page = visit(ADMINISTRATOR)
    page.goto("/")
    go(page, "Units")
    follow(page, "New unit")
    page.get_by_label("Code").fill("KEC-UJI")
    page.get_by_label(re.compile("^Name")).fill("Kecamatan Uji")
    choose(page, "Type", "kecamatan")
    choose(page, "Unit above", "Kabupaten Contoh")
    press(page, "Open unit")
    told(page, "The unit is open.")
    heading(page, "Kecamatan Uji")
    go(page, "People")
    follow(page, "New person")
    page.get_by_label(re.compile("^Name")).fill("Putri Wulandari")
    page.get_by_label("User name").fill("putri")
    choose(page, "Unit", "Kecamatan Uji")
    choose(page, "Role", "Quality officer")
    press(page, "Add person")
    password = page.locator("code").last.inner_text()
    newcomer = visit()
    newcomer.goto("/sign-in")
    english(newcomer)
    newcomer.get_by_label("User name").fill("putri")
    newcomer.get_by_label("Password").fill(password)
    newcomer.get_by_role("button", name="Sign in", exact=True).click()
    heading(newcomer, re.compile("password"))


def photo(page: Page) -> dict[str, Any]:
    """A picture, as a camera would give it."""
    return {"name": "loket-2.png", "mimeType": "image/png", "buffer": page.screenshot()}


def log_finding(page: Page, deviation: str, grade: str = "Minor nonconformity") -> str:
    """Log a finding with a clause and a photo; gives its number."""
    page.goto("/findings/new")
    choose(page, "Unit", "DISNAKER")
    page.get_by_label("Place or process").fill("Loket 2")
    page.get_by_role("radio", name=grade).check()
    page.get_by_role("group", name="Clauses").locator("summary").click()
    page.get_by_label("Filter the list").fill("8.5.1")
    page.get_by_role("checkbox", name=re.compile("^8.5.1")).first.check()
    page.get_by_label(re.compile("^Requirement")).fill("Antrean diatur dengan nomor.")
    page.get_by_label(re.compile("^Evidence seen")).fill("Tidak ada nomor di loket 2.")
    page.get_by_label(re.compile("^Deviation")).fill(deviation)
    page.locator("input[type=file]").set_input_files([photo(page)])
    expect(page.locator(".file-list")).to_contain_text("loket-2.png")
    press(page, "Save finding")
    heading(page, deviation)
    return page.locator(".kicker").inner_text()


def test_an_officer_logs_a_finding(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/")
    pages = []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    follow(page, "New finding")
    asked = page.locator(
        "form.form > .field, form.form > .row-of-fields > .field, fieldset.section"
    )
    shown = [one for one in asked.all() if one.evaluate("one => one.tagName") != "DETAILS"]
    assert len(shown) <= 8  # the statement is one, in three parts
    number = log_finding(page, "Papan antrean tidak terpasang.")
    assert re.fullmatch(r"NC-\d{4}-DISNAKER-\d{3}", number)
    assert len(pages) == 3  # the form (twice), then the finding: no reload in between
    picture = page.get_by_role("img", name="loket-2.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth > 0)"), "is shown"
    expect(page.get_by_role("link", name=re.compile("8.5.1"))).to_be_visible()


def test_a_picture_is_pasted(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/findings/new")
    expect(page.get_by_text("Drop files here, or paste a picture")).to_be_visible()
    page.evaluate(
        """() => {
          const pasted = new DataTransfer();
          pasted.items.add(new File([new Uint8Array([1, 2, 3])], "image.png", {type: "image/png"}));
          document.querySelector("#deviation").dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: pasted, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator(".file-list li")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.locator(".file-list li")).to_have_count(0)


def test_from_finding_to_closure(visit: Any) -> None:
    """Logged by the auditor, answered by the unit, done by the owner, verified by the auditor."""
    auditor, officer, owner = visit(AUDITOR), visit(OFFICER), visit(OWNER, viewport=PHONE)
    number = log_finding(auditor, "Nomor antrean tidak dipanggil urut.")
    address = auditor.url

    officer.goto("/")
    officer.get_by_role("listitem").filter(has_text=number).get_by_role(
        "link", name=f"Answer: {number}"
    ).click()
    officer.get_by_label(re.compile("^Immediate correction")).fill("Petugas memanggil urut.")
    officer.get_by_label(re.compile("^Cause")).fill("Tidak ada mesin antrean.")
    officer.get_by_label(re.compile("^What will be done")).fill("Pasang mesin antrean")
    choose(officer, "Who will do it", "Dewi Anggraheni")
    officer.get_by_label("Until", exact=True).fill(day(14))
    officer.get_by_label(re.compile("^How we will see")).fill("Sebulan tanpa keluhan antrean.")
    press(officer, "Save and send the answer")
    told(officer, "The answer is sent")

    head = visit(HEAD, viewport=PHONE)
    head.goto(address)
    head.get_by_text("Approve the plan…", exact=True).click()
    press(head, "Approve the plan")

    owner.goto("/")
    owner.get_by_role("listitem").filter(has_text="Pasang mesin antrean").get_by_role(
        "link", name="Finish"
    ).click()
    owner.get_by_label(re.compile("^What was done")).fill("Mesin terpasang dan diuji.")
    owner.locator("input[type=file]").set_input_files([photo(owner)])
    press(owner, "Finish")
    told(owner, "Now somebody else verifies it")
    expect(owner.get_by_role("button", name="Verify")).to_have_count(0)

    auditor.goto(address)
    auditor.get_by_text("Verify…", exact=True).click()
    auditor.get_by_label("What you looked at").fill("Mesin memanggil urut saat dilihat.")
    press(auditor, "Verify")
    told(auditor, "The action is verified.")
    auditor.get_by_text("Verify the answer…", exact=True).click()
    press(auditor, "Verify the answer")
    auditor.get_by_label(re.compile("^What shows that it does not come back")).fill(
        "Dua pekan tanpa keluhan."
    )
    auditor.get_by_label("Why it can be judged before its day").fill("Layar mencatat urutannya.")
    press(auditor, "Effective already: close")
    told(auditor, "Closed")
    expect(auditor.get_by_text("Dua pekan tanpa keluhan.").first).to_be_visible()


def test_a_head_approves_a_document(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/documents/new")
    title = "SOP Pengaduan Layanan"
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text written here").fill("# Tujuan\n\nSetiap pengaduan dijawab.")
    choose(page, "Approved by", "Agus")
    press(page, "Save the draft")
    heading(page, title)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    press(page, "Submit for review")

    head = visit(HEAD, viewport=PHONE)
    head.goto("/")
    head.get_by_role("listitem").filter(has_text=title).get_by_role("link").last.click()
    follow(head, "Read it as on paper")
    expect(head.get_by_text("Setiap pengaduan dijawab.")).to_be_visible()
    head.go_back()
    press(head, "Approve")
    told(head, "is approved")

    page.goto("/documents/master-list")
    expect(page.get_by_text(title)).to_be_visible()


def test_a_consultant_brings_in_findings(visit: Any) -> None:
    page = visit(CONSULTANT)
    page.goto("/")
    go(page, "Import")
    follow(page, "Import a file")
    page.get_by_role("radio", name="Findings").check()
    choose(page, "Unit", "BAPENDA")
    page.locator("input[type=file]").set_input_files(SAMPLES / "capa-register.csv")
    press(page, "Go on to the columns")
    heading(page, "Which column is what?")
    press(page, "Show the preview")
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(page.locator("tr.row-new")).to_have_count(5)
    press(page, "Import")
    heading(page, "Imported")
    expect(page.locator(".figure.good b")).to_have_text("5")

    follow(page, "Import another file")
    page.get_by_role("radio", name="Findings").check()
    choose(page, "Unit", "BAPENDA")
    page.locator("input[type=file]").set_input_files(SAMPLES / "capa-register.csv")
    press(page, "Go on to the columns")
    press(page, "Show the preview")
    expect(page.get_by_text("There is nothing to import")).to_be_visible()


def test_a_pack_is_made_and_checked(visit: Any, site: Any, tmp_path: Path) -> None:
    page = visit(INSPECTOR)
    page.goto("/packs")
    for standard in page.get_by_role("group", name="Standards").get_by_role("checkbox").all():
        standard.check()
    press(page, "Make the pack")
    told(page, "Your pack is being made.")
    progress = page.get_by_role("progressbar")
    expect(progress.or_(page.get_by_role("button", name="Take a copy")).first).to_be_visible()
    expect(page.get_by_role("button", name="Take a copy")).to_be_visible(timeout=60_000)
    expect(page.locator(".page-header .badges")).to_have_text("Ready")
    with page.expect_download() as download:
        press(page, "Take a copy")
    pack = tmp_path / download.value.suggested_filename
    download.value.save_as(pack)
    assert re.fullmatch(r"Evidence-pack-INSP-.*\.zip", pack.name)
    verified = CliRunner().invoke(main, ["pack", "verify", str(pack)])
    assert verified.exit_code == 0, verified.output
    page.reload()
    expect(page.locator(".sentence", has_text="took a copy")).to_be_visible()


def test_the_keeper_of_the_certificate_sets_the_scope_and_registers_it(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/")
    go(page, "Scope and certificates")
    follow(page, "Set a scope")
    choose(page, "Unit", "UPTD Balai Latihan Kerja")
    choose(page, "Standard", "ISO 37001:2016")
    press(page, "Continue")
    page.get_by_label(re.compile("^Holds from")).fill(day(-30))
    page.get_by_label(re.compile("^Scope")).fill("Pelatihan kerja dan uji kompetensi.")
    choose(page, "Clause", "8.6")
    page.get_by_label("Justification", exact=True).first.fill("Tidak ada rekanan.")
    press(page, "Save the scope")
    told(page, "The scope is saved.")
    expect(page.get_by_text("Tidak ada rekanan.")).to_be_visible()

    follow(page, "Register a certificate")
    page.get_by_label(re.compile("^Certification body")).fill("Lembaga Sertifikasi Contoh")
    page.get_by_label("Certificate number").fill("ABMS-0042")
    page.get_by_label(re.compile("^Scope on the certificate")).fill("Pelatihan kerja")
    page.get_by_label(re.compile("^Issued on")).fill(day(-20))
    press(page, "Register")
    told(page, "The certificate is registered.")
    follow(page, "Enter what happened")
    choose(page, "What happened", "Suspended")
    page.get_by_label(re.compile("^On")).fill(day(-1))
    press(page, "Save")
    expect(page.locator(".badge-q", has_text="Suspended").first).to_be_visible()


def test_all_that_matters_works_without_script(visit: Any) -> None:
    """Signing in, logging a finding, answering it, approving a document."""
    page = visit(java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_role("button", name="Masuk sebagai Siti Rahmadani, S.E.").click()
    english(page)
    follow(page, "New finding")
    page.get_by_label("Place or process").fill("Loket 1")
    page.get_by_label(re.compile("^Requirement")).fill("Loket dibuka pukul delapan.")
    page.get_by_label(re.compile("^Evidence seen")).fill("Pukul setengah sembilan masih tutup.")
    page.get_by_label(re.compile("^Deviation")).fill("Loket dibuka terlambat.")
    page.locator("input[type=file]").set_input_files([photo(page)])
    press(page, "Save finding")
    heading(page, "Loket dibuka terlambat.")
    follow(page, "Write the answer")
    page.get_by_label(re.compile("^Immediate correction")).fill("Petugas pengganti ditunjuk.")
    page.get_by_label(re.compile("^Cause")).fill("Jadwal piket tidak ada.")
    page.get_by_label(re.compile("^What will be done")).fill("Susun jadwal piket")
    page.get_by_label("Who will do it", exact=True).select_option(index=1)
    page.get_by_label("Until", exact=True).fill(day(7))
    page.get_by_label(re.compile("^How we will see")).fill("Loket buka tepat waktu sebulan.")
    press(page, "Save and send the answer")
    told(page, "The answer is sent")

    page.goto("/documents/new")
    page.get_by_label("Title").fill("SOP Tanpa Skrip")
    page.get_by_label("Text written here").fill("Berjalan tanpa skrip.")
    page.get_by_label("Approved by").select_option(index=1)
    press(page, "Save the draft")
    press(page, "Submit for review")
    address = page.url
    head = visit(HEAD, java_script_enabled=False)
    head.goto(address)
    press(head, "Approve")
    told(head, "is approved")
