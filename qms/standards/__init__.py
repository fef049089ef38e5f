"""Standards: the shipped editions with their clauses, a district's own words, units' scopes.

- An *edition* (ISO 9001:2015) has *clauses*; its facts, crosswalks, question banks and mandatory
  documents are data of the package (`catalogue`, `derivation`), loaded into two tables so that
  records can point at clauses. They are read-only and never lose a row.
- A district's *overlay* is its own title, requirement text, questions and documents of a clause.
  It survives updates. ISO's requirement text is copyright and is not shipped.
- A *scope* says what a unit's management system covers under an edition from a day on: services,
  and clauses that do not apply, each with its justification (4.3). A later scope makes a new row.
"""
