"""Kinds of channels, one file each: a message's wire form and the reading of the answer; no I/O here."""
