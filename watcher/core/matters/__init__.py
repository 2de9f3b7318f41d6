"""Matters: bills, permits, control numbers and programmes that move through statuses; what moves one, and why not."""
