"""When a source's trouble is told, once, and when that it is over; it never finds the trouble out by itself.

Three things can be wrong at a time, each on its own track: what it answers, how much it lists, whether it brings
anything new. A trouble that comes again soon after it was told of needs twice the proof each time, so that a source
that is now well, now ill does not make a message of each turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from watcher.core.model import Severity


class Track(StrEnum):
    """What an episode is about; a source has at most one of each."""

    ANSWER = "answer"
    LISTING = "listing"
    SILENCE = "silence"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often in a row, and for how long, a trouble must be seen before it is told."""

    looks: int
    lasting: timedelta = timedelta(0)


PATIENCE: Final[Mapping[str, Patience]] = MappingProxyType(
    {
        "broken": Patience(looks=3, lasting=timedelta(hours=1)),
        "gone": Patience(looks=1),
        "challenge": Patience(looks=2),
        "login": Patience(looks=2),
        "consent": Patience(looks=2),
        "parked": Patience(looks=2),
        "layout": Patience(looks=2),
        "empty": Patience(looks=2, lasting=timedelta(hours=1)),
        "shrunk": Patience(looks=2, lasting=timedelta(hours=1)),
        "silent": Patience(looks=1),
        "gap": Patience(looks=1),
        "replaced": Patience(looks=1),
    }
)
"""Every kind of trouble. What names its cause is believed sooner than a mere failure."""

SEVERITY: Final[Mapping[str, Severity]] = MappingProxyType(
    {kind: Severity.NOTICE if kind == "shrunk" else Severity.WARNING for kind in PATIENCE}
)

_CALM: Final = timedelta(days=2)
"""After so long without any trouble, told or not, what was before is forgotten."""
_MOST_FLAPS: Final = 4
_GAP_AGAIN: Final = timedelta(days=7)
"""A source that is polled too seldom leaves gaps again and again: they are told once a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One track of one source, as stored.

    `since` is when the trouble was first seen, None while there is none; `looks` how often in a row; `told` when it
    was told. `ended` and `flaps` remember the episodes before. `detail` says in words what is wrong, `network` that the
    source cannot be reached at all.
    """

    kind: str
    since: datetime | None
    looks: int
    told: datetime | None
    ended: datetime | None = None
    flaps: int = 0
    detail: str = ""
    network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong now. `since` is None where it began with this very look; `lines` say more than `detail` does."""

    kind: str
    detail: str
    since: datetime | None = None
    lines: tuple[str, ...] = ()
    network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEvent:
    """What is to be told: a trouble (`over` false), or that it is over. `brought` entries came with that."""

    source: str
    kind: str
    over: bool
    since: datetime
    at: datetime
    detail: str
    brought: int = 0
    lines: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """As loud at its end as at its beginning, so that both go the same ways."""
        return SEVERITY[self.kind]


Step = tuple[Episode | None, HealthEvent | None]


def _doubled(kind: str, flaps: int) -> Patience:
    """What it takes to believe a trouble that came and went so often."""
    patience, times = PATIENCE[kind], 2 ** min(flaps, _MOST_FLAPS)
    return Patience(looks=patience.looks * times, lasting=patience.lasting * times)


def proof(kind: str, before: Episode | None, now: datetime) -> Patience:
    """What it takes to believe at that moment a trouble that begins anew: so many looks, from so long before on."""
    patience = _doubled(kind, before.flaps if before is not None else 0)
    if before is not None and before.ended is not None and now - patience.lasting - before.ended > _CALM:
        return PATIENCE[kind]
    return patience


def step(source: str, before: Episode | None, trouble: Trouble | None, now: datetime, *, brought: int = 0) -> Step:
    """The track after a look, and what is to be told of it.

    Args: brought: how many entries came with this look.
    """
    if trouble is None:
        return _well(source, before, now, brought)
    episode = before or Episode(kind=trouble.kind, since=None, looks=0, told=None)
    if episode.told is not None and episode.since is not None:
        return replace(episode, detail=trouble.detail, network=trouble.network), None
    if episode.ended is not None and episode.since is None and now - episode.ended > _CALM:
        episode = replace(episode, flaps=0, ended=None)
    since = episode.since or trouble.since or now
    looks = episode.looks + 1
    patience = _doubled(trouble.kind, episode.flaps)
    proved = looks >= patience.looks and now - since >= patience.lasting
    told = now if proved else None
    after = replace(
        episode,
        kind=trouble.kind,
        since=since,
        looks=looks,
        told=told,
        detail=trouble.detail,
        network=trouble.network,
    )
    if not proved:
        return after, None
    return after, HealthEvent(source=source, kind=trouble.kind, over=False, since=since, at=now, detail=trouble.detail)


def _well(source: str, before: Episode | None, now: datetime, brought: int) -> Step:
    if before is None or before.since is None:
        return before, None
    if before.told is None:
        calm = (
            replace(before, since=None, looks=0, detail="", network=False, ended=now)
            if before.ended is not None
            else None
        )
        return calm, None
    after = replace(before, since=None, looks=0, told=None, detail="", network=False, ended=now, flaps=before.flaps + 1)
    since, detail = before.since, before.detail
    event = HealthEvent(source=source, kind=before.kind, over=True, since=since, at=now, detail=detail, brought=brought)
    return after, event


def happened(source: str, before: Episode | None, trouble: Trouble, now: datetime) -> Step:
    """What has no end, such as a gap: told when it happens, and not again for a week."""
    if (
        before is not None
        and before.told is not None
        and now - before.told < _GAP_AGAIN
        and before.kind == trouble.kind
    ):
        return replace(before, looks=before.looks + 1), None
    after = Episode(kind=trouble.kind, since=now, looks=1, told=now, detail=trouble.detail)
    event = HealthEvent(
        source=source, kind=trouble.kind, over=False, since=now, at=now, detail=trouble.detail, lines=trouble.lines
    )
    return after, event
