"""README.txt: what a pack is and how to check it, in both languages, the pack's own first."""

from qms.core import dates
from qms.core.i18n import LANGUAGES, speaking
from qms.packs.content import Content
from qms.packs.format import SUMS

INDONESIAN = """\
PAKET BUKTI {number}
{district}

Unit         : {units}
Standar      : {standards}
Periode      : {start} s.d. {end}
Keadaan per  : {as_of}
Kerahasiaan  : {confidentiality}
Tidak dimuat : {left_out}
Pengenal     : {uid}

Isi paket
  {report}
      laporan per klausul, untuk dibaca dan dicetak
  {workbook}
      catatan yang sama dalam Excel, dengan saringan
  {evidence}
      berkas bukti, dalam folder per klausul
  {documents}
      dokumen yang berlaku, dalam folder per klausul
  manifest.json
      daftar semua berkas dengan ukuran dan hash SHA-256
  manifest.sig
      tanda tangan digital atas manifest.json (Ed25519)
  {sums}
      hash semua berkas, untuk sha256sum

Ekstrak berkas ZIP ini ke sebuah folder; tautan dalam laporan dan Excel lalu berfungsi.

Memeriksa keaslian
  1. Dengan QMS, tanpa basis data dan tanpa instalasi:
         qms pack verify NAMA-PAKET.zip --key KUNCI
     KUNCI ialah kunci publik yang diumumkan instansi. Paket ini ditandatangani dengan:
         {key}
     Perintah ini menyebut setiap berkas yang diubah, ditambah, dihapus, atau diganti namanya,
     dan menyatakan apakah kuncinya sama. Tanpa --key, QMS milik instansi lain menyatakan bahwa
     isinya utuh, tetapi kuncinya bukan miliknya.
  2. Tanpa QMS, di dalam folder hasil ekstrak:
         sha256sum -c {sums}
         shasum -a 256 -c {sums}     (macOS)
     Perintah ini membandingkan isi semua berkas, tetapi tidak menemukan berkas tambahan dan
     tidak memeriksa tanda tangan.
"""
ENGLISH = """\
EVIDENCE PACK {number}
{district}

Units           : {units}
Standards       : {standards}
Period          : {start} to {end}
As of           : {as_of}
Confidentiality : {confidentiality}
Left out        : {left_out}
Identifier      : {uid}

What is in it
  {report}
      the report clause by clause, to read and to print
  {workbook}
      the same records in Excel, with filters
  {evidence}
      the files of evidence, in folders by clause
  {documents}
      the documents in force, in folders by clause
  manifest.json
      every file with its size and SHA-256 hash
  manifest.sig
      the digital signature of manifest.json (Ed25519)
  {sums}
      the hashes of all files, for sha256sum

Unpack this ZIP file into a folder; the links in the report and in Excel work from then on.

How to check it
  1. With QMS, without a database and without an installation:
         qms pack verify NAME-OF-THE-PACK.zip --key KEY
     KEY is the public key that the agency has published. This pack is signed with:
         {key}
     It names every file that was changed, added, removed or renamed, and says whether the key
     is the same. Without --key, the QMS of another agency says that the content is whole, but
     that the key is not its own.
  2. Without QMS, in the folder where it was unpacked:
         sha256sum -c {sums}
         shasum -a 256 -c {sums}     (macOS)
     It compares the content of all files, but finds no added ones and does not check the
     signature.
"""
TEXTS = {"id": INDONESIAN, "en": ENGLISH}


def readme_text(content: Content, public_key: str, parts: dict[str, str]) -> bytes:
    """The text, with line ends that Windows' Notepad understands as well. `parts` are the names
    that report, workbook and folders have in the pack."""
    about = content.about
    texts = []
    for code in sorted(LANGUAGES, key=lambda one: one != about.language):
        with speaking(code):
            texts.append(
                TEXTS[code].format(
                    number=about.number,
                    district=about.district_name,
                    units="; ".join(content.unit_names),
                    standards=", ".join(edition.code for edition in about.editions),
                    start=dates.long_day(about.from_on),
                    end=dates.long_day(about.to_on),
                    as_of=dates.long_day(about.as_of),
                    left_out=content.chapters_left_out or "-",
                    confidentiality=content.confidentiality,
                    uid=about.uid,
                    sums=SUMS,
                    key=public_key,
                    **parts,
                )
            )
    return f"\n{'-' * 72}\n\n".join(texts).replace("\n", "\r\n").encode()
