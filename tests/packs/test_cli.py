"""The commands: make and verify."""

import errno
import json
import os
import resource
import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from flask.cli import ScriptInfo
from sqlalchemy import select

from qms.cli import main
from qms.core.db import AccessClass, db
from qms.core.errors import Problem
from qms.core.signing import SigningKey
from qms.packs import cli
from qms.packs.cli import pack
from qms.packs.models import Chapter, Pack
from tests.cast import Cast
from tests.factories import make_evidence
from tests.packs.generated import FROM, TO


@pytest.fixture
def run(app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("QMS_INSTANCE", app.config["QMS_INSTANCE"])

    def invoke(*words: Any) -> Result:
        db.session.rollback()
        info = ScriptInfo(create_app=lambda: app)
        return CliRunner().invoke(pack, [str(word) for word in words], obj=info)

    return invoke


def making(out: Path, **given: str) -> list[str]:
    words = {"--unit": "DISNAKER", "--standard": "iso9001-2015", "--from": FROM.isoformat(),
             "--to": TO.isoformat(), "--out": str(out), "--by": "officer", **given}  # fmt: skip
    return ["make", *(word for pair in words.items() for word in pair)]


def test_make_and_verify(run: Any, cast: Cast, tmp_path: Path) -> None:
    make_evidence(cast)
    db.session.commit()
    out = tmp_path / "pack.zip"
    result = run(*making(out), "--standard", "iso37001-2016", "--unit", "BLK")
    assert result.exit_code == 0, result.output
    made = db.session.scalars(select(Pack)).one()
    assert made.sha256 in result.output and out.stat().st_size == made.size
    assert len(made.units) == 2 and len(made.editions) == 2 and made.language == "id"
    result = run("verify", out)
    assert result.exit_code == 0, result.output
    result = run("verify", out, "--json")
    told = json.loads(result.output)
    assert told["ok"] and told["pack"]["pack"] == str(made.uid)


@pytest.mark.parametrize("asked", [True, False])
def test_make_leaves_restricted_records_out_unless_asked(
    run: Any, cast: Cast, tmp_path: Path, asked: bool, only_sqlite: None
) -> None:
    make_evidence(cast, "Rahasia", access=AccessClass.RESTRICTED)
    db.session.commit()
    out = tmp_path / "pack.zip"
    result = run(*making(out), *["--include-restricted"] * asked)
    assert result.exit_code == 0, result.output
    with ZipFile(out) as archive:
        assert any("Rahasia" in name for name in archive.namelist()) is asked


def test_make_with_some_chapters(run: Any, cast: Cast, tmp_path: Path, only_sqlite: None) -> None:
    out = tmp_path / "pack.zip"
    result = run(*making(out), "--chapters", "gaps", "--chapters", "scope")
    assert result.exit_code == 0, result.output
    made = db.session.scalars(select(Pack)).one()
    assert made.chosen_chapters == (Chapter.SCOPE, Chapter.GAPS)
    result = run(*making(tmp_path / "again.zip"), "--chapters", "semua")
    assert result.exit_code == 2 and "clauses" in result.output


def test_make_overwrites_nothing(run: Any, cast: Cast, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    out.write_bytes(b"penting")
    result = run(*making(out))
    assert result.exit_code == 1 and "pack.zip" in result.output
    assert out.read_bytes() == b"penting"
    assert db.session.scalars(select(Pack)).all() == []


def test_make_says_beforehand_that_there_is_no_place_for_it(
    run: Any, cast: Cast, tmp_path: Path, only_sqlite: None
) -> None:
    result = run(*making(tmp_path / "nowhere" / "pack.zip"))
    assert result.exit_code == 2 and "There is no folder" in result.output
    assert db.session.scalars(select(Pack)).all() == []


def test_make_says_why_it_could_not_write(
    run: Any, cast: Cast, tmp_path: Path, only_sqlite: None
) -> None:
    result = run(*making(tmp_path / f"{'a' * 300}.zip"))
    assert result.exit_code == 1 and "File name too long" in result.output


def test_a_copy_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(bytes(200_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            cli.copy_to(tmp_path / "source", tmp_path / "pack.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_make_writes_where_the_file_system_knows_no_links(
    run: Any, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, only_sqlite: None
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(cli.os, "link", refuse)
    out = tmp_path / "pack.zip"
    assert run(*making(out)).exit_code == 0
    assert [path for path in tmp_path.iterdir() if path.is_file() and "pack" in path.name] == [out]


def test_make_says_what_is_wrong(run: Any, cast: Cast, tmp_path: Path, only_sqlite: None) -> None:
    for option, word, status in (
        ("--unit", "ENTAH", 1),
        ("--by", "owner", 1),
        ("--by", "entah", 1),
        ("--from", "2100-01-01", 1),
        ("--from", "kemarin", 2),
        ("--standard", "iso14001", 2),
        ("--known-at", "kemarin", 2),
    ):
        result = run(*making(tmp_path / "pack.zip", **{option: word}))
        assert result.exit_code == status, (option, word, result.output)
        assert isinstance(result.exception, SystemExit | Problem), result.exception
        assert not (tmp_path / "pack.zip").exists()


def test_make_of_an_earlier_moment(run: Any, cast: Cast, tmp_path: Path) -> None:
    today = cast.district.today.isoformat()
    result = run(*making(tmp_path / "pack.zip", **{"--known-at": f"{today}T00:00",
                                                   "--as-of": today}))  # fmt: skip
    assert result.exit_code == 0, result.output
    made = db.session.scalars(select(Pack)).one()
    assert made.known_at.isoformat().endswith("17:00:00+00:00")  # midnight in Jakarta


def test_verify_expects_the_key_of_this_installation(
    run: Any, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "pack.zip"
    assert run(*making(out)).exit_code == 0
    untouched = Path(shutil.copy(out, tmp_path / "untouched.zip"))
    theirs = tmp_path / "theirs"
    SigningKey.of(theirs)
    ours = SigningKey.of(Path(os.environ["QMS_INSTANCE"])).public_hex
    monkeypatch.setenv("QMS_INSTANCE", str(theirs))
    result = run("verify", out)
    assert result.exit_code == 3 and f"--key {ours}" in result.output
    assert "files are as they were signed" in result.output and "NOT" not in result.output
    told = json.loads(run("verify", out, "--json").output)
    assert told["as_signed"] and not told["ok"]
    assert run("verify", out, "--key", ours).exit_code == 0
    result = run("verify", out, "--key", "00" * 32)
    assert result.exit_code == 1 and ours in result.output
    with ZipFile(out, "a") as archive:
        archive.writestr("lain.txt", b"lain")
    result = run("verify", out)
    assert result.exit_code == 1 and "is NOT as it was signed" in result.output
    assert result.output.index("lain.txt") < result.output.index(ours)
    monkeypatch.setenv("QMS_INSTANCE", str(tmp_path / "nowhere"))
    result = run("verify", untouched)
    assert result.exit_code == 0 and "--key" in result.output
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["tidak-ada.zip"], 2, "tidak-ada.zip"),
        (["."], 2, "."),
        ([], 2, "PATH"),
        (["paket.zip", "--key", "kunci"], 2, "64"),
        (["paket.zip", "--key", "ab" * 32], 1, "bukan berkas ZIP"),
        (["paket.zip"], 1, "paket.zip TIDAK sama"),
    ],
)
def test_verify_ends_with_1_if_something_is_wrong_and_2_if_mistyped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], status: int, told: str
) -> None:
    """In Indonesian unless the installation speaks another language."""
    (tmp_path / "paket.zip").write_bytes(b"bukan ZIP")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QMS_INSTANCE", str(tmp_path / "tidak ada"))
    monkeypatch.delenv("QMS_LANGUAGE", raising=False)
    result = CliRunner().invoke(main, ["pack", "verify", *words])
    assert result.exit_code == status and told in result.output, result.output


def test_verify_speaks_the_language_that_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pack.zip").write_bytes(b"no ZIP")
    monkeypatch.setenv("QMS_INSTANCE", str(tmp_path))
    monkeypatch.setenv("QMS_LANGUAGE", "en")
    result = CliRunner().invoke(main, ["pack", "verify", str(tmp_path / "pack.zip")])
    assert result.exit_code == 1 and "This is no ZIP file" in result.output


def test_verify_needs_no_installation(
    run: Any, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole command, where there is no instance and the database's address leads nowhere."""
    out = tmp_path / "pack.zip"
    assert run(*making(out)).exit_code == 0
    monkeypatch.setenv("QMS_INSTANCE", str(tmp_path / "no instance"))
    monkeypatch.setenv("QMS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    result = CliRunner().invoke(main, ["pack", "verify", str(out)])
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "no instance").exists()
