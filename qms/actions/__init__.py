"""Actions: what somebody will do by a day, and the evidence that it was done.

An action has an owner (a person, or whoever holds a position), a due date and a kind. It is open,
then done with evidence, then verified, or cancelled with a reason. A finding points at its
actions, and one action may serve several findings; an action knows none of them.

Rules: whoever works in the unit plans actions and finishes them, as does the owner. Who owns or
did an action never verifies it, nor does anybody who acts for such a person. It is verified by an
auditor of the unit, or by a quality officer whose role comes from a unit above or beside it.
"""
