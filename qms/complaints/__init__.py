"""Complaints: what people say about a unit's services, from the desk or from its public page.

A complaint is received, taken in hand, answered and closed; or it is withdrawn, or passed on
because it is not for this unit. It can be opened again: then a new time for the answer begins, and
the earlier answers stay. The category says within how many working days the answer is due, counted
after the day on which it was received; the days are data of the district (`categories`).

Words: the *statement* is what the complainant wrote, and nobody changes it. The *receipt* is a
random number that shows the state and the answer on a public page, and nothing about anybody. The
*public page* of a unit is closed until somebody of the unit opens it.

Rules: the quality officer and the head of a unit handle its complaints, and may assign one to
somebody who works there. Complaints about integrity are handled by the anti-bribery function or the
audit coordinator, and seen by them and whom they assign only: officer and head may be those whom
they are about. Name and contact are shown to who handles the complaint or was assigned to it, to
nobody else, and are never searched; they can be erased, and then stay erased. A complaint may lead
to findings, and several complaints to the same one.
"""
