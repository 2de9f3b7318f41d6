"""Whether it is this machine's network that fails, rather than each of many sources; and whether it is back.

Never takes the silence of a few for that of all: what answered since the first one failed speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watcher.core.telling.messages import NoticeMessage

_LEAST: Final = 5
_LEAST_HOSTS: Final = 2
_SHARE: Final = 0.8
_BACK: Final = 0.5
"""Share of failing sources at which an outage is over; lower than where it began, so that it does not flicker."""
_SLACK: Final = 1.25
"""A poll comes up to a tenth of its interval late, and waits for its turn."""
_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a source was reached last. `failing` is since when it fails for network reasons, None if it does not."""

    source: str
    host: str
    checked: datetime
    failing: datetime | None
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which nearly all sources fail for network reasons, told as one. `returned`: the first came back."""

    since: datetime
    told: datetime
    occasion: str
    returned: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the network is down, since when, which sources fail, and why it is thought so."""

    down: bool
    since: datetime | None
    failing: tuple[str, ...]
    reason: str


def judged(reaches: Iterable[Reach], outage: Outage | None) -> Verdict:
    """What the sources say of the network. `outage` is the one that was told of and is not over.

    Only sources that were polled since it began say anything: within its own interval each of them is. Hosts are held
    against each other too: however many sources lie at one of them, that it fails says nothing of the network.
    """
    known = list(reaches)
    starts = sorted(each.failing for each in known if each.failing is not None)
    if outage is None and len(starts) < _LEAST:
        return Verdict(down=False, since=None, failing=(), reason=f"{len(starts)} fail, fewer than {_LEAST}")
    # a few that have failed for long must not set the beginning back
    since = outage.since if outage is not None else starts[len(starts) // 5]
    failing = [each for each in known if _belongs(each, since, begun=outage is not None)]
    answered = [each for each in known if each.failing is None and each.checked >= since]
    polled = len(failing) + len(answered)
    share = min(_share(len(failing), polled), _share_of_hosts(failing, answered))
    down = share > _BACK if outage is not None else len(failing) >= _LEAST and share >= _SHARE
    reason = f"{len(failing)} of {polled} polled since {since:%H:%M} UTC fail for network reasons"
    return Verdict(down=down, since=since, failing=tuple(each.source for each in failing), reason=reason)


def _share_of_hosts(failing: Iterable[Reach], answered: Iterable[Reach]) -> float:
    """Share of the hosts that fail; 0 for a single one, which may fail by itself."""
    reached = {each.host for each in answered}
    missed = {each.host for each in failing} - reached
    return _share(len(missed), len(missed) + len(reached)) if len(missed) >= _LEAST_HOSTS else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _belongs(reach: Reach, since: datetime, *, begun: bool) -> bool:
    """Whether a source began to fail with the others, or at any time after the outage was told."""
    if reach.failing is None or reach.failing < since - reach.every:
        return False
    return begun or reach.failing <= since + reach.every * _SLACK


def down_notice(verdict: Verdict, now: datetime) -> NoticeMessage:
    """Word that nearly nothing can be reached, in place of one for each source."""
    assert verdict.since is not None, "a verdict of down has a beginning"
    return NoticeMessage(
        kind="network-down",
        subject="network",
        title=f"{len(verdict.failing)} sources fail since {_minute(verdict.since)}: the network seems to be down here",
        lines=(
            f"{verdict.reason[0].upper()}{verdict.reason[1:]}.",
            "Look at this machine's line, DNS and clock. All are tried again as soon as one of them answers.",
            "Until then no further source is told of that fails so.",
            *_listed(verdict.failing),
        ),
        at=now,
    )


def back_notice(outage: Outage, verdict: Verdict, lasted: str, now: datetime) -> NoticeMessage:
    """Word that most can be reached again."""
    still = ("Still failing; each is told of if that lasts:", *_listed(verdict.failing)) if verdict.failing else ()
    return NoticeMessage(
        kind="network-back",
        subject="network",
        title=f"the network seems to be back after {lasted}",
        lines=(f"It had seemed down since {_minute(outage.since)}.", *still),
        at=now,
    )


def _listed(sources: tuple[str, ...]) -> tuple[str, ...]:
    more = len(sources) - _NAMED
    return (", ".join(sorted(sources)[:_NAMED]) + (f" and {more} more" if more > 0 else ""),)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
