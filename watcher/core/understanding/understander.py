"""What an article says: its names, its values and its events, each computed once and only if somebody asks.

Never reads a file and never stores: it holds what was loaded, and reads one text at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.core.events.model import Account
from watcher.core.events.recognise import account_of
from watcher.core.events.recognisers import Recognisers
from watcher.core.lexicon.model import Named
from watcher.core.lexicon.names import Names
from watcher.core.text.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """All that was understood of one article."""

    named: tuple[Named, ...]
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Understander:
    """The lexicon and the recognisers of one configuration; `version` changes whenever either does."""

    names: Names
    recognisers: Recognisers
    version: str

    @property
    def types(self) -> Mapping[str, tuple[str, ...]]:
        """Every type of event with the statuses of its ladder and its exits."""
        return {each.id: (*each.ladder, *each.exits) for each in self.recognisers.types}

    def understand(self, reading: Reading) -> Understood:
        """Names and events together."""
        return Understood(named=self.named(reading), account=self.account(reading))

    def named(self, reading: Reading) -> tuple[Named, ...]:
        """Every name in the text."""
        return self.names.find(reading)

    def account(self, reading: Reading) -> Account:
        """What the article reports and mentions."""
        return account_of(
            reading,
            self.recognisers,
            self.named(reading),
            published=reading.published,
            owner=reading.owner,
        )
