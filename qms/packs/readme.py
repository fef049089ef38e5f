"""README.txt: what a pack is and how to check it, in both languages, whatever the pack's own."""

from qms.packs.about import About
from qms.packs.format import SUMS

INDONESIAN = """\
PAKET BUKTI {number}
{district}

Standar   : {standards}
Periode   : {start} s.d. {end}
Per       : {as_of}
Nomor     : {uid}

Isi paket
  {report}
      laporan per klausul, untuk dibaca dan dicetak
  {workbook}
      catatan yang sama dalam Excel, dengan saringan
  evidence/     berkas bukti, dalam folder per klausul
  documents/    dokumen yang berlaku, dalam folder per klausul
  manifest.json daftar semua berkas dengan ukuran dan hash SHA-256
  manifest.sig  tanda tangan digital atas manifest.json (Ed25519)
  {sums}
      hash semua berkas, untuk sha256sum

Buka berkas ZIP ini (ekstrak) ke sebuah folder; tautan dalam laporan dan Excel lalu berfungsi.

Memeriksa keaslian
  1. Dengan QMS, tanpa basis data dan tanpa instalasi:
         qms pack verify NAMA-PAKET.zip
     Perintah ini menyebut setiap berkas yang diubah, ditambah, dihapus, atau diganti namanya.
     Kunci publik penanda tangan:
         {key}
     Cocokkan kunci itu dengan kunci yang diumumkan instansi:
         qms pack verify NAMA-PAKET.zip --key {key}
  2. Tanpa QMS, di dalam folder hasil ekstrak:
         sha256sum -c {sums}
     Perintah ini membandingkan isi semua berkas, tetapi tidak memeriksa tanda tangan.
"""
ENGLISH = """\
EVIDENCE PACK {number}
{district}

Standards : {standards}
Period    : {start} to {end}
As of     : {as_of}
Identifier: {uid}

What is in it
  {report}
      the report clause by clause, to read and to print
  {workbook}
      the same records in Excel, with filters
  evidence/     the files of evidence, in folders by clause
  documents/    the documents in force, in folders by clause
  manifest.json every file with its size and SHA-256 hash
  manifest.sig  the digital signature of manifest.json (Ed25519)
  {sums}
      the hashes of all files, for sha256sum

Unpack this ZIP file into a folder; the links in the report and in Excel work from then on.

How to check it
  1. With QMS, without a database and without an installation:
         qms pack verify NAME-OF-THE-PACK.zip
     It names every file that was changed, added, removed or renamed.
     The public key of who signed:
         {key}
     Compare it with the key that the agency has published:
         qms pack verify NAME-OF-THE-PACK.zip --key {key}
  2. Without QMS, in the folder where it was unpacked:
         sha256sum -c {sums}
     It compares the content of all files, but does not check the signature.
"""


def readme_text(about: About, public_key: str, report: str, workbook: str) -> bytes:
    """The text, with line ends that Windows' Notepad understands as well."""
    values = {
        "number": about.number,
        "district": about.district_name,
        "standards": ", ".join(edition.code for edition in about.editions),
        "start": about.from_on.isoformat(),
        "end": about.to_on.isoformat(),
        "as_of": about.as_of.isoformat(),
        "uid": about.uid,
        "report": report,
        "workbook": workbook,
        "sums": SUMS,
        "key": public_key,
    }
    text = f"{INDONESIAN}\n{'-' * 72}\n\n{ENGLISH}".format(**values)
    return text.replace("\n", "\r\n").encode()
