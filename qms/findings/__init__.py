"""Findings: what was asked, what was seen, what deviates, and what the unit did about it.

A finding has one grade (major, minor, observation, opportunity, strength); each change of it is
kept. The response is made in rounds: immediate correction, cause, planned actions, actions done,
verification, effectiveness. Which steps a grade needs, and within how many days, is data
(`rules`). The coarse state for lists is raised, answered, verified, closed or cancelled.

Rules: auditors and those who keep or head a unit raise findings; the unit answers. Who owns or did
an action of the finding, or answered it, or acts for such a person, never verifies it; raising it
forbids nothing. It closes when everything is done and proven effective; if it was not effective,
a new round begins and the old one stays. Nothing is deleted: cancelling and reopening want a
reason, and reopening clears the close date.
"""
