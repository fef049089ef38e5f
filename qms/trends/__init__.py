"""Looking back: how long findings wait, whether they close in time, what comes again; and the
figures of each day, kept.

Two kinds of figures stand side by side. What a register can tell (ageing, days to close, what
repeats) is counted from the records as they are now, and each figure leads to the records behind
it. What was open and late on a day cannot be told from records that changed since: it is kept day
by day (`DailyFigure`), once the day is over, and does not change when records do.

A day's figures are worked out from the journal, so that a day on which nothing ran is made up for
with the figures that it really had. Days before the first entry of the district's journal have
none, and the page says so. Figures are kept for each unit and access class: who may not see
restricted findings of a unit does not count them either.
"""
