"""Working days: which days are holidays, and when an office is open.

National holidays and joint leave (cuti bersama) are decided each year; the lists that are decided
are shipped, with their source. A district adds days of its own, or says that a shipped one is an
ordinary working day there. The hours of an office hold for a unit and those under it; without any
they are those of the regulation on working hours. A year without a shipped list has no holidays
but those that the district enters, and the page says so.
"""
