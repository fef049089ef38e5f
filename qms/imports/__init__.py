"""Bringing in what exists: units, documents and findings from somebody's workbook or CSV file.

Words: a *file* has sheets; the *table* is the sheet with its heading row; a *column* of it is known
(it belongs to a field) or not (it is kept with the record as it stands); a *row* is one record; the
*key* is the file's own number. A *preview* says what a file would do, an *import run* does it.

Rules:
- A preview always comes first. It sorts rows into those that create, change, stay the same, and
  those that are refused, with row, column, value and reason.
- All or nothing: as long as one row is refused, nothing is imported.
- Units are known by their code, documents and findings by the file's own number within the unit.
  So the same file again changes nothing, and a corrected file corrects the same records.
- What somebody changed here since the last import stays, unless the file says something new.
- A file tells all that stands in it. One that waits is for who sent it and for who sees restricted
  records of the unit; one that was imported is downloaded by others as long as they see every
  record that it tells of.
- Nothing is invented: what the file does not say stays empty and is flagged, and words that mean
  nothing to us are refused with the words that do.
"""
