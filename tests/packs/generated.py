"""A unit with a thousand generated records: long, Arabic, formula-like and empty values, ordinary
and restricted, of every state, in and around the period; and neighbours that must not show."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any, Protocol

from qms.actions.models import Action, ActionEvidence, ActionKind, ActionState
from qms.audits.models import (
    Answer,
    AskedWhen,
    Audit,
    AuditEdition,
    AuditFinding,
    AuditKind,
    AuditLine,
    AuditLineClause,
    AuditLineCondition,
    AuditLineFinding,
    AuditLineSample,
    AuditLineVerdict,
    AuditMember,
    AuditReport,
    AuditSignature,
    AuditState,
    Method,
    ReportState,
    SigningRole,
    TeamRole,
)
from qms.certificates.models import (
    Certificate,
    CertificateEvent,
    CertificateService,
    CertificateUnit,
    EventKind,
)
from qms.core import clock, files, journal
from qms.core.db import AccessClass, db
from qms.core.text import fold
from qms.documents.models import (
    Classification,
    Document,
    DocumentClause,
    DocumentEvidence,
    DocumentType,
    FileRole,
    Revision,
    RevisionFile,
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.evidence.models import Evidence, EvidenceClause, EvidenceFile, EvidenceVersion
from qms.findings.models import (
    OPEN_STATES,
    Finding,
    FindingAction,
    FindingClause,
    FindingEvidence,
    FindingState,
    FindingStep,
    Grade,
    Source,
    StepKind,
    StepResult,
)
from qms.people.models import Person
from qms.standards.models import (
    ClauseWords,
    OwnMandatory,
    OwnQuestion,
    ScopeExclusion,
    ScopeService,
    UnitScope,
)
from qms.standards.queries import clause_by_key, clauses_of, edition_by_key
from qms.units.models import District, Service, Unit
from tests.cast import SYSTEM

EDITIONS = ("iso9001-2015", "iso37001-2016")
ARABIC = "السلام عليكم ورحمة الله"
NASTY = (
    ARABIC,
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+62 812 3456",
    "-5 derajat",
    "@SUM(A1)",
    "'kutip",
    "dua\nbaris\tdan tab",
    "_x000D_ bukan kode",
    "x < y & z > \"w\" 'v'",
    "👩🏽‍💼 emoji",
    "CON",
    'a/b\\c:d*e?f"g<h>i|j',
    "akhir dengan titik. ",
)
OWN_TITLE = {"iso9001-2015:4.1": "Isu kita sendiri"}
LONG = "Panjang sekali, kalimat demi kalimat. " * 1000  # 38,000 characters: more than Excel holds
TODAY = clock.day_of(clock.now(), "Asia/Jakarta")


def then(year: int, month: int, day: int) -> date:
    """A day of a year in which it is 21 November 2026, so that nothing here ages."""
    return date(year, month, day) + (TODAY - date(2026, 11, 21))


FROM, TO = then(2026, 1, 1), then(2026, 12, 31)


@dataclass
class Numbers:
    """How many of each kind are made for one unit."""

    documents: int = 220
    evidence: int = 260
    findings: int = 320
    actions: int = 300
    audits: int = 8

    @property
    def all(self) -> int:
        return self.documents + self.evidence + self.findings + self.actions


class Crew(Protocol):
    """Who writes, owns, audits and approves what is generated, and for which district."""

    district: District
    officer: Person
    owner: Person
    auditor: Person
    head: Person


class Generator:
    """Makes records for a unit. The same seed makes the same records."""

    def __init__(self, crew: Crew, today: date, seed: int = 1) -> None:
        self.crew, self.today, self.random = crew, today, random.Random(seed)
        self.district_id = crew.district.id
        self.clauses = [
            clause.id for key in EDITIONS for clause in clauses_of(key) if clause.is_citable
        ]
        self.stored = [self.store(number) for number in range(16)]

    def store(self, number: int) -> files.StoredFile:
        content = f"Isi berkas {number}\n".encode() * (1 + number * 50)
        received = files.receive(BytesIO(content), f"berkas {number}.txt")
        return files.keep(received, district_id=self.district_id, by=SYSTEM)

    def text(self, words: str, *, empty: bool = False) -> Any:
        """Mostly the words, sometimes something nasty; None now and then if it may be empty."""
        chance = self.random.random()
        if empty and chance < 0.2:
            return None
        if chance < 0.45:
            return f"{self.random.choice(NASTY)}".strip() if chance < 0.3 else f"{words} {ARABIC}"
        return LONG.strip() if chance > 0.99 else words

    def day(self, start: date, end: date) -> date:
        return start + timedelta(days=self.random.randint(0, (end - start).days))

    def maybe_day(self, start: date, end: date, chance: float = 0.5) -> date | None:
        return self.day(start, end) if self.random.random() < chance else None

    def access(self) -> AccessClass:
        return AccessClass.RESTRICTED if self.random.random() < 0.25 else AccessClass.ORDINARY

    def some(self, many: list[Any], most: int) -> list[Any]:
        return self.random.sample(many, self.random.randint(0, most)) if many else []

    def fill(self, unit: Unit, numbers: Numbers) -> None:
        """All records of one unit, in the journal, not committed."""
        evidence = [self.evidence(unit, n) for n in range(numbers.evidence)]
        db.session.flush()
        actions = [self.action(unit, n, evidence) for n in range(numbers.actions)]
        documents = [self.document(unit, n, evidence) for n in range(numbers.documents)]
        db.session.flush()
        found = [self.finding(unit, n, evidence, actions) for n in range(numbers.findings)]
        db.session.flush()
        for n in range(numbers.audits):
            self.audit(unit, n, found)
        journal.write("generate", documents[0], by=SYSTEM)

    def evidence(self, unit: Unit, n: int) -> Evidence:
        added = self.day(then(2025, 6, 1), self.today)
        starts = self.maybe_day(then(2025, 1, 1), self.today, 0.6)
        ends = starts and self.maybe_day(starts, then(2027, 1, 1), 0.6)
        withdrawn = self.maybe_day(added, self.today, 0.1)
        one = Evidence(
            district_id=self.district_id,
            unit_id=unit.id,
            name=self.text(f"Bukti {n:03}"),
            description=self.text("Keterangan bukti", empty=True),
            added_on=added,
            proves_from=starts,
            proves_until=ends,
            valid_until=self.maybe_day(then(2025, 3, 1), then(2027, 1, 1), 0.3),
            access=self.access(),
            withdrawn_on=withdrawn,
            withdrawn_reason="Salah berkas" if withdrawn else None,
        )
        for number in range(1, self.random.choice((1, 1, 1, 2)) + 1):
            version = EvidenceVersion(
                district_id=self.district_id,
                number=number,
                note=self.text("Versi", empty=True),
                added_by_id=self.crew.officer.id if self.random.random() < 0.8 else None,
            )
            version.files = [
                EvidenceFile(
                    district_id=self.district_id,
                    position=position,
                    stored_file_id=self.random.choice(self.stored).id,
                    name=self.text(f"berkas {n}.txt"),
                )
                for position in range(1, self.random.choice((1, 1, 2, 3)) + 1)
            ]
            one.versions.append(version)
        one.clauses = [
            EvidenceClause(district_id=self.district_id, clause_id=clause_id)
            for clause_id in self.some(self.clauses, 3)
        ]
        db.session.add(one)
        return one

    def action(self, unit: Unit, n: int, evidence: list[Evidence]) -> Action:
        state = self.random.choice(list(ActionState))
        due = self.day(then(2025, 10, 1), then(2027, 3, 1))
        done = self.day(then(2025, 10, 1), self.today)
        is_done = state in (ActionState.DONE, ActionState.VERIFIED)
        is_verified = state is ActionState.VERIFIED
        one = Action(
            district_id=self.district_id,
            unit_id=unit.id,
            number=f"TK-{due.year}-{unit.code}-G{n:03}",
            kind=self.random.choice(list(ActionKind)),
            what=self.text("Pasang papan nomor antrean"),
            owner_person_id=self.crew.owner.id if self.random.random() < 0.7 else None,
            due_on=due,
            state=state,
            access=self.access(),
            done_on=done if is_done else None,
            done_by_id=self.crew.owner.id if is_done else None,
            done_note=self.text("Sudah dipasang", empty=True) if is_done else None,
            verified_on=self.day(done, self.today) if is_verified else None,
            verified_by_id=self.crew.auditor.id if is_verified else None,
            verified_note=self.text("Terbukti", empty=True) if is_verified else None,
        )
        one.evidence = [
            ActionEvidence(district_id=self.district_id, evidence_id=proof.id)
            for proof in self.some(evidence, 2)
        ]
        db.session.add(one)
        return one

    def document(self, unit: Unit, n: int, evidence: list[Evidence]) -> Document:
        number = f"SOP-{unit.code}-{n:03}" if n % 20 else f"=SOP/{unit.code}\\{n:03}"
        withdrawn = self.maybe_day(then(2026, 2, 1), self.today, 0.1)
        one = Document(
            district_id=self.district_id,
            unit_id=unit.id,
            number=number,
            number_key=fold(number),
            external_number=f"LAMA {n}" if self.random.random() < 0.2 else None,
            title=self.text(f"Prosedur {n:03}"),
            type=self.random.choice(list(DocumentType)),
            classification=self.random.choice(list(Classification)),
            access=self.access(),
            owner_person_id=self.crew.owner.id if self.random.random() < 0.5 else None,
            review_on=self.maybe_day(then(2026, 1, 1), then(2028, 1, 1)),
            withdrawn_on=withdrawn,
            withdrawn_reason="Diganti" if withdrawn else None,
            is_imported=self.random.random() < 0.1,
        )
        starts = self.day(then(2025, 1, 1), then(2026, 6, 1))
        approved = self.random.choice((0, 1, 1, 2))
        for rev in range(approved):
            end = starts + timedelta(days=90) if rev + 1 < approved else None
            if end is None and withdrawn:
                end = max(withdrawn, starts)
            one.revisions.append(self.revision(rev, RevisionState.APPROVED, starts, end))
            starts = end or starts
        if approved == 0 or (withdrawn is None and self.random.random() < 0.3):
            state = RevisionState.WITHDRAWN if withdrawn else self.random.choice(
                (RevisionState.DRAFT, RevisionState.IN_REVIEW)
            )  # fmt: skip
            one.revisions.append(self.revision(approved, state, None, None))
        one.clauses = [
            DocumentClause(district_id=self.district_id, clause_id=clause_id)
            for clause_id in self.some(self.clauses, 3)
        ]
        one.evidence = [
            DocumentEvidence(district_id=self.district_id, evidence_id=proof.id)
            for proof in self.some(evidence, 1)
        ]
        db.session.add(one)
        return one

    def revision(
        self, number: int, state: RevisionState, starts: date | None, ends: date | None
    ) -> Revision:
        revision = Revision(
            district_id=self.district_id,
            number=number,
            change_note=self.text("Penyesuaian"),
            state=state,
            author_id=self.crew.officer.id,
            approved_on=starts,
            effective_from=starts,
            effective_until=ends,
            body=self.text("# Prosedur\n\nIsi.", empty=True),
            link="https://example.go.id/sop?a=1&b=2" if self.random.random() < 0.1 else None,
        )
        for role in FileRole:
            if self.random.random() < 0.4:
                revision.files.append(
                    RevisionFile(
                        district_id=self.district_id,
                        role=role,
                        stored_file_id=self.random.choice(self.stored).id,
                        name=self.text("naskah.txt"),
                    )
                )
        for role in SignatureRole:
            revision.signatures.append(
                Signature(
                    district_id=self.district_id,
                    role=role,
                    person_id=self.crew.head.id,
                    name="Head" if starts else None,
                    position="Kepala Dinas" if starts else None,
                    signed_on=starts,
                )
            )
        return revision

    def finding(
        self, unit: Unit, n: int, evidence: list[Evidence], actions: list[Action]
    ) -> Finding:
        state = self.random.choice(list(FindingState))
        found = self.day(then(2025, 6, 1), self.today)
        number = f"NC-{found.year}-{unit.code}-G{n:03}"
        one = Finding(
            district_id=self.district_id,
            unit_id=unit.id,
            number=number,
            number_key=fold(number),
            external_number=f"LKS {n}" if self.random.random() < 0.2 else None,
            source=self.random.choice(list(Source)),
            source_note=self.text("AMI 2026", empty=True),
            found_on=found,
            place=self.text("Loket", empty=True),
            grade=self.random.choice(list(Grade)),
            requirement=self.text("Prosedur harus ditinjau", empty=True),
            seen=self.text("Notulen tidak ada", empty=True),
            deviation=self.text("Prosedur belum ditinjau"),
            state=state,
            is_open=state in OPEN_STATES,
            due_on=self.maybe_day(found, then(2027, 1, 1), 0.8),
            closed_on=self.day(found, self.today) if state is FindingState.CLOSED else None,
            access=self.access(),
            raised_by_id=self.crew.auditor.id if self.random.random() < 0.8 else None,
            round=self.random.choice((1, 1, 2)),
        )
        one.clauses = [
            FindingClause(district_id=self.district_id, clause_id=clause_id)
            for clause_id in self.some(self.clauses, 3)
        ]
        one.actions = [
            FindingAction(district_id=self.district_id, action_id=action.id, round=1)
            for action in self.some(actions, 2)
        ]
        one.evidence = [
            FindingEvidence(district_id=self.district_id, evidence_id=proof.id)
            for proof in self.some(evidence, 2)
        ]
        for number_of_round in range(1, one.round + 1):
            for kind in self.random.sample(list(StepKind), self.random.randint(0, 4)):
                on = self.day(found, self.today)
                one.steps.append(
                    FindingStep(
                        district_id=self.district_id,
                        round=number_of_round,
                        kind=kind,
                        text=self.text("Langkah", empty=True),
                        result=StepResult.RECORDED,
                        person_id=self.crew.owner.id if self.random.random() < 0.8 else None,
                        on=on,
                    )
                )
        db.session.add(one)
        return one

    def audit(self, unit: Unit, n: int, findings: list[Finding]) -> Audit:
        """Of every state, in and around the period, to one standard or both."""
        state = list(AuditState)[n % len(AuditState)]
        kind = AuditKind.INTERNAL if n % 3 else self.random.choice(list(AuditKind)[1:])
        starts = self.day(then(2025, 6, 1), then(2027, 2, 1))
        begun = state not in (AuditState.PLANNED, AuditState.CANCELLED)
        opened = min(starts, self.today) if begun else None
        is_closed = opened is not None and state is AuditState.CLOSED
        number = f"AU-{starts.year}-{unit.code}-G{n:03}"
        one = Audit(
            district_id=self.district_id,
            unit_id=unit.id,
            number=number,
            number_key=fold(number),
            kind=kind,
            title=self.text(f"Audit {n}"),
            objectives=self.text("Menilai kesesuaian", empty=True),
            scope=self.text("Pelayanan", empty=True),
            criteria=self.text("SOP", empty=True),
            methods=self.text("Uji petik", empty=True),
            planned_from=starts,
            planned_until=starts + timedelta(days=2),
            opened_on=opened,
            closed_on=self.day(opened, self.today) if opened and is_closed else None,
            state=state,
            access=self.access(),
            body=self.text("PT Contoh") if kind.is_external else None,
            body_reference="SV-1" if kind.is_external else None,
            planned_by_id=self.crew.auditor.id,
        )
        one.editions = [
            AuditEdition(district_id=self.district_id, edition_id=edition_by_key(key).id)
            for key in EDITIONS[: self.random.choice((1, 2))]
        ]
        reason = self.text("Tidak ada auditor lain", empty=True)
        one.members = [
            AuditMember(
                district_id=self.district_id,
                person_id=self.crew.auditor.id,
                role=TeamRole.LEAD,
                overrule_reason=reason,
                overruled_by_id=reason and self.crew.officer.id,
            ),
            AuditMember(
                district_id=self.district_id, person_id=self.crew.owner.id, role=TeamRole.AUDITOR
            ),
        ]
        db.session.add(one)
        db.session.flush()
        tied = self.some(findings, 3)
        one.findings = [
            AuditFinding(district_id=self.district_id, finding_id=finding.id) for finding in tied
        ]
        if not kind.is_external:
            for place in range(1, 9):
                self.line(one, place, tied if begun else [], is_answered=begun)
            if begun:
                self.report(one, state in (AuditState.REPORTED, AuditState.CLOSED))
        return one

    def line(self, audit: Audit, place: int, findings: list[Finding], *, is_answered: bool) -> None:
        answer = self.random.choice([*Answer, None]) if is_answered else None
        line = AuditLine(
            district_id=self.district_id,
            audit_id=audit.id,
            position=place * 10,
            section=self.text("4.1 Konteks"),
            question=self.text("Bagaimana?"),
            hint=self.text("Register", empty=True),
            methods=[one.value for one in self.some(list(Method), 2)],
            keys=[],
            is_removed=answer is None and self.random.random() < 0.3,
            answer=answer,
            seen=self.text("Lima berkas", empty=True) if answer else None,
            reason=self.text("Tidak ada") if answer is Answer.NOT_APPLICABLE else None,
            answered_by_id=self.crew.auditor.id if answer else None,
            answered_at=clock.now() if answer else None,
        )
        line.clauses = [
            AuditLineClause(district_id=self.district_id, clause_id=clause_id)
            for clause_id in self.some(self.clauses, 3)
        ]
        if answer and self.random.random() < 0.4:
            line.sample = AuditLineSample(
                district_id=self.district_id,
                drawn_from=self.text("berkas", empty=True),
                population=self.random.randint(10, 99),
                size=self.random.randint(0, 10),
                items=self.text("1, 2, 3", empty=True),
            )
        if answer and self.random.random() < 0.4:
            line.verdicts = [
                AuditLineVerdict(
                    district_id=self.district_id,
                    edition_id=edition_by_key(self.random.choice(EDITIONS)).id,
                    answer=Answer.OBSERVATION,
                    reason=self.text("Berbeda"),
                )
            ]
        if audit.lines and self.random.random() < 0.3:
            line.condition = AuditLineCondition(
                district_id=self.district_id,
                after=self.random.choice(audit.lines),
                asked_when=self.random.choice(list(AskedWhen)),
            )
        line.findings = [
            AuditLineFinding(district_id=self.district_id, finding_id=one.id)
            for one in (findings if answer and answer.grade else [])
        ]
        line.audit = audit
        audit.lines.append(line)
        db.session.add(line)

    def report(self, audit: Audit, is_signed: bool) -> None:
        """Issues of its report: a signed one, and now and then a draft or one being signed."""
        states = [ReportState.SIGNED] if is_signed else []
        states += self.some([ReportState.DRAFT, ReportState.SIGNING], 1)
        for issue, state in enumerate(states, start=1):
            signed = self.today if state is ReportState.SIGNED else None
            report = AuditReport(
                district_id=self.district_id,
                audit_id=audit.id,
                issue=issue,
                correction_reason=self.text("Salah ketik") if issue > 1 else None,
                state=state,
                summary=self.text(f"Ringkasan {issue}"),
                conformity=self.text("Memenuhi"),
                effectiveness=self.text("Efektif", empty=True),
                gathered=None if state is ReportState.DRAFT else {},
                signed_on=signed,
            )
            report.signatures = [
                AuditSignature(
                    district_id=self.district_id,
                    position=1,
                    role=SigningRole.LEAD,
                    person_id=self.crew.auditor.id,
                    name=signed and self.crew.auditor.name,
                    post=signed and self.text("Auditor", empty=True),
                    signed_on=signed,
                    signed_at=signed and clock.now(),
                )
            ]
            db.session.add(report)

    def frame(self, unit: Unit, further: Unit) -> None:
        """Scope, services, certificates and the district's own words. The certificate covers a
        further unit."""
        service = Service(district_id=self.district_id, unit_id=unit.id, name="Kartu AK I")
        scope = UnitScope(
            district_id=self.district_id,
            unit_id=unit.id,
            edition_id=edition_by_key("iso9001-2015").id,
            from_on=then(2025, 1, 1),
            statement="Pelayanan penempatan tenaga kerja",
        )
        certificate = Certificate(
            district_id=self.district_id,
            unit_id=unit.id,
            edition_id=edition_by_key("iso9001-2015").id,
            body="PT Sertifikasi Contoh",
            accreditation="KAN LSSM-000-IDN",
            number="QMS 123",
            scope="AK I",
        )
        db.session.add_all([service, scope, certificate])
        db.session.flush()
        scope.services = [ScopeService(district_id=self.district_id, service_id=service.id)]
        scope.exclusions = [
            ScopeExclusion(
                district_id=self.district_id,
                clause_id=clause_by_key("iso9001-2015:8.3").id,
                justification="Tidak ada perancangan: layanan ditetapkan peraturan.",
            )
        ]
        certificate.services = [
            CertificateService(district_id=self.district_id, service_id=service.id)
        ]
        certificate.units = [CertificateUnit(district_id=self.district_id, unit_id=further.id)]
        certificate.events = [
            CertificateEvent(
                district_id=self.district_id,
                number=1,
                kind=EventKind.ISSUED,
                on=then(2025, 3, 1),
                valid_until=then(2028, 2, 28),
            ),
            CertificateEvent(
                district_id=self.district_id,
                number=2,
                kind=EventKind.SURVEILLANCE,
                on=then(2026, 2, 10),
                note="=tidak ada temuan mayor",
            ),
        ]
        (titled,) = OWN_TITLE
        clause = clause_by_key(titled).id
        db.session.add_all(
            [
                ClauseWords(
                    district_id=self.district_id,
                    clause_id=clause,
                    title=OWN_TITLE[titled],
                    requirement="Kami menetapkan isu setiap Januari.",
                ),
                OwnQuestion(
                    district_id=self.district_id,
                    clause_id=clause,
                    question="Pertanyaan kami sendiri?",
                ),
                OwnMandatory(
                    district_id=self.district_id,
                    clause_id=clause_by_key("iso9001-2015:10.3").id,
                    what="Daftar perbaikan kami",
                ),
            ]
        )
        journal.write("frame", scope, by=SYSTEM)
