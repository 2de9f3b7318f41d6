"""All values of one article, read once: sums, prices, quantities, shares, votes, dates, numbers of documents.

Never says what they are for in an event: that is the recognisers' business.
"""

from __future__ import annotations

from datetime import date

from watcher.core.facts.dates import dates_of
from watcher.core.facts.documents import documents_of
from watcher.core.facts.model import Facts
from watcher.core.facts.money import money_of
from watcher.core.facts.numbers import amounts_of, runs_of
from watcher.core.facts.quantities import quantities_of, shares_of, votes_of
from watcher.core.text.reading import Reading

MOST = 40_000
"""Characters of a text that are looked at: values beyond are in annexes, and nobody's news."""


def facts_of(reading: Reading) -> Facts:
    """The values of the article, computed once."""
    return reading.remember("facts", lambda: _facts(reading, reading.published))


def recall_facts(reading: Reading, facts: Facts) -> None:
    """Let the values of an article be what was read before, if nobody has read them in this reading yet."""
    reading.remember("facts", lambda: facts)


def _facts(reading: Reading, published: date | None) -> Facts:
    text = reading.text[:MOST]
    runs = runs_of(text)
    sentences = reading.sentences
    language = reading.main_language
    dates = dates_of(text, runs, published, sentences, language)
    if not runs:
        return Facts(dates=dates, shares=shares_of(text, ()))
    amounts = tuple(amounts_of(text, runs, language))
    money, prices = money_of(
        text, amounts, sentences, language=language, country=reading.country, year=published.year if published else None
    )
    return Facts(
        money=money,
        prices=prices,
        quantities=quantities_of(text, amounts),
        shares=shares_of(text, amounts),
        votes=votes_of(text, amounts, sentences),
        dates=dates,
        documents=documents_of(text, runs, published),
    )
