"""The commands for units, people and a new installation: the same rules, told as sentences."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from flask.cli import ScriptInfo
from sqlalchemy import func, select, update

from qms import create_app
from qms.cli import main
from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.i18n import speaking
from qms.core.journal import verifying
from qms.core.signing import SigningKey
from qms.findings.models import Finding
from qms.people import sessions
from qms.people.models import Account, Appointment, Person, Position, RoleGrant
from qms.people.queries import account_named, operator
from qms.people.roles import EXPORTS, Role
from qms.standards.models import StandardEdition
from qms.units.models import District, Unit, UnitSuccession
from tests.cast import PASSWORD, SYSTEM, Cast
from tests.factories import make_evidence


def run(app: Any, *words: str, says: str = "", code: int = 0, given: str | None = None) -> str:
    """Run `qms` in English; the exit code and what it says are as expected. The session is new
    before and after."""
    db.session.remove()
    with speaking("en"):
        result: Result = CliRunner().invoke(
            main, list(words), obj=ScriptInfo(create_app=lambda: app), input=given
        )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    assert says in result.output, result.output
    db.session.remove()
    return result.output


@pytest.fixture
def keep(app: Any, cast: Cast) -> Any:
    """keep("units", "list", ...) runs a command for the cast's administrator."""

    def command(area: str, verb: str, *words: str, **more: Any) -> str:
        by = more.pop("by", "administrator")
        return run(app, area, verb, *words, "--by", by, **more)

    return command


def test_units_are_kept_by_commands(keep: Any, cast: Cast) -> None:
    keep("units", "open", "PKM", "Puskesmas", "--under", "dinkes", "--type", "puskesmas")
    keep("units", "rename", "PKM", "--name", "Puskesmas Satu", "--from", "2026-01-01")
    keep("units", "move", "PKM", "--under", "DISNAKER", "--from", "2026-02-01")
    keep("units", "service", "PKM", "Imunisasi", "--from", "2025-01-01", says="offers")
    keep("units", "service", "PKM", "Imunisasi", "--end", "2026-03-01", says="has ended")
    keep("units", "close", "PKM", "--successor", "DINKES", "--kind", "merged")
    listed = json.loads(keep("units", "list", "--closed", "--json"))
    (row,) = [row for row in listed if row["code"] == "PKM"]
    assert (row["name"], row["parent"], row["open"]) == ("Puskesmas Satu", "DISNAKER", False)
    assert "PKM" not in keep("units", "list")
    assert keep("units", "list", "--q", "balai").splitlines()[1].startswith("BLK\t")


def test_a_closing_is_taken_back_and_a_type_corrected_by_commands(keep: Any, cast: Cast) -> None:
    keep("units", "reopen", "BLK", "--reason", "Keliru", code=1, says="This unit is open.")
    keep("units", "close", "BLK", "--successor", "DISNAKER")
    keep("units", "reopen", "BLK", "--reason", " ", code=1, says="Say why.")
    keep("units", "reopen", "BLK", "--reason", "Keliru", by="officer", code=1, says="right")
    keep("units", "reopen", "BLK", "--reason", "Keliru", says="BLK is open again.")
    keep("units", "correct-type", "BLK", "section", by="officer", code=1, says="right")
    keep("units", "correct-type", "BLK", "section", says="BLK is saved.")
    keep("units", "correct-type", "DISNAKER", "district", code=2, says="district")
    keep("units", "correct-type", "UJI", "dinas", code=1, says="Only the district's own unit")
    (row,) = [one for one in json.loads(keep("units", "list", "--json")) if one["code"] == "BLK"]
    assert (row["type"], row["open"]) == ("section", True)
    assert not db.session.scalars(select(UnitSuccession)).all()


def test_closing_a_unit_asks_who_is_still_there(keep: Any, cast: Cast) -> None:
    keep("people", "appoint", "staff", "Kepala UPTD", "--unit", "BLK", "--head")
    keep("people", "grant", "staff", "owner", "--unit", "BLK")
    said = keep("units", "close", "BLK", given="n\n", code=1)
    assert "Kepala UPTD: Staff" in said and "Process owner or staff: Staff" in said
    assert "BLK" in keep("units", "list")
    keep("units", "close", "BLK", "--yes", says="BLK is closed.")


def test_a_position_leads_and_a_nip_is_corrected_by_commands(keep: Any, cast: Cast) -> None:
    keep("people", "add", "Dewi", "--unit", "BLK", "--position", "Kepala UPTD", "--head",
         "--nip", "199001012015032001")  # fmt: skip
    assert db.session.scalars(select(Position).filter_by(title="Kepala UPTD")).one().is_head
    keep("people", "correct-nip", "Dewi", "12", code=1, says="A NIP has 18 digits.")
    keep("people", "correct-nip", "staff", "199001012015032002", code=1, says="holds no position")
    keep("people", "correct-nip", "Dewi", "19900101 201503 2 002")
    held = db.session.scalars(select(Appointment).where(Appointment.nip.is_not(None))).one()
    assert (held.person.name, held.nip) == ("Dewi", "199001012015032002")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pack", "verify"], ["Ketik 'qms pack verify --help' untuk bantuan", "Kurang argumen"]),
        (["pack", "verify", "tidak-ada.zip"], ["Kesalahan: Nilai untuk 'PATH'", "tidak ada"]),
        (["pack", "make", "--standard", "iso14001"], ["bukan salah satu dari"]),
        (["paket"], ["Tidak ada perintah 'paket'"]),
        (["units", "--lupa"], ["Tidak ada opsi '--lupa'"]),
    ],
)
def test_a_mistyped_command_is_answered_in_the_language(
    monkeypatch: pytest.MonkeyPatch, words: list[str], said: list[str]
) -> None:
    monkeypatch.setenv("QMS_LANGUAGE", "id")
    result = CliRunner().invoke(main, words, prog_name="qms")
    assert result.exit_code == 2
    for part in said:
        assert part in result.output
    for english in ("Try ", "Error", "Missing", "Invalid", "No such", "one of"):
        assert english not in result.output


def test_refusals_are_sentences(keep: Any, cast: Cast) -> None:
    new = ("open", "X", "Unit X", "--under", "DISNAKER", "--type", "dinas")
    keep("units", *new, by="officer", code=1, says="You do not have the right")
    keep("units", *new, by="nobody", code=1, says="There is no account “nobody”.")
    keep("units", "close", "NIRWANA", code=1, says="There is no unit with the code NIRWANA.")
    keep("units", "close", "DISNAKER", by="outsider", code=1, says="There is no unit")
    keep("units", "close", "DISNAKER", code=1, says="Move or close the units under it first")
    keep("units", "open", "INSP", "Lagi", "--under", "UJI", "--type", "dinas", code=1, says="taken")
    keep("units", "rename", "INSP", "--from", "kemarin", code=2, says="kemarin is no day")
    keep("units", "rename", "INSP", "--from", "0226-01-01", code=2, says="The year looks wrong.")
    keep("people", "list", by="officer", code=1, says="You do not have the right")
    keep("people", "account", "Nirwana", "--disable", code=1, says="There is no person")
    keep("people", "account", "Outsider", "--disable", code=1, says="There is no person")
    keep("people", "add", "Budi", "--role", "head", code=2, says="--unit CODE")
    assert db.session.scalar(select(Unit.id).where(Unit.code == "X")) is None


def test_tableare_kept_by_commands(keep: Any, cast: Cast) -> None:
    words = ("--unit", "DISNAKER", "--position", "Kasubbag", "--role", "officer")
    said = keep("people", "add", "Dr. Siti", "--mail", "siti@contoh.go.id", *words)
    assert "password" not in said
    keep("people", "account", "siti", "--open", "siti", "--password-stdin", given=PASSWORD + "\n")
    account = account_named("siti")
    assert account and account.must_change and sessions.is_password(account, PASSWORD)
    said = keep("people", "reset-password", "siti", says="One-time password")
    told = said.rsplit(": ", 1)[1].strip()
    db.session.expire_all()
    assert sessions.is_password(account_named("siti"), told)
    keep(
        "people", "appoint", "siti", "Kepala Dinas", "--unit", "DISNAKER", "--kind", "plt", "--head"
    )
    keep("people", "grant", "siti", "guest", "--unit", "DINKES", code=1, says="with --until")
    keep("people", "grant", "siti", "guest", "--unit", "DINKES", "--until", "2100-01-01")
    keep("people", "delegate", "siti", "head", "--reason", "Cuti", says="Head acts for Dr. Siti.")
    listed = json.loads(keep("people", "list", "--q", "siti", "--json"))
    assert listed == [
        {
            "name": "Dr. Siti",
            "user_name": "siti",
            "enabled": True,
            "positions": "Kasubbag; Plt. Kepala Dinas",
            "roles": "officer DISNAKER; guest DINKES",
            "uid": listed[0]["uid"],
        }
    ]
    keep("people", "withdraw", "siti", "officer", "--unit", "DISNAKER", "--reason", "Mutasi")
    keep("people", "withdraw", "siti", "officer", "--unit", "DISNAKER", "--reason", "x", code=1)
    keep("people", "account", "siti", "--disable")
    keep("people", "account", "siti", "--enable")
    keep("people", "account", "siti", "--end-sessions")
    keep("people", "account", "siti", "--enable", "--disable", code=2, says="Say one of")
    names = [
        row["name"] for row in json.loads(keep("people", "list", "--unit", "DINKES", "--json"))
    ]
    assert names == ["Other Head", "Other Officer", "Dr. Siti"]


def test_a_failed_command_leaves_nothing_behind(keep: Any, cast: Cast) -> None:
    keep("people", "add", "Siti", "--user-name", "officer", code=1, says="is taken")
    assert db.session.scalar(select(Person.id).where(Person.name == "Siti")) is None


def test_who_runs_a_command_is_the_only_operator_unless_said(app: Any, cast: Cast) -> None:
    run(app, "units", "list", code=1, says="Say who you are with --by USERNAME.")
    table = Account.__table__
    db.session.execute(
        update(table).where(table.c.user_name == "administrator").values(is_operator=True)
    )
    db.session.commit()
    run(app, "units", "list", says="DISNAKER")


def test_nobody_acts_for_who_cannot_sign_in_any_more(keep: Any, app: Any, cast: Cast) -> None:
    """What a command does stands in the journal with the name of whom it ran for."""
    keep("people", "account", "officer", "--disable")
    run(app, "units", "list", "--by", "officer", code=1, says="cannot sign in any more")
    table = Person.__table__
    db.session.execute(
        update(table).where(table.c.name == "Owner").values(left_on=date(2026, 1, 1))
    )
    db.session.commit()
    run(app, "units", "list", "--by", "owner", code=1, says="cannot sign in any more")


def test_the_installation_is_handed_over_by_commands(app: Any, cast: Cast) -> None:
    cast.administrator.account.is_operator = True
    journal.write("entrust_installation", cast.administrator.account, by=SYSTEM)
    db.session.commit()
    account = ("people", "account")
    run(app, *account, "administrator", "--no-operator", code=1, says="Nobody else operates")
    run(app, *account, "officer", "--operator", says="Officer operates the installation.")
    run(app, *account, "administrator", "--no-operator", code=1, says="--by USERNAME")
    both = ("--operator", "--disable", "--by", "administrator")
    run(app, *account, "officer", *both, code=2, says="Say one of")


def test_who_sets_an_installation_up_needs_no_name(app: Any, cast: Cast, tmp_path: Path) -> None:
    """The administrator who made it brings in what exists and makes a pack, but sees no more than
    before of what is restricted."""
    table = Account.__table__
    db.session.execute(
        update(table).where(table.c.user_name == "administrator").values(is_operator=True)
    )
    make_evidence(cast, "Laporan rahasia", access=AccessClass.RESTRICTED)
    db.session.commit()
    listed = tmp_path / "temuan.csv"
    listed.write_text("No. LKS,Tanggal,Uraian\n1,2026-01-05,Papan tidak ada\n")
    run(app, "import", "findings", str(listed), "--unit", "DISNAKER")
    assert db.session.scalars(select(Finding.external_number)).all() == ["1"]
    out = tmp_path / "pack.zip"
    words = ("--from", "2026-01-01", "--to", "2026-12-31", "--include-restricted")
    run(app, "pack", "make", "--unit", "DISNAKER", "--standard", "iso9001-2015", *words,
        "--out", str(out))  # fmt: skip
    with ZipFile(out) as archive:
        assert not any("rahasia" in name for name in archive.namelist())
    assert not operator("administrator").rights.hold_anywhere(EXPORTS), "only without a name"


def test_people_are_kept_by_commands_to_the_end(keep: Any, cast: Cast) -> None:
    keep("people", "appoint", "staff", "Kepala Seksi", "--unit", "DISNAKER")
    keep("people", "delegate", "staff", "owner", "--reason", "Cuti", "--from", "2020-01-01")
    keep("people", "end-delegation", "staff", "owner", says="acts for Staff no longer")
    keep("people", "end-delegation", "staff", "owner", code=1, says="does not act for")
    keep("people", "end-appointment", "staff", "Kepala Seksi", "--unit", "DISNAKER",
         "--on", "2099-01-01")  # fmt: skip
    keep("people", "end-appointment", "staff", "Camat", "--unit", "DISNAKER", code=1,
         says="does not hold this position")  # fmt: skip
    keep("people", "edit", "staff", "--name", "Drs. Staf Baru", "--mail", "staf@contoh.go.id")
    keep("people", "edit", "staff", "--mail", "x", code=1, says="Write an address such as")
    keep("people", "edit", "staff", "--left", "2099-12-31", says="Drs. Staf Baru is saved")
    db.session.expire_all()
    person = db.session.scalars(select(Person).where(Person.name == "Drs. Staf Baru")).one()
    assert person.mail == "staf@contoh.go.id" and str(person.left_on) == "2099-12-31"
    assert [str(one.until_on) for one in person.appointments] == ["2099-01-01"]


def test_an_operator_founds_a_further_district(app: Any, cast: Cast, browse: Any) -> None:
    words = ("districts", "found", "JAUH", "Kabupaten Jauh", "--timezone", "Asia/Jayapura",
             "--administrator", "Yohana", "--user-name", "yohana")  # fmt: skip
    run(app, *words, "--by", "administrator", code=1, says="do not have the right")
    run(app, "districts", "list", "--by", "officer", code=1, says="do not have the right")
    table = Account.__table__
    db.session.execute(
        update(table).where(table.c.user_name == "administrator").values(is_operator=True)
    )
    db.session.commit()
    said = run(app, *words, says="Kabupaten Jauh is founded, with Yohana as its administrator.")
    assert [row["code"] for row in json.loads(run(app, "districts", "list", "--json"))] == [
        "JAUH", "LAIN", "UJI",
    ]  # fmt: skip
    password = said.split()[-1]
    page = browse().get("/sign-in").submit(user_name="yohana", password=password)
    page = page.submit(old=password, password="kalimat yang panjang", again="kalimat yang panjang")
    page = page.browser.get("/units")
    assert page.has("Kabupaten Jauh") and not page.has("Dinas Tenaga Kerja")
    assert not browse(Cast.found().administrator).get("/units").has("Kabupaten Jauh")
    run(app, *words, code=1, says="JAUH")


@pytest.fixture
def bare(empty_database: str, tmp_path: Path) -> Iterator[Any]:
    """The application on a database with nothing in it."""
    app = create_app({"instance": tmp_path / "bare", "database_url": empty_database})
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


INIT = (
    *("init", "--district-code", "CONTOH", "--district-name", "Kabupaten Contoh"),
    *("--timezone", "Asia/Makassar", "--name", "Siti Aminah", "--user-name", "Siti"),
)


def test_init_makes_a_district_with_its_administrator(bare: Any) -> None:
    run(bare, "units", "list", code=1, says="not set up yet. Run: qms init")
    folder = Path(bare.config["QMS_INSTANCE"])
    (folder / "checkpoints.log").write_text("of an installation that was here before\n")
    said = run(bare, *INIT, "--password-stdin", given=PASSWORD + "\n")
    assert "Kabupaten Contoh is ready" in said and PASSWORD not in said
    person = operator()
    assert (person.name, person.district.timezone) == ("Siti Aminah", "Asia/Makassar")
    assert person.is_operator and not person.account.must_change
    assert person.administers(person.rights.tree.root.id)
    assert sessions.is_password(person.account, PASSWORD)
    assert (db.session.scalar(select(func.count(StandardEdition.id))) or 0) >= 5
    key, log = SigningKey.of(folder), folder / "checkpoints.log"
    assert all(verifying.verify(chain, key, log).is_whole for chain in verifying.chains(log))
    (aside,) = folder.glob("checkpoints-until-*.log")
    assert aside.read_text() == "of an installation that was here before\n"
    run(bare, *INIT, "--password-stdin", given=PASSWORD, code=1, says="set up already")
    run(bare, "units", "open", "A", "Dinas A", "--under", "CONTOH", "--type", "dinas")


def test_init_asks_for_what_is_not_said(bare: Any) -> None:
    answers = ["CONTOH", "Kabupaten Contoh", "Siti", "siti", PASSWORD, PASSWORD]
    said = run(bare, "init", given="\n".join(answers) + "\n")
    assert PASSWORD not in said
    assert db.session.scalar(select(RoleGrant.role)) is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("words", "password", "says", "code"),
    [
        (INIT[:3], PASSWORD, "Say also: --district-name, --name, --user-name.", 2),
        (INIT, "pendek", "Use at least 10 characters.", 1),
        ((*INIT, "--timezone", "Bulan"), PASSWORD, "Write a time zone such as", 1),
        ((*INIT, "--user-name", "a b"), PASSWORD, "Use 3 to 60 small letters", 1),
    ],
)
def test_init_does_all_or_nothing(
    bare: Any, words: tuple[str, ...], password: str, says: str, code: int
) -> None:
    run(bare, *words, "--password-stdin", given=password + "\n", code=code, says=says)
    assert db.session.scalar(select(func.count(District.id))) == 0
    assert db.session.scalar(select(func.count(Account.id))) == 0
    run(bare, *INIT, "--password-stdin", given=PASSWORD + "\n")
