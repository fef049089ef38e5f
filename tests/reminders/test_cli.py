"""Commands of reminders and mail, and the settings that they need."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from qms import config
from qms.cli import main
from qms.config import WrongSetting
from qms.core.db import db
from tests.cast import Cast
from tests.factories import make_action, today
from tests.reminders import mailbox as server
from tests.reminders.mailbox import Mailbox, text_of

MAIL = {
    "smtp_host": "smtp.uji.example",
    "public_url": "https://qms.uji.example",
    "mail_from": "QMS <qms@uji.example>",
}


@pytest.fixture
def run(app: Any) -> Any:
    """run(*arguments) -> what the command says, in this installation."""

    def start(*arguments: str, code: int = 0) -> str:
        db.session.rollback()
        result = CliRunner().invoke(main, arguments, obj=app_info(app))
        assert result.exit_code == code, result.output
        return result.output

    return start


def app_info(app: Any) -> Any:
    return ScriptInfo(create_app=lambda: app)


@pytest.mark.usefixtures("only_sqlite")
def test_remind_and_send_from_the_command_line(
    run: Any, sends: Any, cast: Cast, mailbox: Mailbox
) -> None:
    make_action(cast, due_on=today(cast))
    db.session.commit()
    assert "1 notices and 1 mails made" in run("remind", "run")
    assert "0 notices and 0 mails made" in run("remind", "run")
    assert "1 mails tried" in run("mail", "send")
    assert len(mailbox.mails) == 1
    assert "taken it" in run("mail", "test", "siapa@uji.example")
    assert "QMS can send mail" in text_of(mailbox.to("siapa@uji.example")[0])
    mailbox.answers["tiada@uji.example"] = "550 No such user"
    assert "550 No such user" in run("mail", "test", "tiada@uji.example", code=1)
    assert "no address" in run("mail", "test", "bukan alamat", code=1)


@pytest.mark.usefixtures("only_sqlite")
def test_without_a_server_the_command_says_what_to_set(run: Any, cast: Cast) -> None:
    assert "QMS_SMTP_HOST" in run("mail", "test", "siapa@uji.example", code=1)


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.usefixtures("only_sqlite")
def test_a_server_that_asks_for_a_password(app: Any, run: Any, sends: Any, cast: Cast) -> None:
    box = server.Mailbox()
    box.user = (b"qms", b"geheim")
    controller = server.start(
        box,
        auth_require_tls=False,
        auth_required=True,
        authenticator=box.authenticate,
    )
    try:
        for password, code, said in (("salah", 1, "535"), ("geheim", 0, "taken it")):
            app.config["QMS_SETTINGS"] = replace(
                sends, smtp_port=controller.port, smtp_user="qms", smtp_password=password
            )
            assert said in run("mail", "test", "siapa@uji.example", code=code)
    finally:
        controller.stop()
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"public_url": ""}, "QMS_PUBLIC_URL"),
        ({"public_url": "qms.uji.example"}, "QMS_PUBLIC_URL"),
        ({"mail_from": "QMS"}, "QMS_MAIL_FROM"),
        ({"mail_from": "QMS <a@b.example\r\nBcc: c@d.example>"}, "QMS_MAIL_FROM"),
        ({"smtp_tls": "ssl"}, "QMS_SMTP_TLS"),
        ({"smtp_port": 99999}, "QMS_SMTP_PORT"),
    ],
)
def test_wrong_settings_stop_the_start(tmp_path: Path, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(WrongSetting, match=named):
        config.load(tmp_path, {**MAIL, **wrong})


def test_the_password_lies_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "smtp_password"
    file.write_text("geheim\n")
    file.chmod(0o644)
    with pytest.raises(WrongSetting, match="chmod 600"):
        config.load(tmp_path, dict(MAIL))
    file.chmod(0o600)
    settings = config.load(tmp_path, dict(MAIL))
    assert settings.smtp_password == "geheim"
    assert "geheim" not in repr(settings)
