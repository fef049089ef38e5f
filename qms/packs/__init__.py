"""Evidence packs: one ZIP that answers a certification auditor before the question is asked.

A pack is about some units (each with everything under it), some editions of standards and a period.
It holds a Word report with a section for every clause, an Excel workbook, the files of evidence and
of the documents in force in folders by clause, and a manifest of SHA-256 hashes that the
installation signs. Nobody needs QMS to check it.

- A pack shows what the person who asked for it may see, no more. What they may not see is not
  counted either. Of the restricted records that they may see, it holds none unless they ask for
  them, and then says how many were left out, and that they left them out.
- Evidence that another unit filed is in it where it belongs to one of its findings, actions or
  documents.
- *As of* is the day on which states are told: what was in force, open or overdue then. *Known at*
  is the moment of knowledge: what was recorded later is not in it. If something was recorded since,
  the records are rebuilt from the journal, so the same pack made again is the same bytes.
- Which records belong to the period is said in one place: `reading.conditions`.
- Only who asked for a pack can take a copy, and only while their rights still reach that far.
"""
