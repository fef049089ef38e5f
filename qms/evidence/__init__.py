"""Evidence: what proves that a requirement is met or that an action was done.

A piece of evidence is a named thing. It has versions, each with one or more files (kept by their
SHA-256), the period that it proves, and the clauses it is for. Findings, actions and documents
point at it; it knows none of them.

Rules: whoever works in a unit or raises findings there may file evidence. Nothing is deleted: a
newer version stands above the older ones, and what was filed by mistake is withdrawn with a
reason and stays readable. What has an end (a calibration certificate, say) proves the days up to
it: it stays proof of a day on which it counted, and proves none after. Restricted evidence is for
those who need to know.
"""
