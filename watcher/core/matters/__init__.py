"""Matters: bills, permits, control numbers and projects that move through statuses; what moves one, and why not."""
