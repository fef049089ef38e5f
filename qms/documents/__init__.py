"""Controlled documents: procedures, manuals, policies, forms, and their revisions.

A *document* has a number, a title, an owner and clauses that it serves; what it says lies in its
*revisions* 00, 01 and so on, each with a change note, files (editable source and signed scan),
text written here, or a link, and three *signatories*: prepared, checked, approved.

A revision is drafted, submitted, checked, approved with the day from which it is in force. That
day may lie ahead; approving one sets the end of the one before, so exactly one is in force at any
time and the change happens at the district's midnight without anybody acting. Until then the
approval can be taken back. Who wrote or prepared a revision, or changed a word of its draft, does
not check or approve it, nor does anybody who acts for them. A signature keeps the name, position
and NIP of its day.

Approved revisions, past ones too, are for everybody who sees the document's unit and access class.
What is still being written, or was given up, is for those who work in the unit and for those who
are named to sign it. Nothing is deleted: documents are withdrawn, revisions superseded, and both
stay readable, marked as obsolete.
"""
