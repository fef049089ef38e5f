"""Kabupaten Contoh: an invented district that is alive, for looking around and for tests.

What happened there is told in `content/` in days before today, so that it never ages. Everything
goes through the areas' own operations, as the person who would have done it and with the clock at
the moment when it happened: the journal reads as if people had worked here for three years. The
story is the same each time; only keys, salts and passwords are made anew.

The demo is filled once into an installation that is empty, and never into one that is not.
"""
