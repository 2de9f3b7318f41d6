from __future__ import annotations

from watcher.core.model import Evidence
from watcher.core.telling.tellings import matched, why

EVIDENCE = (
    Evidence(clause="when.all[0]", says="words: <materials>, in top", start=3, end=10, quote="gallium"),
    Evidence(clause="when.all[0]", says="words: <materials>, in top", start=20, end=27, quote="gallium"),
    Evidence(clause="when.all[0]", says="words: <materials>, in top", start=30, end=39, quote="germanium"),
    Evidence(clause="when.all[1]", says="trust: authority", quote="authority"),
)


def test_what_met_a_clause_comes_before_the_clause() -> None:
    assert why(EVIDENCE) == ("gallium, germanium (words: <materials>, in top)", "trust: authority")


def test_a_reader_in_a_hurry_gets_what_met_the_clauses() -> None:
    assert matched(EVIDENCE) == ("gallium, germanium", "trust: authority")
