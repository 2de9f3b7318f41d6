"""What an article says: its names, its values and its events, each computed once and only if somebody asks.

Never reads a file and never stores: it holds what was loaded, and reads one text at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.core.events.model import Account
from watcher.core.events.recognise import Trace, account_key, recall_account, trace
from watcher.core.events.recognisers import Recognisers
from watcher.core.facts.model import Facts
from watcher.core.facts.rates import Rates
from watcher.core.facts.reading import facts_of, recall_facts
from watcher.core.lexicon.model import Named
from watcher.core.lexicon.names import Names
from watcher.core.text.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """All that was understood of one article. `facts` are None where it tells of no event: then nobody read them."""

    named: tuple[Named, ...]
    facts: Facts | None
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Understander:
    """The lexicon and the recognisers of one configuration; `version` changes whenever either does.

    `rates` are those by which amounts in other currencies are compared.
    """

    names: Names
    recognisers: Recognisers
    version: str
    rates: Rates = field(default_factory=Rates)

    @property
    def types(self) -> Mapping[str, tuple[str, ...]]:
        """Every type of event with the statuses of its ladder and its exits."""
        return {each.id: (*each.ladder, *each.exits) for each in self.recognisers.types}

    def understand(self, reading: Reading) -> Understood:
        """Names and events, and values where it tells of an event."""
        account = self.account(reading)
        return Understood(
            named=self.named(reading), facts=self.facts(reading) if account.events else None, account=account
        )

    def recall(self, reading: Reading, understood: Understood) -> None:
        """Let a reading that nobody has looked at yet be what was understood of it before, by whatever version."""
        reading.remember(self.names, lambda: understood.named)
        recall_account(reading, self.recognisers, understood.account)
        if understood.facts is not None:
            recall_facts(reading, understood.facts)

    def named(self, reading: Reading) -> tuple[Named, ...]:
        """Every name in the text."""
        return self.names.find(reading)

    def facts(self, reading: Reading) -> Facts:
        """Every value in the text."""
        return facts_of(reading)

    def account(self, reading: Reading) -> Account:
        """What the article reports and mentions."""
        # Every rule asks: what is remembered is found without asking for what it was made of.
        return reading.remember(account_key(self.recognisers), lambda: self.trace(reading).account)

    def read(self, reading: Reading) -> tuple[tuple[Named, ...], Facts]:
        """Names and values together."""
        return self.named(reading), self.facts(reading)

    def trace(self, reading: Reading, off: frozenset[int] = frozenset()) -> Trace:
        """The account with the items it rests on, never cached; `off` are items not to be seen."""
        return trace(
            reading,
            self.recognisers,
            self.named(reading),
            lambda: self.facts(reading),
            published=reading.published,
            owner=reading.owner,
            off=off,
        )
