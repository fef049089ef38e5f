"""Reads of the overview, by page."""
