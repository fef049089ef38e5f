"""What a device writes down away from the network, and what becomes of it."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select, update

from qms.audits import operations
from qms.audits.models import (
    Answer,
    AskedWhen,
    Audit,
    AuditAttendance,
    AuditeeStance,
    AuditLine,
    AuditLineCondition,
    AuditLineOrigin,
    AuditLinePhoto,
    AuditReceipt,
    AuditState,
    SelfAnswer,
)
from qms.audits.operations.sampling import SAMPLE, Sample
from qms.audits.operations.self_assessment import ask_self_assessment, assess_self
from qms.core import clock, journal
from qms.core.db import AccessClass, db
from qms.core.holder import COOKIE, NOBODY
from qms.core.journal.models import JournalEntry
from qms.evidence.models import Evidence
from qms.findings.models import Grade
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    integrated,
    only,
    prepared,
    signed,
    submitted,
    under_way,
)
from tests.cast import Cast
from tests.client import Browser
from tests.counting import queries_of
from tests.factories import make_finding, today

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


SAID = ("answer", "seen", "reason", *SAMPLE, "verdicts")
"""What a device says of a line."""


class Device:
    """A device in somebody's hands: what it has loaded, and what it sends."""

    def __init__(self, app: Any, person: Any, audit: Audit) -> None:
        self.browser, self.person, self.url = Browser(app), person, f"/audits/{audit.uid}/fieldwork"
        self.browser.sign_in(person)
        self.state = self.load()

    def load(self) -> dict[str, Any]:
        found: dict[str, Any] = self.browser.get(f"{self.url}/state").json
        return found

    def line(self, n: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = self.state["lines"][n]
        return found

    def answer(self, n: int = 0, **value: Any) -> dict[str, Any]:
        """A change of a line as this device knows it."""
        line = self.line(n)
        was = {name: line[name] for name in SAID}
        return change("answer", line["uid"], {**was, **value}, version=line["version"], was=was)

    def send(self, *changes: dict[str, Any], status: int = 200, **more: Any) -> Any:
        sent = {
            "person": str(self.person.uid),
            "sent_at": clock.now().isoformat(),
            "changes": changes,
            **more,
        }
        response = self.browser.request(
            "POST", self.url, json=sent, headers={"Accept": "application/json", **self.token()}
        )
        assert response.status_code == status, response.text[:500]
        return response.get_json()

    def outcomes(self, *changes: dict[str, Any], **more: Any) -> list[str]:
        return [one["outcome"] for one in self.send(*changes, **more)["results"]]

    def photo(
        self, uid: str, n: int = 0, content: bytes = PNG, name: str = "a.png", **more: Any
    ) -> Any:
        data = {
            "person": str(self.person.uid),
            "uid": uid,
            "line": self.line(n)["uid"],
            "photo": (BytesIO(content), name),
            **more,
        }
        return self.browser.request(
            "POST",
            f"{self.url}/photos",
            data=data,
            headers={"Accept": "application/json", **self.token()},
        )

    def token(self) -> dict[str, str]:
        return {"X-CSRFToken": self.state["csrf"]}


def change(
    kind: str, target: str, value: dict[str, Any], *, version: int = 0, was: Any = None
) -> dict[str, Any]:
    return {
        "uid": str(uuid4()),
        "kind": kind,
        "target": target,
        "version": version,
        "was": was,
        "value": value,
        "at": clock.now().isoformat(),
    }


@pytest.fixture
def audit(cast: Cast) -> Audit:
    found = under_way(cast)
    db.session.commit()
    return found


@pytest.fixture
def device(app: Any, cast: Cast, audit: Audit) -> Device:
    return Device(app, cast.auditor, audit)


@pytest.fixture
def other(app: Any, cast: Cast, audit: Audit) -> Device:
    return Device(app, cast.lead_auditor, audit)


def lines() -> list[AuditLine]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditLine).order_by(AuditLine.position)))


def count(model: Any) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_page_brings_the_audit_along(device: Device, cast: Cast, app: Any) -> None:
    page = device.browser.get(device.url)
    assert page.soup.select_one("#given") is not None
    state = device.state
    assert state["person"] == str(cast.auditor.uid)
    assert [line["question"] for line in state["lines"]] == ["Bagaimana 8.5.1?", "Bagaimana 9.1.2?"]
    assert state["audit"]["closed"] == ""


def test_all_lines_come_along_with_when_they_are_asked(
    device: Device, cast: Cast, audit: Audit
) -> None:
    first, second = lines()
    second.condition = AuditLineCondition(
        district_id=second.district_id, after=first, asked_when=AskedWhen.CONFORMS
    )
    journal.write("edit", second, by=cast.lead_auditor)
    db.session.commit()
    device.state = device.load()
    assert "after" not in device.line(0)
    assert device.line(1)["after"]["line"] == str(first.uid)
    assert device.line(1)["after"]["answers"] == ["conform", "strength"]
    said = device.send(device.answer(1, seen="Mulai dilihat"))
    assert [line["seen"] for line in said["lines"]] == ["Mulai dilihat"], "though it is not asked"


def test_a_line_that_waits_for_a_removed_one_is_never_asked(
    device: Device, cast: Cast, audit: Audit
) -> None:
    first, second = lines()
    second.condition = AuditLineCondition(
        district_id=second.district_id, after=first, asked_when=AskedWhen.APPLIES
    )
    operations.remove_line(first, by=audit.planned_by)
    db.session.commit()
    (line,) = device.load()["lines"]
    assert line["after"]["answers"] == []


def test_a_device_sees_that_others_were_at_the_checklist(device: Device, other: Device) -> None:
    """Its own answers raise the version by as much as their lines' versions rose."""
    before = device.state["checklist"]
    own = device.send(device.answer(answer="conform"))
    assert own["checklist"] - before == own["lines"][0]["version"] - device.line()["version"]
    other.send(other.answer(1, answer="conform"))
    after = device.send(device.answer(answer="strength", seen="Rapi"))
    (line,) = after["lines"]
    assert after["checklist"] > own["checklist"] + line["version"] - own["lines"][0]["version"]
    assert device.load()["checklist"] == after["checklist"]


def test_the_page_kept_by_a_device_tells_nothing(app: Any, device: Device) -> None:
    """It is the same for everybody, signed in or not."""
    for browser in (device.browser, Browser(app)):
        shell = browser.request("GET", "/audits/fieldwork").text
        assert '"state": null' in shell
        assert device.state["audit"]["number"] not in shell
        assert device.state["key"] not in shell
        worker = browser.request("GET", "/audits/fieldwork/worker.js")
        assert worker.mimetype == "text/javascript"
        assert worker.headers["Service-Worker-Allowed"] == "/audits/"


def test_whoever_signs_in_again_has_the_same_key_and_nobody_else(
    app: Any, device: Device, other: Device, audit: Audit
) -> None:
    assert Device(app, device.person, only()).state["key"] == device.state["key"]
    assert other.state["key"] != device.state["key"]


def test_the_browser_is_told_who_holds_it(app: Any, device: Device, cast: Cast) -> None:
    browser = device.browser
    assert browser.client.get_cookie(COOKIE).value == str(cast.auditor.uid)
    browser.post("/sign-out")
    assert browser.client.get_cookie(COOKIE).value == NOBODY


def test_answers_are_taken_at_the_moment_they_were_written(device: Device, cast: Cast) -> None:
    sent = device.answer(answer="conform", seen="Berkas 1–5 ")
    written = clock.now() - timedelta(hours=3)
    assert device.outcomes({**sent, "at": written.isoformat()}) == ["taken"]
    line = lines()[0]
    assert (line.answer, line.seen) == (Answer.CONFORM, "Berkas 1–5")
    assert line.answered_by_id == cast.auditor.id
    assert line.answered_at is not None
    assert abs(line.answered_at - written) < timedelta(seconds=5)


@pytest.mark.parametrize("hours", [30, -30])
def test_a_wrong_clock_is_corrected_and_told(device: Device, hours: int) -> None:
    wrong = clock.now() + timedelta(hours=hours)
    sent = {**device.answer(answer="conform"), "at": (wrong - timedelta(minutes=10)).isoformat()}
    said = device.send(sent, sent_at=wrong.isoformat())
    assert round(said["ahead"] / 3600) == hours
    answered = lines()[0].answered_at
    assert answered is not None
    assert abs(clock.now() - timedelta(minutes=10) - answered) < timedelta(seconds=10)


def test_no_answer_is_of_the_future(device: Device) -> None:
    sent = {**device.answer(answer="conform"), "at": "2099-01-01T00:00:00Z"}
    device.send(sent)
    answered = lines()[0].answered_at
    assert answered is not None and answered <= clock.now()


def test_the_same_upload_twice_changes_nothing(device: Device, other: Device) -> None:
    first = device.answer(answer="conform", seen="Satu")
    assert device.outcomes(first) == ["taken"]
    number = count(JournalEntry)
    assert device.outcomes(first) == ["taken"]
    assert (count(JournalEntry), count(AuditReceipt)) == (number, 1)
    other.state = other.load()
    assert other.outcomes(other.answer(answer="minor", seen="Dua")) == ["taken"]
    assert device.outcomes(first) == ["taken"], "what was taken once is not asked about again"
    assert lines()[0].seen == "Dua"


def test_two_on_different_lines_merge(device: Device, other: Device) -> None:
    assert device.outcomes(device.answer(0, answer="conform")) == ["taken"]
    assert other.outcomes(other.answer(1, answer="strength", seen="Rapi")) == ["taken"]
    assert [line.answer for line in lines()] == [Answer.CONFORM, Answer.STRENGTH]


def test_two_on_one_line_are_both_shown(device: Device, other: Device, cast: Cast) -> None:
    assert device.outcomes(device.answer(answer="conform", seen="Satu")) == ["taken"]
    mine = other.answer(answer="minor", seen="Dua")
    said = other.send(mine)
    assert said["results"][0]["outcome"] == "conflict"
    now = said["lines"][0]
    assert (now["answer"], now["seen"], now["by"]) == ("conform", "Satu", cast.auditor.name)
    assert lines()[0].seen == "Satu", "nothing is changed until a person chooses"
    other.state = other.load()
    assert other.outcomes(other.answer(answer="minor", seen="Dua")) == ["taken"]
    assert lines()[0].seen == "Dua"


def test_two_who_wrote_the_same_do_not_quarrel(device: Device, other: Device) -> None:
    assert device.outcomes(device.answer(answer="conform")) == ["taken"]
    assert other.outcomes(other.answer(answer="conform")) == ["taken"]


def test_a_finding_raised_meanwhile_is_no_conflict(
    device: Device, cast: Cast, audit: Audit
) -> None:
    assert device.outcomes(device.answer(answer="minor", seen="Tidak ada")) == ["taken"]
    device.state = device.load()
    line = lines()[0]
    operations.raise_finding_from_line(
        line,
        unit_id=audit.unit_id,
        found_on=today(cast),
        grade=Grade.MINOR,
        deviation="Tidak ada nomor",
        requirement="Nomor",
        by=cast.lead_auditor,
    )
    db.session.commit()
    assert lines()[0].version != device.line()["version"]
    assert device.outcomes(device.answer(seen="Tidak ada nomor di loket 2")) == ["taken"]


def test_a_line_that_is_gone_is_said_to_be_gone(device: Device, cast: Cast, audit: Audit) -> None:
    operations.remove_line(lines()[0], by=cast.coordinator)
    db.session.commit()
    gone = device.answer(answer="conform")
    unknown = change("answer", str(uuid4()), {"answer": "conform"})
    stays = device.answer(1, answer="conform")
    assert device.outcomes(gone, unknown, stays) == ["gone", "gone", "taken"]


def test_an_answer_that_lacks_its_reason_is_refused_alone(device: Device) -> None:
    said = device.send(device.answer(answer="not_applicable"), device.answer(1, answer="conform"))
    assert [one["outcome"] for one in said["results"]] == ["refused", "taken"]
    assert said["results"][0]["message"]
    assert [line.answer for line in lines()] == [None, Answer.CONFORM]


def test_what_is_sent_before_the_audit_began_waits(app: Any, cast: Cast) -> None:
    audit = prepared(cast)
    db.session.commit()
    device = Device(app, cast.auditor, audit)
    assert device.state["audit"]["closed"]
    sent = device.answer(answer="conform")
    assert device.outcomes(sent) == ["waits"]
    operations.open_audit(only(), by=cast.coordinator)
    db.session.commit()
    assert device.outcomes(sent) == ["taken"]


def test_nothing_changes_under_the_pen(app: Any, cast: Cast) -> None:
    audit = submitted(cast).audit
    db.session.commit()
    device = Device(app, cast.auditor, audit)
    meeting = {"meeting": "closing", "name": "Agus"}
    assert device.outcomes(
        device.answer(answer="minor", seen="Terlambat"),
        change("attendance", str(uuid4()), meeting),
    ) == ["waits", "waits"]
    assert device.photo(str(uuid4())).status_code == 409


def test_who_else_signed_in_does_not_send_it(app: Any, cast: Cast, device: Device) -> None:
    """A page that is still open sends in the name of who wrote, or not at all."""
    said = device.send(
        device.answer(answer="conform"), person=str(cast.lead_auditor.uid), status=409
    )
    assert said["code"] == "other_person"
    photo = device.photo(str(uuid4()), person=str(cast.lead_auditor.uid))
    assert photo.status_code == 409
    assert lines()[0].answer is None


def test_the_signed_out_are_told_in_json(app: Any, device: Device) -> None:
    device.browser.post("/sign-out")
    said = device.browser.request(
        "GET", f"{device.url}/state", headers={"Accept": "application/json"}
    )
    assert said.status_code == 401


def test_only_the_team_takes_an_audit_along(app: Any, cast: Cast, audit: Audit) -> None:
    for person, status in ((cast.officer, 403), (cast.coordinator, 403), (cast.outsider, 404)):
        browser = Browser(app)
        browser.sign_in(person)
        for path in ("", "/state"):
            found = browser.request("GET", f"/audits/{audit.uid}/fieldwork{path}")
            assert found.status_code == status


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"changes": []},
        {"sent_at": "yesterday", "changes": []},
        {"sent_at": "2026-01-01T00:00:00Z", "changes": [{}]},
        {"sent_at": "2026-01-01T00:00:00Z", "changes": [{}] * 201},
    ],
)
def test_what_is_no_upload_is_refused(device: Device, sent: Any) -> None:
    if isinstance(sent, dict):
        sent = {"person": str(device.person.uid), **sent}
    response = device.browser.request(
        "POST", device.url, json=sent, headers={"Accept": "application/json", **device.token()}
    )
    assert response.status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "opinion"},
        {"target": "nowhere"},
        {"uid": "1"},
        {"value": {"answer": "perhaps"}},
        {"value": {"answer": "conform", "seen": "x" * 10_001}},
        {"value": {"answer": "conform", "seen": ["x"]}},
        {"version": None},
        {"at": "soon"},
    ],
)
def test_a_change_of_no_known_shape_is_refused(device: Device, wrong: dict[str, Any]) -> None:
    device.send({**device.answer(answer="conform"), **wrong}, status=422)
    assert lines()[0].answer is None


def test_characters_that_cannot_be_kept_do_not_stop_an_answer(device: Device) -> None:
    assert device.outcomes(device.answer(answer="conform", seen="Satu\x00dua\ud800")) == ["taken"]
    assert lines()[0].seen == "Satudua"


def test_attendance_is_taken_corrected_and_taken_off(device: Device, other: Device) -> None:
    uid = str(uuid4())
    value = {"meeting": "opening", "name": "Agus", "post": "Kepala Dinas"}
    assert device.outcomes(change("attendance", uid, value)) == ["taken"]
    assert device.outcomes(change("attendance", uid, value)) == ["taken"]
    assert count(AuditAttendance) == 1
    other.state = other.load()
    known = other.state["attendance"][0]
    assert (known["name"], known["post"]) == ("Agus", "Kepala Dinas")
    off = change("attendance", uid, {**value, "is_removed": True}, version=1, was=value)
    assert other.outcomes(off) == ["taken"]
    assert other.load()["attendance"] == []
    assert device.outcomes(change("attendance", str(uuid4()), {"meeting": "opening"})) == [
        "refused"
    ]


def test_attendance_of_another_audit_is_not_touched(app: Any, cast: Cast, device: Device) -> None:
    second = under_way(cast, title="Audit kedua")
    db.session.commit()
    uid = str(uuid4())
    assert device.outcomes(change("attendance", uid, {"meeting": "opening", "name": "Agus"})) == [
        "taken"
    ]
    elsewhere = Device(app, cast.auditor, second)
    sent = change("attendance", uid, {"meeting": "closing", "name": "Lain"})
    assert elsewhere.outcomes(sent) == ["gone"]


def test_the_auditee_agrees_or_disagrees(device: Device, other: Device) -> None:
    target = f"line:{device.line()['uid']}"
    agrees = {"stance": "agrees", "spoken_by": "Agus"}
    assert device.outcomes(change("stance", target, agrees)) == ["taken"]
    assert device.outcomes(change("stance", target, {"stance": "disagrees"}, version=1)) == [
        "refused"
    ]
    against = {"stance": "disagrees", "spoken_by": "Agus", "note": "Nomor ada di sistem"}
    assert other.outcomes(change("stance", target, against)) == ["conflict"]
    assert other.outcomes(change("stance", target, against, version=1)) == ["taken"]
    assert count(AuditeeStance) == 1
    assert other.load()["stances"][0]["note"] == "Nomor ada di sistem"
    assert device.outcomes(
        change("attendance", str(uuid4()), {"meeting": "closing", "name": "Agus Wijaya"})
    ) == ["taken"]
    page = other.browser.get(other.url.replace("fieldwork", "meetings"))
    for words in ("Disagrees", "Nomor ada di sistem", "Agus Wijaya", "Closing meeting"):
        assert page.has(words), words


def test_the_auditee_speaks_to_a_finding_without_a_line(
    device: Device, cast: Cast, audit: Audit
) -> None:
    finding = operations.add_finding(
        only(),
        unit_id=audit.unit_id,
        found_on=today(cast),
        grade=Grade.OBSERVATION,
        deviation="Antrean panjang",
        by=cast.lead_auditor,
    )
    db.session.commit()
    state = device.load()
    assert [one["title"] for one in state["findings"]] == ["Antrean panjang"]
    target = f"finding:{finding.uid}"
    assert device.outcomes(
        change("stance", target, {"stance": "agrees"}),
        change("stance", f"finding:{uuid4()}", {"stance": "agrees"}),
    ) == ["taken", "gone"]


def test_a_restricted_finding_is_kept_from_a_device(
    app: Any, cast: Cast, device: Device, other: Device
) -> None:
    audit, line = only(), only().asked[0]
    secret = make_finding(cast, "Rahasia", by=cast.lead_auditor, access=AccessClass.RESTRICTED)
    operations.answer_line(line, Answer.MINOR, seen="x", by=cast.lead_auditor)
    operations.link_finding(audit, secret, line=line, by=cast.lead_auditor)
    apart = make_finding(cast, "Diam", by=cast.lead_auditor, access=AccessClass.RESTRICTED)
    operations.link_finding(audit, apart, by=cast.lead_auditor)
    number, target = secret.number, f"finding:{apart.uid}"
    db.session.commit()
    said = change("stance", target, {"stance": "agrees", "spoken_by": "Agus"})
    assert other.outcomes(said) == ["taken"]
    told = json.dumps([device.load(), device.send(device.answer(1, answer="conform"))])
    assert number not in told and target not in told and "Agus" not in told
    spoken = change("stance", f"line:{device.line(1)['uid']}", {"stance": "agrees"})
    assert target not in json.dumps(device.send(spoken))
    assert number in json.dumps(other.load()) and target in json.dumps(other.load())


def test_a_photo_becomes_evidence_once(device: Device, cast: Cast, audit: Audit) -> None:
    uid = str(uuid4())
    for _again in range(2):
        response = device.photo(uid)
        assert response.status_code == 200, response.text[:300]
    assert (count(Evidence), count(AuditLinePhoto)) == (1, 1)
    assert len(device.load()["lines"][0]["photos"]) == 1
    assert device.outcomes(device.answer(answer="minor", seen="Kosong")) == ["taken"], (
        "a photo is no answer and stands in nobody's way"
    )
    finding = operations.raise_finding_from_line(
        lines()[0],
        unit_id=audit.unit_id,
        found_on=today(cast),
        grade=Grade.MINOR,
        deviation="Rak kosong",
        requirement="Arsip",
        by=cast.auditor,
    )
    db.session.commit()
    assert len(finding.evidence) == 1


def test_a_photo_of_one_line_is_not_given_out_as_that_of_another(device: Device) -> None:
    uid = str(uuid4())
    assert device.photo(uid).status_code == 200
    assert device.photo(uid, n=1).status_code == 404
    assert (count(Evidence), count(AuditLinePhoto)) == (1, 1)


def test_what_is_no_photo_is_refused(device: Device) -> None:
    assert device.photo(str(uuid4()), content=b"MZ", name="a.exe").status_code == 422
    assert device.photo("no uid").status_code == 422
    assert count(Evidence) == 0


def test_a_photo_that_is_too_large_is_refused(app: Any, device: Device) -> None:
    app.config["QMS_UPLOAD_LIMIT"] = 1000
    assert device.photo(str(uuid4()), content=PNG + bytes(2000)).status_code == 422
    assert count(Evidence) == 0


def test_three_hundred_answers_in_a_few_uploads(app: Any, cast: Cast, audit: Audit) -> None:
    """What was written in a day away from the network, each answer once in the journal."""
    for n in range(30):
        operations.add_line(
            only(), question=f"Pertanyaan {n}?", clause_ids=lines()[0].clause_ids, by=cast.auditor
        )
    db.session.commit()
    device, before = Device(app, cast.auditor, only()), count(JournalEntry)
    sent = [device.answer(n, answer="conform") for n in range(len(device.state["lines"]))]
    assert set(device.outcomes(*sent)) == {"taken"}
    assert all(line.answer is Answer.CONFORM for line in lines())
    assert count(JournalEntry) - before == len(sent)
    assert only().state is AuditState.UNDER_WAY


SAMPLED = {"drawn_from": "berkas AK I", "population": 312, "size": 40, "items": "No. 12, 19"}


def test_a_sample_is_taken_with_the_line(device: Device, other: Device) -> None:
    assert device.outcomes(device.answer(answer="conform", **SAMPLED)) == ["taken"]
    assert Sample.of(lines()[0]) == Sample(*SAMPLED.values())
    device.state, other.state = device.load(), other.load()
    assert {name: other.line()[name] for name in SAMPLE} == SAMPLED
    assert other.outcomes(other.answer(size=41)) == ["taken"]
    assert device.outcomes(device.answer(size=42)) == ["conflict"], "the number that another wrote"
    assert Sample.of(lines()[0]).size == 41
    other.state = other.load()
    nothing = dict.fromkeys(SAMPLE)
    assert other.outcomes(other.answer(**nothing)) == ["taken"]
    assert lines()[0].sample is None


def test_a_sample_of_an_open_line_is_not_overwritten(device: Device, other: Device) -> None:
    """Its numbers are written before its result: they count as much."""
    assert device.outcomes(device.answer(population=0, size=0)) == ["taken"]
    assert other.outcomes(other.answer(population=20)) == ["conflict"]
    assert (lines()[0].answer, Sample.of(lines()[0]).population) == (None, 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"population": 3, "size": 4}, "More was looked at than there is."),
        ({"population": -1}, "Write a number of things"),
        ({"size": 10**30}, "Write a number of things"),
        ({"verdicts": {ANTI_BRIBERY: {"answer": "minor"}}}, "Write why the result differs"),
        (
            {"verdicts": {"iso14001-2015": {"answer": "minor", "reason": "Sebab"}}},
            "Choose a standard that this line asks about.",
        ),
        (
            {"seen": "", "verdicts": {ANTI_BRIBERY: {"answer": "minor", "reason": "Sebab"}}},
            "Write what was seen",
        ),
    ],
)
def test_what_cannot_be_is_refused_alone_and_changes_nothing(
    app: Any, cast: Cast, wrong: dict[str, Any], said: str
) -> None:
    audit, _both, _one = integrated(cast)
    db.session.commit()
    device = Device(app, cast.auditor, audit)
    refused = device.answer(**{"answer": "conform", "seen": "Berkas", **wrong})
    results = device.send(refused, device.answer(1, answer="conform"))["results"]
    assert [one["outcome"] for one in results] == ["refused", "taken"]
    assert said in results[0]["message"]
    line, _other = lines()
    assert (line.answer, line.seen, line.sample, line.verdicts) == (None, None, None, [])


@pytest.mark.parametrize(
    "wrong", [{"size": "40"}, {"size": True}, {"verdicts": [1]}, {"verdicts": {QUALITY: 1}}]
)
def test_a_sample_of_no_known_shape_is_refused(device: Device, wrong: dict[str, Any]) -> None:
    device.send(device.answer(answer="conform", **wrong), status=422)
    assert lines()[0].answer is None


def test_a_verdict_of_its_own_is_taken_with_the_line(app: Any, cast: Cast) -> None:
    audit, _both, _one = integrated(cast)
    db.session.commit()
    device, other = Device(app, cast.auditor, audit), Device(app, cast.lead_auditor, audit)
    assert [key for key, _name in device.line()["standards"]] == [QUALITY, ANTI_BRIBERY]
    assert device.line(1)["standards"] == []
    own = {ANTI_BRIBERY: {"answer": "major", "reason": "Uji kelayakan tidak ada"}}
    same = {QUALITY: {"answer": "conform", "reason": None}}
    sent = device.answer(answer="conform", seen="12 berkas", verdicts={**own, **same})
    assert device.outcomes(sent) == ["taken"]
    assert lines()[0].grade is Grade.MAJOR
    assert other.outcomes(other.answer(answer="conform", seen="12 berkas")) == ["conflict"]
    other.state = other.load()
    assert other.line()["verdicts"] == own
    number = count(JournalEntry)
    assert device.outcomes({**sent, "uid": str(uuid4())}) == ["taken"]
    assert count(JournalEntry) == number, "it stands already"
    assert other.outcomes(other.answer(verdicts=None)) == ["taken"]
    assert lines()[0].verdicts == []


def test_a_page_of_before_leaves_sample_and_verdicts(app: Any, cast: Cast) -> None:
    """A device may keep the page of an earlier version, which knows nothing of them."""
    audit, _both, _one = integrated(cast)
    db.session.commit()
    device = Device(app, cast.auditor, audit)
    own = {ANTI_BRIBERY: {"answer": "minor", "reason": "Sebab"}}
    assert device.outcomes(
        device.answer(answer="conform", seen="Satu", verdicts=own, **SAMPLED)
    ) == ["taken"]
    device.state = device.load()
    sent = device.answer(seen="Dua")
    for about in ("was", "value"):
        sent[about] = {name: sent[about][name] for name in ("answer", "seen", "reason")}
    assert device.outcomes(sent) == ["taken"]
    line = lines()[0]
    assert (line.seen, Sample.of(line).size, len(line.verdicts)) == ("Dua", 40, 1)


def test_what_the_unit_said_and_last_time_s_answer_come_along(app: Any, cast: Cast) -> None:
    before = signed(cast).audit
    audit = under_way(cast, title="Audit berikut")
    line, last = audit.asked[0], before.asked[0]
    line.origin = AuditLineOrigin(district_id=line.district_id, previous_id=last.id)
    due = today(cast)
    assessment = ask_self_assessment(audit, None, due_on=due, by=cast.coordinator)
    said = {line.uid: (SelfAnswer.PARTLY, "Rekap triwulan")}
    assess_self(assessment, said, by=cast.officer)
    operations.answer_line(line, Answer.MINOR, seen="Rekap kosong", by=cast.auditor)
    finding = make_finding(cast, by=cast.auditor)
    operations.link_finding(audit, finding, line=line, by=cast.auditor)
    db.session.commit()
    device = Device(app, cast.auditor, audit)
    known = device.state["lines"]
    assert known[0]["unit_says"] == {
        "answer": "Partly",
        "tone": "warn",
        "shown": "Rekap triwulan",
        "who": cast.officer.name,
    }
    assert (known[0]["last_time"]["audit"], known[0]["last_time"]["answer"]) == (
        before.number,
        "Conforms",
    )
    assert (known[1]["unit_says"], known[1]["last_time"]) == (None, None)
    assert queries_of(device.browser, device.url) <= 10


@pytest.mark.parametrize("access", AccessClass)
def test_a_finding_that_one_may_not_see_does_not_come_along(
    cast: Cast, device: Device, audit: Audit, access: AccessClass
) -> None:
    assert device.outcomes(device.answer(answer="minor", seen="Amplop")) == ["taken"]
    finding = operations.raise_finding_from_line(
        lines()[0],
        unit_id=audit.unit_id,
        found_on=today(cast),
        grade=Grade.MINOR,
        deviation="Amplop",
        requirement="Larangan gratifikasi",
        access=access,
        by=cast.lead_auditor,
    )
    db.session.commit()
    seen = [] if access is AccessClass.RESTRICTED else [finding.number]
    assert device.load()["lines"][0]["findings"] == seen


def test_one_s_own_words_are_no_quarrel_though_their_answer_was_lost(
    device: Device, other: Device
) -> None:
    """The upload arrived, the network fell silent, and the person wrote on over the old version."""
    first = device.answer(answer="conform", seen="Satu ")
    device.outcomes(first)
    further = device.answer(answer="conform", seen="Satu dua") | {"tried": [first["value"]]}
    assert device.outcomes(further) == ["taken"]
    other.state = other.load()
    assert other.outcomes(other.answer(seen="Tiga")) == ["taken"]
    assert device.outcomes(further | {"uid": str(uuid4())}) == ["conflict"]
    uid, there = str(uuid4()), {"meeting": "opening", "name": "Agus"}
    assert device.outcomes(change("attendance", uid, there)) == ["taken"]
    off = change("attendance", uid, {**there, "is_removed": True}) | {"tried": [there]}
    assert device.outcomes(off) == ["taken"]
    assert device.load()["attendance"] == []


def test_what_is_told_back_is_what_was_taken(device: Device) -> None:
    """Not what somebody else wrote a moment later: the device would take it for its own."""

    @event.listens_for(db.session, "after_commit")
    def _meanwhile(session: Any) -> None:
        with db.engine.begin() as connection:
            connection.execute(update(AuditLine).values(seen="Tiga", version=AuditLine.version + 1))

    try:
        said = device.send(device.answer(answer="conform", seen="Satu"))
    finally:
        event.remove(db.session, "after_commit", _meanwhile)
    assert said["lines"][0]["seen"] == "Satu"
    assert lines()[0].seen == "Tiga"
    assert lines()[0].version > said["lines"][0]["version"]


def test_a_clock_that_began_anew_does_not_date_an_answer(device: Device) -> None:
    sent = device.answer(answer="conform") | {"at": "1970-01-01T00:10:00Z"}
    assert device.outcomes(sent) == ["taken"]
    answered = lines()[0].answered_at
    assert answered is not None and clock.now() - answered < timedelta(minutes=5)


def test_a_device_names_the_language_of_the_page_that_it_renews(app: Any, device: Device) -> None:
    for language in ("id", "en"):
        shell = Browser(app).request("GET", f"/audits/fieldwork?language={language}").text
        assert f'<html lang="{language}"' in shell
    own = device.browser.request("GET", "/audits/fieldwork").text
    assert device.browser.request("GET", "/audits/fieldwork?language=xx").text[:60] == own[:60]
