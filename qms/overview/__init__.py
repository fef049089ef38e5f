"""Pages that look at several areas at once: my work, a unit's condition, the journal, settings.

*My work* is everybody's home: what is due, overdue or waiting for the person who looks, each line
with its button. It is bounded however much is open: a few lines of each kind, the most urgent
first, and a link to the register for the rest.
"""
