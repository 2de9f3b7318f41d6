"""Articles: what is drafted of an entry, what is new, what belongs together."""
