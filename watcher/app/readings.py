"""What was understood of an article, as it is stored and, where that is asked for, as it would be read now.

What is stored is never touched here, and never said to be what the present recognisers find.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from watcher.app.versions import reading_version
from watcher.core.facts.model import Facts
from watcher.core.facts.reading import facts_of
from watcher.core.model import Article
from watcher.core.text.reading import Reading, reading_of
from watcher.core.understanding.understander import Understander, Understood
from watcher.stores.sqlite.readings import StoredReading, StoredReadings


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The readings of an article's newest text. `version` is that of what reads now.

    `now` is what it would be read as now, if somebody asked, or if nothing is stored. `judged` is what rules saw,
    `standing` what stands now: the same, unless it was re-read since. `values` are read now where none are stored.
    """

    version: str
    judged: StoredReading | None
    standing: StoredReading | None
    now: Understood | None
    values: Facts | None = None

    @property
    def shown(self) -> Understood | None:
        """What is shown first, and what clauses are looked at again by: what rules saw, else what there is."""
        stored = self.judged or self.standing
        return stored.understood if stored is not None else self.now

    @property
    def anew(self) -> StoredReading | None:
        """What a re-read found otherwise than what rules saw."""
        return self.standing if self.standing is not None and self.judged not in {None, self.standing} else None

    @property
    def older(self) -> bool:
        """Whether what stands was not read, nor found to be the same, by what reads now."""
        return self.standing is not None and self.standing.holds != self.version

    @property
    def differs(self) -> bool:
        """Whether it would be read otherwise now than it stands; False where nobody asked."""
        return self.now is not None and self.standing is not None and self.now != self.standing.understood


def readings_of(
    article: Article, stored: StoredReadings | None, understander: Understander | None, *, now: bool
) -> Readings:
    """The readings of the article, read anew where `now` asks for it or nothing is stored."""
    reading = reading_of(article)
    found = Readings(
        version=reading_version(understander),
        judged=stored.judged if stored is not None else None,
        standing=stored.standing if stored is not None else None,
        now=understander.understand(reading) if understander is not None and (now or stored is None) else None,
    )
    if found.shown is None or found.shown.facts is not None:
        return found
    return replace(found, values=facts_of(reading))


def reading_by(article: Article, understood: Understood | None, understander: Understander | None) -> Reading:
    """The article as clauses are looked at again: by what was understood of it then, if that is known."""
    reading = reading_of(article)
    if understood is not None and understander is not None:
        understander.recall(reading, understood)
    return reading
