"""Reading what a pack shows: from one session, as lines of plain values, a few hundred at a time.

Word and Excel are written from the same lines, so that the two never disagree.
"""
