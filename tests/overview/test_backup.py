"""The commands backup and restore: what they say of files that are not as they should be."""

from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from flask.cli import ScriptInfo
from sqlalchemy import select, text

from qms.cli import main
from qms.core import files
from qms.core.db import db
from qms.documents.operations import Content
from tests.cast import Cast
from tests.documents.makers import PDF, make_draft, received
from tests.factories import make_evidence, make_file


def run(app: Any, *words: object) -> Result:
    db.session.remove()
    info = ScriptInfo(create_app=lambda: app)
    return CliRunner().invoke(main, [str(word) for word in words], obj=info)


def pretend_migrated() -> None:
    """Tests make their schema without migrations; a backup notes the revision."""
    db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    db.session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    db.session.commit()


def test_what_is_missing_is_told_with_its_record(app: Any, cast: Cast, tmp_path: Path) -> None:
    pretend_migrated()
    make_evidence(cast, "Foto loket", files=[make_file("loket.txt")])
    document = make_draft(cast, content=Content(source=received("sop.pdf", PDF)))
    number = document.number
    db.session.commit()
    assert run(app, "backup", tmp_path / "whole.zip").exit_code == 0
    for stored in db.session.scalars(select(files.StoredFile)):
        if stored.extension == "pdf":
            stored.path.write_bytes(b"%PDF-1.4 lain")
        else:
            stored.path.unlink()
    done = run(app, "backup", tmp_path / "b.zip")
    assert done.exit_code == 1
    assert "b.zip: " in done.stdout and " rows, " in done.stdout
    told = done.stderr.splitlines()
    assert told[0] == "These files are not as they should be:"
    assert told[1].startswith("  missing ")
    assert told[1].endswith(": loket.txt of the evidence “Foto loket”")
    assert told[2].startswith("  altered ")
    assert told[2].endswith(f": sop.pdf of the document {number}, revision 00")
    assert (tmp_path / "b.zip").exists()
