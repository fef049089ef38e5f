"""Certificates: what a unit holds, and where it stands in the three-year cycle.

- A *certificate* belongs to one unit and one edition of a standard, and may cover further units and
  some of their services. It is issued by a *certification body* (lembaga sertifikasi).
- What happens to it are dated *events*: audits, issue, surveillance, suspension, renewal,
  withdrawal. Its *state* on a day is never stored; it follows from the events up to that day.
- Months and limits of the cycle are figures with a source (`settings`), not constants.
- A certificate cannot outlive the transition of its edition.
- Statements of the press that do not fit the cycle ("valid five years") stay as a note.
- The pages also show the *scope* of a unit's management system (`standards`).
"""
