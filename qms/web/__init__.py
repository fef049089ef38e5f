"""The shell around every page: who is this, security headers, navigation, error pages, health.

Everything but a short public list is closed by default: a view is open to the signed-out only if
it is marked with `public`.
"""
