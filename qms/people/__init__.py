"""People, the positions they hold, the roles they are given, and their accounts.

A *person* may have no account (a regent, an outside auditor). A *position* (jabatan) belongs to a
unit; a person holds it by a dated *appointment*, also acting (Plt., Plh.). A *role* is granted in
a unit for a time and holds in every unit under it; the same person may be officer here and auditor
there. A *delegation* lets one person act for another for a time, and counts as both wherever
duties must stay separate. An *account* signs in; it is the installation's, and one account may be
a person in several districts.
"""
