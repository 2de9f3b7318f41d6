"""Dates that are still to come: what articles state, which of it is one entry, and when to remind of it."""
