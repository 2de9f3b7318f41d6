"""How often a source is asked and why, in words for a person; it reads what was learned and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from watcher.config import Config
from watcher.config.model import SourceConfig
from watcher.core.manners import GONE_ANSWERS, MOVED_ANSWERS, Claim, Manners
from watcher.core.polls import Adaptive, learned_wait
from watcher.core.rhythm import Rhythm, busiest, demand, price, rate
from watcher.core.urls import host_of
from watcher.core.values import duration_text
from watcher.stores.sqlite.paces import Pace

_DAY_HOURS = 24
_FEW = 10


def pace_words(config: Config, source: SourceConfig, stored: Mapping[str, Pace], now: datetime) -> str:
    """The learned interval with its reason, and what its server said of how to ask it; empty if there is neither."""
    pace = stored.get(source.id)
    if pace is None:
        return ""
    words = _claims(pace.manners)
    if source.adaptive is not None and pace.rhythm is not None:
        cost = _price(config, stored, pace.rhythm, now)
        words = (_interval(pace.rhythm, cost, source.adaptive, pace.manners.fresh, now), *words)
    return "; ".join(words)


def _price(config: Config, stored: Mapping[str, Pace], rhythm: Rhythm, now: datetime) -> float:
    """What a poll costs, as the daemon reckons it."""
    names = [id_ for id_, source in config.sources.items() if source.enabled and source.adaptive is not None]
    found = [stored[id_].demand for id_ in names if id_ in stored]
    demands = [each for each in found if each is not None] or [demand(rhythm, now.timestamp())]
    return price(sum(demands), config.polls_an_hour * len(demands))


def _interval(rhythm: Rhythm, cost: float, bounds: Adaptive, fresh: timedelta | None, now: datetime) -> str:
    wait, by = learned_wait(rhythm, now, cost, bounds, fresh)
    shown = duration_text(timedelta(minutes=max(1, round(wait.total_seconds() / 60))))
    a_day = rate(rhythm, now.timestamp()) * _DAY_HOURS
    hours = busiest(rhythm)
    mostly = "" if hours is None else f", half of them {hours[0]:02}:00-{hours[1]:02}:00 UTC"
    often = f"{a_day:.0f}" if a_day >= _FEW else f"{a_day:.1f}"
    return f"asked every {shown} now, by {by} (about {often} entries a day{mostly})"


def _claims(manners: Manners) -> tuple[str, ...]:
    words = []
    if manners.adopted is not None:
        words.append(f"asked at {host_of(manners.adopted.to)}, where its server led for good{_since(manners.adopted)}")
    if manners.moving is not None:
        answers = f"{manners.moving.answers} of {MOVED_ANSWERS} answers"
        words.append(f"its server leads to {host_of(manners.moving.to)} for good ({answers}{_since(manners.moving)})")
    if manners.gone is not None and manners.gone.answers < GONE_ANSWERS:
        words.append(f"its server says that it is gone ({manners.gone.answers} of {GONE_ANSWERS} answers)")
    return tuple(words)


def _since(claim: Claim) -> str:
    return f", since {claim.since:%Y-%m-%d %H:%M} UTC"
