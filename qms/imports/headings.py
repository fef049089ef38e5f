"""Which heading means which field: the words that people put above their columns.

Indonesian and English stand side by side. Headings are compared without case, punctuation and
what stands in brackets; "Nomor" counts as "No" and "Tgl" as "Tanggal". A heading with a stroke
("Finding / Nonconformity") is known by any of its parts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import NO_GRADE


class ImportKind(StrEnum):
    UNITS = "units"
    DOCUMENTS = "documents"
    FINDINGS = "findings"

    @property
    def label(self) -> Any:
        return KIND_LABELS[self]


KIND_LABELS = {
    ImportKind.UNITS: _l("Units"),
    ImportKind.DOCUMENTS: _l("Documents"),
    ImportKind.FINDINGS: _l("Findings"),
}


@dataclass(frozen=True)
class Field:
    """What a column may hold. `name` is what --columns calls it; a needed one must be there."""

    name: str
    label: Any
    words: tuple[str, ...]
    needed: bool = False


def field(name: str, label: Any, words: str, *, needed: bool = False) -> Field:
    """A field with its headings, separated by semicolons."""
    return Field(name, label, tuple(normal(word) for word in words.split(";")), needed)


SHORT = {"nomor": "no", "number": "no", "nr": "no", "tgl": "tanggal", "dok": "dokumen"}
BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
NO_LETTER = re.compile(r"[\W_]+", re.UNICODE)


def normal(heading: str) -> str:
    """A heading for comparing: small letters, single blanks, no punctuation."""
    words = NO_LETTER.sub(" ", heading.casefold()).split()
    return " ".join(SHORT.get(word, word) for word in words)


def spellings(heading: str) -> list[str]:
    """The forms under which a heading may be known, the fullest first. Of two rows above each
    other (a line break between them) both together or the lower one alone."""
    _upper, is_double, lower = heading.rpartition("\n")
    if is_double:
        return [normal(heading), *spellings(lower)]
    bare = BRACKETS.sub(" ", heading)
    forms = [normal(heading), normal(bare), *(normal(part) for part in re.split(r"[/|]", bare))]
    return [form for form in dict.fromkeys(forms) if form]


UNITS = (
    field(
        "code",
        _l("Code"),
        "kode; code; kode unit; unit code; kode opd; kode skpd; kode perangkat daerah; id; id unit;"
        "kode satuan kerja; kode satker; no unit; kode organisasi; unit id; kode instansi",
        needed=True,
    ),
    field(
        "name",
        _l("Name"),
        "nama; name; nama unit; unit name; unit; nama opd; opd; nama skpd; skpd; perangkat daerah;"
        "nama perangkat daerah; instansi; nama instansi; satuan kerja; nama satuan kerja;"
        "unit kerja; nama unit kerja; organisasi; nama organisasi; agency; department",
        needed=True,
    ),
    field(
        "short_name",
        _l("Short name"),
        "nama singkat; singkatan; short name; short; abbreviation; alias; nama pendek; akronim",
    ),
    field("type", _l("Type"), "jenis; type; tipe; jenis unit; unit type; jenis opd; kategori"),
    field(
        "parent",
        _l("Parent unit"),
        "induk; unit induk; kode induk; induk unit; parent; parent unit; parent code; atasan;"
        "unit atasan; kode unit induk; opd induk; di bawah; reports to",
    ),
)

DOCUMENTS = (
    field(
        "number",
        _l("Number"),
        "no dokumen; no dokumen sop; kode dokumen; doc id; doc no; document no; document id;"
        "document code; id dokumen; no sop; kode; code; id; doc ref; reference; no dan kode;"
        "kode dan no; document",
        needed=True,
    ),
    field(
        "title",
        _l("Title"),
        "judul; judul dokumen; title; document title; nama dokumen; document name; name; nama;"
        "nama sop; judul sop; uraian dokumen",
        needed=True,
    ),
    field(
        "type", _l("Type"), "jenis; jenis dokumen; type; document type; tipe; kategori; category"
    ),
    field(
        "owner",
        _l("Owner"),
        "pemilik; owner; pemilik dokumen; document owner; penanggung jawab; unit bidang pemilik;"
        "unit pemilik; bidang pemilik; process owner; pemilik proses; pic; unit kerja pemilik;"
        "bidang; unit; responsible",
    ),
    field(
        "prepared_by",
        _l("Prepared by"),
        "disusun oleh; prepared by; author; penyusun; dibuat oleh; pembuat; written by; disusun",
    ),
    field(
        "checked_by",
        _l("Checked by"),
        "diperiksa oleh; checked by; reviewed by; pemeriksa; reviewer; ditinjau oleh; diperiksa",
    ),
    field(
        "approved_by",
        _l("Approved by"),
        "disahkan oleh; approved by; approver; pengesah; disetujui oleh; disahkan; authorised by;"
        "authorized by; ditetapkan oleh; penyetuju",
    ),
    field(
        "revision",
        _l("Revision"),
        "no revisi; revisi; revision; revision no; rev; rev no; no rev; version; versi; edisi;"
        "status revisi; issue; revisi ke",
    ),
    field(
        "approved_on",
        _l("Approved on"),
        "tanggal terbit; tanggal pengesahan; tanggal disahkan; issue date; date issued;"
        "approved on; approval date; tanggal penerbitan; tanggal ditetapkan; tanggal pembuatan;"
        "date approved;"
        "tanggal penetapan",
    ),
    field(
        "effective_from",
        _l("In force from"),
        "tanggal berlaku; berlaku mulai; effective date; effective from; effective; mulai berlaku;"
        "tanggal efektif; tanggal revisi berlaku; tanggal revisi; valid from; in force from;"
        "revision date; berlaku sejak; tanggal mulai berlaku; tanggal terbit berlaku",
    ),
    field(
        "review_on",
        _l("Next review"),
        "tinjauan berikutnya; tanggal tinjauan berikutnya; next review; next review date;"
        "review date; tanggal tinjauan; tinjau ulang; review due; tanggal tinjau ulang;"
        "jadwal tinjauan; tinjauan ulang berikutnya; kaji ulang; tanggal kaji ulang; review on",
    ),
    field(
        "classification",
        _l("Classification"),
        "klasifikasi; classification; klasifikasi dokumen; sifat; sifat dokumen; security class;"
        "tingkat kerahasiaan; kerahasiaan; confidentiality; klasifikasi informasi",
    ),
    field("status", _l("Status"), "status; status dokumen; document status; keadaan; state"),
    field(
        "clauses",
        _l("Clauses"),
        "klausul; clause; clauses; klausul terkait; klausul iso; pasal; no klausul; pasal standar;"
        "related clauses; iso clause; klausul standar; clause no; klausul acuan",
    ),
)

FINDINGS = (
    field(
        "number",
        _l("Number"),
        "no lks; no ptk; no ptkp; no ncr; no car; no capa; no lkha; no temuan; id; id temuan; kode;"
        "kode temuan; finding no; finding id; ncr no; car no; capa no; capa id; nc no; no ncar;"
        "no laporan; no lkt; ref; reference; code; no kts; no ofi; no register",
        needed=True,
    ),
    field(
        "source",
        _l("Source"),
        "sumber; source; sumber temuan; asal; asal temuan; origin; audit; jenis audit; raised from;"
        "kegiatan",
    ),
    field(
        "found_on",
        _l("Found on"),
        "tanggal temuan; tanggal; date; date raised; found on; date found; date of finding;"
        "raised on; tanggal ditemukan; tanggal audit; audit date; tanggal lks; tanggal ptk;"
        "open date; date opened; tanggal kejadian; detected on; tanggal terbit; date identified",
        needed=True,
    ),
    field(
        "place",
        _l("Place or process"),
        "lokasi; tempat; place; process; proses; place or process; lokasi proses; area; bagian;"
        "unit; unit kerja; bidang; seksi; auditee; auditi; location; department; section; opd",
    ),
    field(
        "grade",
        _l("Grade"),
        "kategori; category; grade; klasifikasi; klasifikasi ketidaksesuaian; tingkat; severity;"
        "kategori temuan; jenis temuan; classification; finding type; type; jenis; kriteria temuan;"
        "major minor; mayor minor",
    ),
    field(
        "clauses",
        _l("Clauses"),
        "klausul; clause; clauses; no klausul; klausul standar; pasal; pasal standar; clause no;"
        "iso clause; klausul iso; klausul terkait; standard clause",
    ),
    field(
        "standard",
        _l("Standard"),
        "standar; standard; standar edisi; standar acuan; iso; sistem manajemen",
    ),
    field(
        "requirement",
        _l("Requirement"),
        "persyaratan; acuan; acuan persyaratan; requirement; requirements; kriteria; criteria;"
        "reference requirement; referensi",
    ),
    field(
        "seen",
        _l("Evidence seen"),
        "bukti objektif; objective evidence; bukti; evidence; bukti audit; audit evidence; seen;"
        "bukti temuan",
    ),
    field(
        "deviation",
        _l("Finding"),
        "uraian; uraian temuan; uraian ketidaksesuaian; finding; nonconformity; non conformity;"
        "deskripsi; deskripsi temuan; description; temuan; ketidaksesuaian; deviation; problem;"
        "finding nonconformity; uraian singkat; masalah; description of finding; penyimpangan;"
        "isi temuan; uraian masalah; statement; finding description; nonconformance",
        needed=True,
    ),
    field(
        "correction",
        _l("Immediate correction"),
        "koreksi; correction; perbaikan segera; koreksi perbaikan segera; immediate correction;"
        "tindakan perbaikan; tindakan koreksi; immediate action; containment; perbaikan;"
        "penanganan segera",
    ),
    field(
        "cause",
        _l("Cause"),
        "akar penyebab; penyebab; root cause; cause; akar masalah; analisis akar penyebab;"
        "root cause analysis; analisa penyebab; analisis penyebab; analisa akar masalah;"
        "penyebab masalah; analisis akar masalah",
    ),
    field(
        "action",
        _l("Corrective action"),
        "tindakan korektif; corrective action; corrective actions; tindakan pencegahan;"
        "rencana tindakan; rencana tindakan korektif; action plan; tindak lanjut;"
        "rencana tindak lanjut; action; tindakan; tindakan perbaikan dan pencegahan; capa",
    ),
    field(
        "owner",
        _l("Owner"),
        "pic; owner; penanggung jawab; pelaksana; action owner; responsible; responsible person;"
        "penanggungjawab; pj; assigned to; pemilik; responsibility",
    ),
    field(
        "due_on",
        _l("Due"),
        "tenggat; due date; due; batas waktu; target; target selesai; target date; deadline;"
        "tanggal target; tanggal tenggat; due on; batas waktu penyelesaian; tenggat waktu;"
        "target penyelesaian; jatuh tempo; tanggal implementasi; rencana selesai; due by",
    ),
    field(
        "status",
        _l("Status"),
        "status; status temuan; status tindak lanjut; state; keadaan; finding status; status ptk;"
        "open close; status akhir",
    ),
    field(
        "effectiveness",
        _l("Effectiveness"),
        "verifikasi keefektifan; effectiveness check; effectiveness; keefektifan; efektivitas;"
        "verifikasi efektivitas; verifikasi efektifitas; verification of effectiveness;"
        "verifikasi; hasil verifikasi; verification; effectiveness verification",
    ),
    field(
        "closed_on",
        _l("Closed on"),
        "tanggal selesai; tanggal tutup; closure date; closed on; date closed; close date;"
        "tanggal ditutup; tanggal closing; tanggal penutupan; closing date; completion date;"
        "realisasi; tanggal penyelesaian; tanggal close; completed on",
    ),
)

FIELDS: dict[ImportKind, tuple[Field, ...]] = {
    ImportKind.UNITS: UNITS,
    ImportKind.DOCUMENTS: DOCUMENTS,
    ImportKind.FINDINGS: FINDINGS,
}
KEYS = {
    ImportKind.UNITS: "code",
    ImportKind.DOCUMENTS: "number",
    ImportKind.FINDINGS: "number",
}
"""The field by which a record is known again. A bare "No" is a running number, which moves when a
row is put in, so it is never taken for the key by itself."""

VAGUE = {"id", "code", "kode", "ref", "reference", "type", "jenis", "unit", "document"}
"""Headings that say little: another column that says more wins the field."""


def recognised(kind: ImportKind, headings: Iterable[str | None]) -> dict[str, int]:
    """Field name -> column (from 0), for the headings that are known. Each column serves one
    field; where two would do, the clearer heading wins, then the one further left."""
    fields = FIELDS[kind]
    claims: list[tuple[int, int, int, str]] = []
    for column, heading in enumerate(headings):
        for rank, form in enumerate(spellings(heading or "")):
            for order, one in enumerate(fields):
                if form in one.words:
                    cost = rank + (10 if form in VAGUE else 0)
                    claims.append((cost, column, order, one.name))
    found: dict[str, int] = {}
    taken: set[int] = set()
    for _cost, column, _order, name in sorted(claims):
        if name not in found and column not in taken:
            found[name] = column
            taken.add(column)
    return found


def label_of(kind: ImportKind, name: str) -> str:
    """What a field is called; a name that is no field stands for the heading it was kept under."""
    for one in FIELDS[kind]:
        if one.name == name:
            return str(one.label)
    return _("Grade in the file") if name == f"+{NO_GRADE}" else name.removeprefix("+")
