"""How sources are, after each poll: what is wrong is stored, told once, and told again when it is over.

Runs in the turns that put polls down, decides nothing: troubles are found and judged by the core.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from watcher.core.errors import FetchError, ParseError, WatcherError
from watcher.core.ledger import PollMark, SourceRecord
from watcher.core.model import Draft, Severity, Trust
from watcher.core.queries import AlertView
from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import Occasion, notice_occasion
from watcher.core.telling.routes import Way
from watcher.core.watching.episodes import Episode, HealthEvent, Step, Track, Trouble, happened, step
from watcher.core.watching.listings import Looks, is_other, judged, usual
from watcher.core.watching.silence import REMEMBERED_S, begun, is_silent, noted
from watcher.core.watching.words import lasting, notice
from watcher.parse.wire import Unchanged
from watcher.pipeline.judging.health_rules import HealthTold, judge_health
from watcher.pipeline.runtime import Runtime, WatchedSource
from watcher.pipeline.sending.outages import Unreachable, settle_unreachable
from watcher.pipeline.telling.changes import encode, operator_way, ways
from watcher.pipeline.telling.notices import Held, listed_lines
from watcher.stores.base import Turn

_OVERLAP = timedelta(hours=1)
_HISTORY = timedelta(seconds=REMEMBERED_S)


def trouble_of(source: WatchedSource, error: WatcherError) -> str:
    """What a failed poll is a sign of: one of the kinds of `core.watching.episodes`."""
    if isinstance(error, FetchError | ParseError) and error.came:
        return error.came
    # A feed is written by a program: what can't be read there is a fault, not another layout.
    return "layout" if isinstance(error, ParseError) and source.source.kind != "feed" else "broken"


def looked(
    turn: Turn, source: str, *, listed: int | None, title: str, times: Sequence[datetime], now: datetime
) -> None:
    """Note how a document looked that was taken in.

    Args: listed: how many entries it lists; None where that says nothing. times: of those that are new.
    """
    looks = turn.health.looks([source]).get(source)
    if looks is None or looks.pauses is None:
        known = turn.health.times(source, now - _HISTORY)
        pauses = begun(known, now.timestamp()) if known else None
        looks = replace(looks or Looks(), pauses=pauses)
    else:
        looks = replace(looks, pauses=noted(looks.pauses, (each.timestamp() for each in times), now.timestamp()))
    turn.health.save_looks(source, looks.seen(listed, title))


def missing_since(
    turn: Turn, source: WatchedSource, record: SourceRecord, drafts: Sequence[Draft], unchanged: Sequence[Unchanged]
) -> datetime | None:
    """Since when entries may be missing that a document no longer lists; None where none are.

    That is so if nothing in it is known, or if a first sight that is told from a day on does not go back to that. The
    hour before the newest known entry is asked for too, so that what comes shares something with what was known.
    """
    if unchanged or not drafts or record.state.cursor:
        return None
    if record.imported is None:
        oldest = min((draft.published for draft in drafts if draft.published is not None), default=None)
        wanted = source.since if isinstance(source.since, datetime) else None
        return wanted if wanted is not None and oldest is not None and oldest > wanted else None
    looks = turn.health.looks([source.id]).get(source.id)
    if looks is None or looks.pauses is None:
        return None
    keys = {key for draft in drafts for key in draft.keys}
    if turn.articles.known(source.id, keys, record.imported):
        return None
    return datetime.fromtimestamp(looks.pauses.newest, UTC) - _OVERLAP


def is_replaced(turn: Turn, source: str, title: str) -> bool:
    """Whether a document of which nothing is known is another publication's: it calls itself otherwise, too."""
    looks = turn.health.looks([source]).get(source)
    return looks is not None and is_other(looks.title, title) and bool(turn.articles.known_entries(source))


def replaced_told(
    turn: Turn, runtime: Runtime, source: str, title: str, matches: Sequence[Held], now: datetime
) -> None:
    """Tell of another publication at a source's address, with what in it would have matched."""
    looks = turn.health.looks([source]).get(source)
    detail = f'It called itself "{looks.title if looks else ""}", now "{title}"; nothing that it lists was known.'
    _happens(turn, runtime, source, Trouble(kind="replaced", detail=detail, lines=listed_lines(source, matches)), now)


def gap_told(
    turn: Turn,
    runtime: Runtime,
    source: str,
    new: int,
    times: Sequence[datetime],
    last_ok: datetime | None,
    now: datetime,
) -> None:
    """Tell of a document that shares nothing with what was known, and what time may be missing."""
    before = f", the last good answer before came on {last_ok:%Y-%m-%d %H:%M} UTC" if last_ok is not None else ""
    oldest = f", the oldest of {min(times):%Y-%m-%d %H:%M} UTC" if times else ""
    detail = f"All {new} entries are new{oldest}{before}."
    _happens(turn, runtime, source, Trouble(kind="gap", detail=detail), now)


def _happens(turn: Turn, runtime: Runtime, source: str, trouble: Trouble, now: datetime) -> None:
    before = turn.health.episodes([source]).get((source, Track.GAP))
    _settle(turn, runtime, (source, Track.GAP), before, happened(source, before, trouble, now))


def watch(turn: Turn, runtime: Runtime, marks: Iterable[PollMark]) -> int:
    """Judge the health of every source that was polled, from its mark and what is stored; how many events were told."""
    telling = {mark.source: mark for mark in marks if mark.ok is not None and mark.source in runtime.sources}
    if not telling:
        return 0
    told = 0
    looks = turn.health.looks([name for name, mark in telling.items() if mark.ok])
    episodes = turn.health.episodes(telling)
    unreachable: list[Unreachable] = []
    answered: list[str] = []
    for name, mark in telling.items():
        found = _troubles(runtime.sources[name], mark, looks.get(name))
        for track, trouble in found.items():
            before = episodes.get((name, track))
            if trouble is None and (before is None or before.since is None):
                continue
            after, event = step(name, before, trouble, mark.checked, brought=mark.brought)
            if before is not None and before.network and (after is None or not after.network):
                answered.append(name)
            told += event is not None
            if event is not None and _is_of_network(before, after, event):
                _settle(turn, runtime, (name, track), before, (after, None))
                unreachable.append(Unreachable(event=event, told=before.told if before is not None else None))
            else:
                _settle(turn, runtime, (name, track), before, (after, event))
    if unreachable or answered or any(mark.ok for mark in telling.values()):  # else nothing can begin or end
        settle_unreachable(
            turn,
            runtime,
            unreachable,
            max(mark.checked for mark in telling.values()),
            answered=answered,
            single=partial(_tell, turn, runtime),
            common=partial(_tell_all, turn, runtime),
        )
    return told


def _is_of_network(before: Episode | None, after: Episode | None, event: HealthEvent) -> bool:
    """Whether what is to be told is that a source can't be reached, or can again."""
    of = before if event.over else after
    return of is not None and of.network


def _troubles(source: WatchedSource, mark: PollMark, looks: Looks | None) -> dict[Track, Trouble | None]:
    """What is wrong on each track that the poll says something of; one that failed says nothing of what is listed."""
    if not mark.ok:
        kind = "gone" if mark.gone else mark.trouble or "broken"
        return {Track.ANSWER: Trouble(kind=kind, detail=mark.error or "", network=mark.network)}
    if looks is None:
        return {Track.ANSWER: None}
    return {
        Track.ANSWER: None,
        Track.LISTING: _of_listing(looks),
        Track.SILENCE: _of_silence(source, looks, mark.checked),
    }


def _of_listing(looks: Looks) -> Trouble | None:
    kind = judged(looks)
    if kind is None:
        return None
    return Trouble(kind=kind, detail=f"It lists {looks.listed}; usual are {usual(looks.counts)}.")


def _of_silence(source: WatchedSource, looks: Looks, now: datetime) -> Trouble | None:
    if looks.pauses is None or source.silent_after == "never":
        return None
    since = is_silent(looks.pauses, now.timestamp(), after=source.silent_after)
    if since is None:
        return None
    last = datetime.fromtimestamp(since, UTC)
    detail = f"Nothing new for {lasting(now - last)}, longer than it ever takes; it was polled in vain."
    return Trouble(kind="silent", detail=detail, since=last)


def _settle(turn: Turn, runtime: Runtime, key: tuple[str, Track], before: Episode | None, after: Step) -> None:
    episode, event = after
    if episode != before:
        turn.health.put({key: episode})
    if event is not None:
        _tell(turn, runtime, event)


def _tell(turn: Turn, runtime: Runtime, event: HealthEvent) -> None:
    """Tell the routes that ask for sources' health, or the operator where none of them takes this."""
    message = notice(event)
    view = _view(runtime.sources[event.source], event.severity, event.at, over=event.over)
    by_rules = judge_health(turn, runtime, event, message)
    turn.health.happened(event, message.title, _put_out(turn, runtime, message, view, by_rules))


def _tell_all(turn: Turn, runtime: Runtime, message: NoticeMessage) -> str:
    """Tell in one notice what concerns all sources; returns its occasion."""
    return _put_out(turn, runtime, message, _view(None, Severity.WARNING, message.at, over=False))


def _put_out(
    turn: Turn, runtime: Runtime, message: NoticeMessage, view: AlertView, by_rules: HealthTold | None = None
) -> str:
    """Put a notice out, but not to channels that a rule's alert goes to; returns the occasion that tells of it."""
    channels = dict.fromkeys(name for way in _ways(runtime, view) for name in way.channels)
    if by_rules is not None and by_rules.occasion and by_rules.channels >= channels.keys():
        return by_rules.occasion
    channels = dict.fromkeys(name for name in channels if by_rules is None or name not in by_rules.channels)
    number = turn.outbox.next_number(notice_occasion(message.kind, message.subject, 0)[:-1])
    occasion = notice_occasion(message.kind, message.subject, number)
    turn.outbox.tell(
        Occasion(id=occasion, kind="notice", content=encode(message), at=message.at), ways(runtime, list(channels))
    )
    return occasion


def _view(source: WatchedSource | None, severity: Severity, at: datetime, *, over: bool) -> AlertView:
    return AlertView(
        rule="",
        severity=severity,
        source=source.id if source is not None else "",
        trust=source.trust if source is not None else Trust.UNKNOWN,
        event_type="source_health",
        state="closed" if over else "open",
        event_time=at,
    )


def _ways(runtime: Runtime, view: AlertView) -> list[Way]:
    asking = [way for way in runtime.routes.values() if way.health and way.takes(view)[0]]
    operator = operator_way(runtime)
    return asking or ([operator] if operator is not None else [])
