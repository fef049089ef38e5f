"""Commands that look after the whole installation."""
