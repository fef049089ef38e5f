"""The journal: who did what and when, with the whole after-image, provably complete.

Every operation ends with `write(verb, record, by=...)`. It takes the after-image of the record and
of each of its parts that changed, and queues an entry; just before commit the entries are put at
the end of their chain, so that a change and its entry are saved together or not at all. A commit
with a change that no entry tells of is refused (`UnjournalledChange`).

There is one chain per district and one (number 0) for the installation. An entry holds a salted
digest of its payload; the payload lies beside it, so that one that the law wants erased leaves a
tombstone and the chain still verifies.
"""

from qms.core.journal.history import Told, changes, history, last_told, reached
from qms.core.journal.writing import Actor, UnjournalledChange, write

__all__ = [
    "Actor",
    "Told",
    "UnjournalledChange",
    "changes",
    "history",
    "last_told",
    "reached",
    "write",
]
