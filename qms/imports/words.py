"""Words that lists use for kinds, states, grades and sources, in both languages.

What a unit, a document or a finding is called in a list is looked up here; the first words of each
line are the usual ones, and those are named to people whose word is not known.
"""

import re
from enum import StrEnum
from typing import Any

from qms.core.i18n import lazy_gettext as _l
from qms.core.text import fold
from qms.documents.models import Classification, DocumentType
from qms.findings.models import FindingState, Grade, Source
from qms.imports.values import member_for, words_for
from qms.units.models import UnitType

T = UnitType

UNIT_TYPES = words_for(
    {
        T.SETDA: "sekretariat daerah; regional secretariat; setda",
        T.SETWAN: "sekretariat dprd; council secretariat; setwan",
        T.INSPEKTORAT: "inspektorat; inspectorate; inspektorat daerah",
        T.DINAS: "dinas; agency; agency dinas",
        T.BADAN: "badan; board; board badan",
        T.KANTOR: "kantor; office; office kantor",
        T.KECAMATAN: "kecamatan; subdistrict; distrik; subdistrict kecamatan",
        T.KELURAHAN: "kelurahan; urban village; urban village kelurahan",
        T.DESA: "desa; village; village desa",
        T.PUSKESMAS: "puskesmas; health centre; health center; health centre puskesmas",
        T.RSUD: "rsud; hospital; rumah sakit; regional hospital rsud; regional hospital",
        T.UPTD: "uptd; technical unit; upt; technical unit uptd",
        T.SCHOOL: "sekolah; school; sd; smp; sma; smk; tk; madrasah",
        T.SATPOL_PP: "satpol pp; civil service police; satpol; civil service police satpol pp",
        T.BLUD: "blud; public service body; public service body blud",
        T.BUMD: "bumd; regional enterprise; perumda; regional enterprise bumd; perusda",
        T.SECTION: "bagian; section; bidang; seksi; subbagian; sub bagian; subbag;"
        "section bidang bagian seksi",
        T.OTHER: "lainnya; other; lain lain",
    }
)

NAMES = (
    (T.PUSKESMAS, r"(uptd?\.? |blud )*(puskesmas|pusat kesehatan masyarakat)"),
    (T.RSUD, r"(uptd?\.? |blud )*(rsud|rumah sakit|rs\b)"),
    (T.UPTD, r"uptd?\b"),
    (T.SCHOOL, r"(sdn?|smpn?|sman?|smkn?|tkn?|paud|sekolah|madrasah|slb)\b"),
    (T.SATPOL_PP, r"satpol|satuan polisi pamong praja"),
    (T.INSPEKTORAT, r"inspektorat|itda\b"),
    (T.SETWAN, r"sekretariat (dprd|dewan)|setwan|sekretaris dprd"),
    (T.SETDA, r"(sekretariat|sekretaris) daerah|setda\b|sekda\b"),
    (T.DINAS, r"dinas\b"),
    (T.BADAN, r"badan\b"),
    (T.KECAMATAN, r"(kantor )?(kecamatan|camat|distrik)\b"),
    (T.KELURAHAN, r"(kantor )?(kelurahan|lurah)\b"),
    (T.DESA, r"(kantor )?(desa|kepala desa|nagari|gampong)\b"),
    (T.KANTOR, r"kantor\b"),
    (T.BUMD, r"perumda|perusahaan (umum )?daerah|pdam|perusda|pt\b"),
    (T.BLUD, r"blud\b"),
    (
        T.SECTION,
        r"(sub ?bagian|subbag|subag|bagian|sub ?bidang|bidang|seksi|sub ?seksi|sekretariat"
        r"|sub ?koordinator|instalasi)\b",
    ),
)
GUESSES = [(type, re.compile(pattern)) for type, pattern in NAMES]


def guessed_type(name: str) -> UnitType:
    """The kind of unit that a name tells of; OTHER if none."""
    folded = " ".join(name.casefold().split())
    return next((type for type, pattern in GUESSES if pattern.match(folded)), UnitType.OTHER)


class Standing(StrEnum):
    """What a list's status says, as far as it matters here."""

    IN_FORCE = "in_force"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return STANDING_LABELS[self]


STANDING_LABELS = {
    Standing.IN_FORCE: _l("In force"),
    Standing.DRAFT: _l("Draft"),
    Standing.WITHDRAWN: _l("Withdrawn"),
}

STANDINGS = words_for(
    {
        Standing.IN_FORCE: "berlaku; published; in force; effective; active; aktif; approved;"
        "disahkan; live; valid; terbit; diterbitkan; final; released; current; masih berlaku;"
        "disetujui; issued; ditetapkan; terkendali; y; ya; yes",
        Standing.DRAFT: "draf; draft; konsep; rancangan; in review; under review; review;"
        "dalam peninjauan; dalam tinjauan; ditinjau; proses; dalam proses; in progress; pending;"
        "menunggu pengesahan; belum disahkan; revisi; new; baru",
        Standing.WITHDRAWN: "ditarik; withdrawn; dicabut; obsolete; kedaluwarsa; kadaluarsa;"
        "kadaluwarsa; usang; tidak berlaku; superseded; retired; archived; arsip; diganti;"
        "dibatalkan; cancelled; expired; inactive; tidak aktif; t; tidak; no; dimusnahkan",
    }
)

D = DocumentType

DOCUMENT_TYPES = words_for(
    {
        D.MANUAL: "pedoman; manual; pm; panduan; handbook; quality manual; pedoman mutu; ped",
        D.POLICY: "kebijakan; policy; kb; pol; policies; pernyataan kebijakan",
        D.OBJECTIVES: "sasaran; objectives; sm; sasaran mutu; objective; target",
        D.PROCEDURE: "prosedur; procedure; sop; pr; proc; sop ap; standar operasional prosedur;"
        "prosedur sop; procedure sop; standard operating procedure; procedures; prosedur mutu",
        D.INSTRUCTION: "instruksi kerja; work instruction; ik; instruction; wi; instruksi; juknis;"
        "petunjuk teknis; guideline; petunjuk kerja",
        D.FORM: "formulir; form; fm; frm; f; template; blangko; borang; checklist; chk;"
        "daftar periksa; lembar kerja; forms",
        D.DECREE: "surat keputusan; decree; sk; keputusan; decree sk; surat keputusan sk",
        D.REGISTER: "register; reg; daftar; log; matriks; mat; matrix; buku register",
        D.PLAN: "rencana; plan; rk; program; programme; rencana atau program; plan or programme;"
        "jadwal; schedule",
        D.RECORD: "rekaman; record; rkm; laporan; report; lap; berita acara; ba; arsip; notulen;"
        "records; rec; catatan mutu; risalah",
        D.EXTERNAL: "dokumen eksternal; external document; eks; external; eksternal; peraturan;"
        "regulation; standar; standard",
        D.OTHER: "lainnya; other; dok; lain lain; dokumen lain; other document; dokumen",
    }
)

C = Classification

CLASSIFICATIONS = words_for(
    {
        C.PUBLIC: "publik; public; umum; terbuka; biasa; open",
        C.INTERNAL: "internal; internal use; terbatas; restricted; internal only; dinas",
        C.CONFIDENTIAL: "rahasia; confidential; sangat rahasia; strictly confidential; secret;"
        "konfidensial",
    }
)


def document_type_in(number: str | None) -> DocumentType:
    """The type that a number begins with, as in SOP-01; OTHER if with none."""
    first = re.split(r"[\W\d_]+", number or "", maxsplit=1)[0]
    return DOCUMENT_TYPES.get(first.casefold(), D.OTHER)


def document_type(said: str) -> DocumentType | None:
    """The type that a word, or the first or last word of several, stands for."""
    words = said.split()
    return next(
        (
            found
            for part in (said, words[0], words[-1])
            if (found := member_for(part, DOCUMENT_TYPES))
        ),
        None,
    )


G = Grade

GRADES = words_for(
    {
        G.MAJOR: "mayor; major; kts mayor; ketidaksesuaian mayor; major nonconformity; nc mayor;"
        "major nc; besar; kritis; critical; mjr; nc major; major non conformity",
        G.MINOR: "minor; kts minor; ketidaksesuaian minor; minor nonconformity; nc minor;"
        "minor nc; kecil; mnr; ketidaksesuaian; nonconformity; nc; kts; minor non conformity",
        G.OBSERVATION: "observasi; observation; obs; o; catatan; pengamatan",
        G.OPPORTUNITY: "ofi; opportunity; peluang peningkatan; opportunity for improvement; saran;"
        "peluang perbaikan; saran perbaikan; peluang; rekomendasi; recommendation; improvement",
        G.STRENGTH: "temuan positif; strength; positif; positive; positive finding; kekuatan;"
        "good practice; praktik baik; sesuai; conformity",
    }
)
LETTERS = {"M": Grade.MAJOR, "m": Grade.MINOR}
"""Some forms print M for major and m for minor: here, and only here, the case tells."""

F = FindingState

FINDING_STATES = words_for(
    {
        F.RAISED: "terbuka; open; baru; new; raised; belum; belum ditindaklanjuti; buka;"
        "disanggah; disputed; menunggu persetujuan; awaiting approval;"
        "belum ada tindakan; overdue; kedaluwarsa; terlambat; lewat tenggat; not started; o;"
        "belum selesai; outstanding; reopened; dibuka kembali",
        F.ANSWERED: "dalam perbaikan; in progress; dalam proses; proses; answered; ongoing;"
        "rencana diterima; menunggu verifikasi; on progress; progress; dijawab; on going;"
        "sedang diproses; sedang dikerjakan; ditindaklanjuti; tindak lanjut; pending; planned;"
        "awaiting verification; to be verified; implemented; berjalan; wip; sedang berjalan",
        F.VERIFIED: "terverifikasi; verified; actions verified; sudah diverifikasi; diverifikasi;"
        "menunggu keefektifan; awaiting effectiveness; tindakan terverifikasi",
        F.CLOSED: "tertutup; closed; selesai; tutup; close; ditutup; done; complete; completed;"
        "sudah selesai; tuntas; closed out; efektif; effective; c; resolved",
        F.CANCELLED: "dibatalkan; cancelled; batal; canceled; void; withdrawn; rejected; ditolak",
    }
)
SOURCES = (
    (Source.EXTERNAL_AUDIT, r"audit eksternal|external audit|sertifikasi|certification|survail|"
     r"surveil|resertifikasi|recertification|lembaga sertifikasi|eksternal|external"),
    (Source.INTERNAL_AUDIT, r"audit (mutu )?internal|internal (quality )?audit|\bami\b|\baim\b|"
     r"audit intern|self.?audit|^audit$"),
    (Source.REVIEW, r"tinjauan manajemen|management review|\brtm\b|kaji ulang manajemen"),
    (Source.COMPLAINT, r"pengaduan|keluhan|complaint|lapor\b|customer|pelanggan|masyarakat"),
    (Source.OUTPUT, r"keluaran tidak sesuai|nonconforming output|produk tidak sesuai"),
    (Source.INCIDENT, r"insiden|incident|kejadian|accident"),
    (Source.RISK, r"risiko|risk"),
    (Source.PROCESS, r"proses|process|own check|pemantauan|monitoring|inspeksi|inspection"),
)  # fmt: skip
READ_AS = [(source, re.compile(pattern)) for source, pattern in SOURCES]


def source_of(said: str) -> Source:
    """The kind of source that a text tells of; OTHER if none."""
    folded = fold(said)
    by_label = {source.value.replace("_", " "): source for source in Source}
    if folded in by_label:
        return by_label[folded]
    return next((source for source, words in READ_AS if words.search(folded)), Source.OTHER)
