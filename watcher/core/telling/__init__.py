"""Telling: what becomes of a match, who hears of it, in which words and when again."""
