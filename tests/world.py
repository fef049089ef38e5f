"""A data set for the tests of the whole application: every kind of record in four places.

Own: ordinary records of Disnaker. Restricted: the same, for those with need to know. Foreign: of
Dinkes, in the same district. Elsewhere: of another district.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select

from qms.actions.extending import ask_extension
from qms.actions.models import ActionKind
from qms.audits import operations as audits
from qms.audits.models import (
    Answer,
    Audit,
    AuditPrint,
    AuditSession,
    Meeting,
    Risk,
    SessionKind,
    TeamRole,
)
from qms.audits.operations import Present, Seat
from qms.audits.operations.programme import Start
from qms.audits.operations.scans import SeenPage
from qms.audits.operations.self_assessment import ask_self_assessment
from qms.audits.operations.templates import put_template_line, write_template
from qms.audits.queries import attendance_of
from qms.audits.queries.timetable import plan_of_audit
from qms.audits.sheet_codes import SheetCode
from qms.certificates import operations as certificates
from qms.complaints import operations as complaints
from qms.complaints.models import Channel
from qms.core import files, jobs, journal
from qms.core.db import AccessClass, db
from qms.documents import operations as documents
from qms.documents.models import Document, DocumentType
from qms.findings import operations as findings
from qms.findings.models import Finding, UnitCheck
from qms.imports import operations as imports
from qms.imports.headings import ImportKind
from qms.imports.tables import guess_layout, read_file
from qms.office.qr_codes import qr_png
from qms.overview.jobs import ask_to_verify
from qms.packs import operations as packs
from qms.people import operations as people
from qms.people import sessions
from qms.people.models import Person
from qms.people.roles import Role
from qms.standards import operations as standards
from qms.standards.queries import clause_by_key, edition_by_key
from qms.units import operations as units
from qms.units.models import Unit
from tests.cast import SINCE, SYSTEM, Cast, _person
from tests.factories import make_action, make_evidence, make_file, make_finding

EDITION = "iso9001-2015"


class Place(StrEnum):
    OWN = "own"
    RESTRICTED = "restricted"
    FOREIGN = "foreign"
    ELSEWHERE = "elsewhere"


class Team(NamedTuple):
    """Who does what in a place."""

    officer: Person
    finder: Person
    owner: Person
    approver: Person


class Auditing(NamedTuple):
    """Who plans and who audits in a place."""

    planner: Person
    team: tuple[Person, ...]


class World:
    """The cast and its records. `addresses[place][kind]` fills in the address of such a record."""

    def __init__(self) -> None:
        self.cast = cast = Cast.assemble()
        self.people = {name: getattr(cast, name) for name in Cast.ROLES}
        self.people["local_administrator"] = cast.person(
            "local_administrator", Role.ADMINISTRATOR, cast.disnaker
        )
        self.elsewhere = db.session.get_one(Unit, cast.outsider.grants[0].unit_id)
        director = _person(cast.outsider.district, "director", Role.HEAD, self.elsewhere)
        here = Team(cast.officer, cast.auditor, cast.staff, cast.head)
        secret = Team(cast.officer, cast.lead_auditor, cast.head, cast.head)
        foreign = Team(cast.other_officer, cast.other_officer, cast.other_head, cast.other_head)
        away = Team(cast.outsider, cast.outsider, cast.outsider, director)
        self.addresses: dict[Place, dict[str, dict[str, Any]]] = {
            Place.OWN: {
                **self._records(cast.disnaker, here),
                **self._frame(cast.disnaker, cast.officer, "Siti Lestari"),
            },
            Place.RESTRICTED: self._records(cast.disnaker, secret, AccessClass.RESTRICTED),
            Place.FOREIGN: {
                **self._records(cast.dinkes, foreign),
                **self._frame(cast.dinkes, cast.other_officer, "Dewi Anggraini"),
            },
            Place.ELSEWHERE: {
                **self._records(self.elsewhere, away),
                **self._frame(self.elsewhere, cast.outsider, "Orang Lain"),
            },
        }
        for place, by, unit in (
            (Place.OWN, cast.officer, cast.disnaker),
            (Place.FOREIGN, cast.other_officer, cast.dinkes),
            (Place.ELSEWHERE, cast.outsider, self.elsewhere),
        ):
            self.addresses[place] |= self._work(by, unit)
            self.addresses[place]["unit_check"] = self._unit_check(place, by, unit)
        planner = _person(cast.outsider.district, "planner", Role.COORDINATOR, self.elsewhere)
        auditing = Auditing(cast.coordinator, (cast.lead_auditor, cast.auditor))
        second = cast.person("second_lead_auditor", Role.LEAD_AUDITOR, cast.disnaker)
        knowing = Auditing(cast.coordinator, (cast.lead_auditor, second))
        alone = Auditing(cast.coordinator, (cast.coordinator,))
        for place, unit, who in (
            (Place.OWN, cast.disnaker, auditing),
            (Place.RESTRICTED, cast.disnaker, knowing),
            (Place.FOREIGN, cast.dinkes, alone),
            (Place.ELSEWHERE, self.elsewhere, Auditing(planner, (planner,))),
        ):
            self.addresses[place]["audit"] = self._audit(place, unit, who)
            if place is not Place.RESTRICTED:
                self.addresses[place]["template"] = self._template(unit, who.planner)
                self.addresses[place]["auditor"] = self._auditor(unit)
            if place is not Place.RESTRICTED:  # programmes have no access class
                self.addresses[place]["programme"] = self._programme(unit, who.planner)
        for place, by in (
            (Place.OWN, cast.administrator),
            (Place.ELSEWHERE, cast.outsider),
        ):
            job = ask_to_verify(by.district_id, by=by)
            db.session.flush()
            self.addresses[place]["verification"] = {"uid": job.uid}
        db.session.commit()
        while job := jobs.claim("world"):
            jobs.run(job, current_app.extensions["qms_jobs"])

    def _unit_check(self, place: Place, by: Person, unit: Unit) -> dict[str, Any]:
        """A question to the unit itself, past its operation, so that nobody else sees it."""
        about = select(Finding.id).where(Finding.uid == self.addresses[place]["finding"]["uid"])
        asked = UnitCheck(
            district_id=by.district_id,
            finding_id=db.session.scalars(about).one(),
            unit_id=unit.id,
            question="Apakah terjadi juga di sini?",
            due_on=by.district.today,
            asked_on=by.district.today,
            asked_by_id=by.id,
        )
        db.session.add(asked)
        journal.write("ask_unit", asked, by=by)
        db.session.flush()
        return {"uid": asked.uid}

    def _records(
        self, unit: Unit, team: "Team", access: AccessClass = AccessClass.ORDINARY
    ) -> dict[str, dict[str, Any]]:
        """Records that have an access class: a finding with an action, evidence, a document."""
        here, by, owner = f"{unit.id} {access.value}", team.officer, team.owner
        finding = make_finding(
            self.cast, f"Temuan {here}", unit=unit, by=team.finder, access=access
        )
        findings.write_response(finding, correction="Diatur.", cause="Belum dibeli.", by=by)
        planned = findings.add_action(
            finding,
            kind=ActionKind.CORRECTIVE,
            what=f"Tindakan {here}",
            due_on=by.district.today + timedelta(days=9),
            owner_person_id=owner.id,
            by=by,
        )
        action = make_action(
            self.cast,
            f"Perbaikan {here}",
            unit=unit,
            by=by,
            owner_person_id=owner.id,
            access=access,
            kind=ActionKind.IMPROVEMENT,
        )
        waits = owner if access is AccessClass.ORDINARY else self.cast.anti_bribery
        later = make_action(
            self.cast,
            f"Pengadaan {here}",
            unit=unit,
            by=by,
            owner_person_id=waits.id,
            access=access,
            kind=ActionKind.IMPROVEMENT,
        )
        wanted = later.due_on + timedelta(days=30)
        ask_extension(later, wanted_on=wanted, reason="Menunggu anggaran", by=waits)
        evidence = make_evidence(self.cast, f"Bukti {here}", unit=unit, by=by, access=access)
        complaint = complaints.record_complaint(
            unit.id,
            channel=Channel.DESK,
            received_on=by.district.today,
            category="general",
            statement=f"Pengaduan {here}",
            complainant="Bu Kartika",
            by=by,
        )
        complaints.arrange_complaint(
            complaint,
            category="general",
            service=None,
            place=None,
            reference=None,
            assigned_to=None,
            access=access,
            by=by,
        )
        draft = self._draft(f"Rancangan {here}", unit, team, access)
        document = self._draft(f"Prosedur {here}", unit, team, access)
        documents.submit_revision(document.revisions[0], by=by)
        documents.approve_revision(document.revisions[0], by=team.approver)
        findings.name_documents(finding, [document], by=by)
        return {
            "finding": {
                "uid": finding.uid,
                "action_uid": planned.uid,
                "action": planned.uid,
                "document": document.uid,
            },
            "action": {"uid": action.uid},
            "action_later": {"uid": later.uid},
            "complaint": {"uid": complaint.uid},
            "evidence": {"uid": evidence.uid, "number": 1, "position": 1},
            "draft": {"uid": draft.uid, "number": 0, "role": "source"},
            "document": {"uid": document.uid, "number": 0, "role": "source"},
        }

    def _audit(self, place: Place, unit: Unit, who: Auditing) -> dict[str, Any]:
        """An audit under way: one line conforms, one is open, and the report is being signed."""
        by, secret = who.planner, place is Place.RESTRICTED
        audit = audits.plan_audit(
            unit.id,
            title=f"Audit {unit.id} {place.value}",
            edition_ids=[edition_by_key(EDITION).id],
            planned_from=by.district.today,
            planned_until=by.district.today,
            access=AccessClass.RESTRICTED if secret else AccessClass.ORDINARY,
            by=by,
        )
        lead, *others = who.team
        seats = [Seat(lead, TeamRole.LEAD), *(Seat(one, TeamRole.AUDITOR) for one in others)]
        audits.set_team(audit, seats, by=by)
        session = self._timetable(audit, lead, by)
        clause_id = clause_by_key(f"{EDITION}:7.5.3").id
        line = audits.add_line(audit, question="Di mana arsip?", clause_ids=[clause_id], by=by)
        ask_self_assessment(audit, None, due_on=by.district.today, by=by)
        audits.open_audit(audit, by=by)
        audits.answer_line(line, Answer.MINOR, seen="Tidak ada", by=lead)
        audits.link_finding(audit, self._finding_in(place), line=line, by=lead)
        printed = audits.print_checklist(audit, by=lead)
        notes = self._notes(place, printed, by)
        present, today = [Present("Siti Lestari")], by.district.today
        audits.record_meeting(audit, Meeting.CLOSING, held_on=today, present=present, by=lead)
        (there,) = attendance_of(audit)
        texts = dict.fromkeys(("summary", "conformity", "effectiveness"), "Baik.")
        report = audits.write_report(audit, texts, by=lead)
        audits.submit_report(report, by=lead)
        self.addresses[place] |= notes
        self.addresses[place]["note"] = {"uid": audit.uid, "page": notes.pop("page")}
        found = {"uid": audit.uid, "line": line.uid, "number": 1, "session": session.uid}
        return {**found, "attendance": there.uid}

    def _notes(self, place: Place, printed: AuditPrint, by: Person) -> dict[str, Any]:
        """A sheet that came back and is filed, and a page that waits for who sent it."""
        said = SheetCode("0123ABCD", printed.uid, 1)
        found: dict[str, Any] = {}
        upload = audits.send_scans(
            [make_file("foto.png", qr_png(f"{place.value} {n}")) for n in range(2)], by=by
        )
        pages = []
        for n, code in enumerate((said.text, "")):
            file = make_file("foto.png", qr_png(f"{place.value} {n}"))
            seen = SeenPage(1, "foto.png", (code,), f"{place.value} {n}".ljust(64), file)
            here = said.installation
            pages.append(audits.take_page(upload, n + 1, seen, installation=here, by=by))
        found["page"] = pages[0].uid
        if place in (Place.OWN, Place.FOREIGN):
            found["scan"] = {"uid": upload.uid, "page": pages[1].uid}
        return found

    def _timetable(self, audit: Audit, lead: Person, by: Person) -> AuditSession:
        """A plan that was sent to the auditee; returns its visit."""
        made = {}
        for n, kind in enumerate((SessionKind.OPENING, SessionKind.VISIT, SessionKind.CLOSING), 8):
            made[kind] = audits.add_session(
                audit,
                kind=kind,
                on=audit.planned_from,
                begins=f"{n:02d}:00",
                ends=f"{n:02d}:45",
                auditor_ids=[lead.id],
                by=by,
            )
        plan = plan_of_audit(audit)
        assert plan is not None
        audits.send_plan(plan, by=by)
        return made[SessionKind.VISIT]

    def _auditor(self, unit: Unit) -> dict[str, Any]:
        """Somebody who audits a unit, with a competence for a standard that no audit here asks."""
        person = people.add_person(unit.district_id, f"Auditor {unit.id}", by=SYSTEM)
        people.grant_role(person, Role.AUDITOR, unit, by=SYSTEM, from_on=SINCE)
        by = self.cast.outsider if unit is self.elsewhere else self.cast.administrator
        held = audits.record_competence(
            person, standard="iso37001", training="Pelatihan", achieved_on=SINCE, by=by
        )
        return {"uid": person.uid, "competence": held.uid}

    def _template(self, unit: Unit, by: Person) -> dict[str, Any]:
        """A checklist template with one line."""
        template = write_template(unit.id, name=f"Templat {unit.id}", by=by)
        clause_id = clause_by_key(f"{EDITION}:7.5.3").id
        line = put_template_line(template, question="Di mana?", clause_ids=[clause_id], by=by)
        return {"template": template.uid, "number": line.number}

    def _finding_in(self, place: Place) -> Finding:
        uid = self.addresses[place]["finding"]["uid"]
        return db.session.scalars(select(Finding).where(Finding.uid == uid)).unique().one()

    def _work(self, by: Person, unit: Unit) -> dict[str, dict[str, Any]]:
        """What somebody makes for themselves: a pack, and a file on its way in."""
        edition, today = edition_by_key(EDITION), by.district.today
        pack = packs.ask_for_pack(
            [unit.id], [edition.id], from_on=today - timedelta(days=300), to_on=today, by=by
        )
        received = make_file("daftar.csv", b"Nomor,Judul\nSOP-01,Pelayanan\n")
        kind = ImportKind.DOCUMENTS
        layout = guess_layout(kind, read_file(files.path_of(received.sha256)))
        run = imports.start_import(kind, by.rights.tree[unit.id], received, layout, by=by)
        db.session.flush()
        return {"pack": {"uid": pack.uid}, "import": {"uid": run.uid}}

    def _draft(self, title: str, unit: Unit, team: "Team", access: AccessClass) -> Document:
        return documents.draft_document(
            unit.id,
            type=DocumentType.PROCEDURE,
            title=title,
            access=access,
            content=documents.Content(source=make_file("naskah.txt", title.encode())),
            signatories=documents.Signatories(approved=team.approver),
            by=team.officer,
        )

    def _programme(self, unit: Unit, by: Person) -> dict[str, Any]:
        """An audit programme of a unit, with a visit to it this month."""
        day = by.district.today.replace(day=1)
        programme = audits.draw_up_programme(
            unit.id,
            title="Program audit",
            from_year=day.year,
            until_year=day.year,
            edition_ids=[edition_by_key(EDITION).id],
            objectives="Menilai kesesuaian.",
            start=Start.NONE,
            by=by,
        )
        audits.set_units(programme, {unit.id: Risk.HIGH}, by=by)
        audits.set_visits(programme, {unit.id: [day]}, year=day.year, by=by)
        return {"uid": programme.uid, "unit": unit.uid, "month": f"{day:%Y-%m}"}

    def _frame(self, unit: Unit, by: Person, name: str) -> dict[str, dict[str, Any]]:
        """What has no access class: the unit, a person in it, scope and certificate."""
        today = by.district.today
        service = units.offer_service(unit, "Pelayanan AK I", by=SYSTEM)
        position = people.add_position(unit, "Analis", by=SYSTEM)
        somebody = people.add_person(unit.district_id, name, by=SYSTEM)
        held = people.add_position(unit, "Pengelola data", by=SYSTEM)
        appointment = people.appoint(somebody, held, from_on=SINCE, by=SYSTEM)
        people.open_account(somebody, name.lower().replace(" ", "."), "rahasia sekali 2", by=SYSTEM)
        grant = people.grant_role(somebody, Role.OWNER, unit, by=SYSTEM, from_on=SINCE)
        delegation = people.delegate(
            somebody,
            by,
            from_on=today,
            until_on=today + timedelta(days=5),
            reason="Cuti",
            by=SYSTEM,
        )
        edition = edition_by_key(EDITION)
        scope = standards.set_scope(
            unit,
            edition,
            from_on=today - timedelta(days=300),
            statement="Pelayanan AK I",
            services=[service],
            by=by,
        )
        certificate = certificates.register_certificate(
            unit,
            edition.id,
            body="Lembaga Sertifikasi Uji",
            number=f"UJI-{unit.id}",
            scope="Pelayanan AK I",
            services=[service],
            issued_on=today - timedelta(days=290),
            by=by,
        )
        sessions.begin(somebody, address="127.0.0.1", browser="tests")
        session = sessions.sessions_of(somebody.account_id, hours=12)[0]
        return {
            "unit": {
                "uid": unit.uid,
                "service_uid": service.uid,
                "position_uid": position.uid,
            },
            "person": {
                "uid": somebody.uid,
                "appointment_uid": appointment.uid,
                "grant_uid": grant.uid,
                "delegation_uid": delegation.uid,
            },
            "session": {"uid": session.uid},
            "scope": {"unit": unit.uid, "key": EDITION, "from_on": scope.from_on.isoformat()},
            "certificate": {"uid": certificate.uid, "number": 1},
            **self._own_words(by),
        }

    def _own_words(self, by: Person) -> dict[str, dict[str, Any]]:
        """A question and a document in the words of a district."""
        keeper = by if by is self.cast.outsider else self.cast.administrator
        clause = {"key": EDITION, "number": "7.5.3"}
        clause_id = clause_by_key(f"{EDITION}:7.5.3").id
        question = standards.word_question(clause_id, "Di mana arsip disimpan?", by=keeper)
        document = standards.word_document(clause_id, "Daftar arsip", by=keeper)
        return {
            "question": {**clause, "own": question.uid},
            "mandatory": {**clause, "own": document.uid},
        }
