"""`watcher status`: sources, channels, outbox, digests and the database, and what needs a person."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from watcher.app.daemon import utc_now
from watcher.app.paces import pace_words
from watcher.app.stranded import words
from watcher.commands.opening import CONFIGURATION, FINDINGS, readable, say
from watcher.commands.outage_words import alone_lines, outage_json, outage_lines, outage_needs
from watcher.commands.queue_words import next_words, queue_json, rate_words
from watcher.config import Config
from watcher.core.errors import StoreError
from watcher.core.schedules import next_due
from watcher.core.text.escapes import one_line
from watcher.core.watching.words import TITLES
from watcher.render.moments import count
from watcher.stores.queues import Queue
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.alert_lists import handled
from watcher.stores.sqlite.paces import Pace, paces
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.status import ChannelStatus, DigestStatus, HeldStatus, SourceStatus, Status, status
from watcher.stores.sqlite.stranded import Stranded, stranded

_SILENT = timedelta(days=1)
_GAP_SHOWN = timedelta(days=7)
_MISTAKES = (
    "the configuration has mistakes: a daemon that runs keeps to what it read before, and does not start anew; "
    "see: watcher check"
)
_FAILURES = 5
"""A source that fails so often in a row and for a day is no passing trouble."""
_HANDLED = ("acknowledged", "snoozed")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument("--json", action="store_true", help="everything as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print how everything stands; 1 if something needs a person."""
    opened = readable(arguments)
    if opened is None:
        return CONFIGURATION
    config, whole = opened
    now = utc_now()
    try:
        with reading(config.store.path) as db:
            found = replace(status(db), handled=handled(db, now))
            lost = stranded(db, channels=config.channels, digests=config.issued) if whole else []
            learned = paces(db)
            queues = {each.channel: each for each in SqliteTurn(db).queues.queues()}
    except StoreError as error:
        say(str(error))
        return FINDINGS
    needs = _needs(config, found, lost, now, whole=whole)
    if arguments.json:
        print(json.dumps(_as_json(config, found, needs, learned, queues, now), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(config, found, needs, learned, queues, now, whole=whole)))
    return FINDINGS if needs else 0


def _needs(config: Config, found: Status, lost: list[Stranded], now: datetime, *, whole: bool) -> list[str]:
    """What will not heal by itself, with what to do; if the configuration is not `whole`, of all that is stored."""
    needs = [*([] if whole else [_MISTAKES]), *_short_of_room(config), *_none_answers(config, found)]
    for source in found.sources:
        configured_as = config.sources.get(_id(config, source.source))
        if whole and (configured_as is None or not configured_as.enabled):
            continue
        if source.gone is not None:
            needs.append(f"source {source.source}: the server says it is gone (410); change or remove its url")
        elif "operator.contact" in (source.last_error or ""):
            needs.append(f"source {source.source}: {one_line(source.last_error or '')}")
        elif source.failures >= _FAILURES and (source.last_ok is None or now - source.last_ok >= _SILENT):
            since = f"since {_minute(source.last_ok)}" if source.last_ok else "so far"
            needs.append(f"source {source.source}: no good answer {since}: {one_line(source.last_error or 'unknown')}")
        elif not source.failures and source.last_error:
            needs.append(f"source {source.source}: {one_line(source.last_error)}; mend them, or take them away")
        needs += [
            f"source {source.source}: {TITLES[each.kind]}, since {_minute(each.since)}: {one_line(each.detail)}"
            for each in source.troubles
            if each.kind not in ("broken", "gone")
        ]
    needs += [need for channel in found.channels for need in _channel_needs(channel)]
    needs += outage_needs(found.recipients)
    return [*needs, *(f"{words(each)}; {each.move}, or: {each.drop}" for each in lost)]


def _channel_needs(channel: ChannelStatus) -> list[str]:
    """What a channel will not get over by itself."""
    name, needs = channel.channel, []
    if channel.state != "open":
        since = f"{channel.state} since {_minute(channel.since)}: {one_line(channel.reason)}"
        needs.append(f"channel {name}: {since}; mend it, then: watcher deliveries resume {name}")
    elif channel.failing is not None:
        since = f"no message was taken since {_minute(channel.failing)}"
        needs.append(
            f"channel {name}: {since}; see: watcher deliveries --due --channel {name}; to try at once: "
            f"watcher deliveries resume {name}"
        )
    if channel.dead:
        were = "was" if channel.dead == 1 else "were"
        needs.append(
            f"channel {name}: {count(channel.dead, 'delivery')} {were} given up; see: watcher deliveries --dead"
        )
    return needs


def _short_of_room(config: Config) -> list[str]:
    """The disk is nearly full: alerts go on, texts are not kept."""
    path, floor = config.store.path, config.store.free_disk_floor_bytes
    free = shutil.disk_usage(path.parent).free
    if free >= floor:
        return []
    room = f"{free / 2**20:,.0f} MiB free, below the floor of {floor / 2**20:,.0f} MiB"
    return [f"disk of {path}: {room}: texts of articles are not stored, alerts go on; free space"]


def _none_answers(config: Config, found: Status) -> list[str]:
    """Said at once when all of two or more sources fail: it is not they who are at fault."""
    stored = {each.source: each for each in found.sources}
    enabled = [stored.get(_id(config, id_)) for id_, source in config.sources.items() if source.enabled]
    failing = [each for each in enabled if each is not None and each.failures and each.gone is None]
    if len(failing) < max(2, len(enabled)):
        return []
    return [
        f"none of the {len(failing)} sources answers; is this machine online? {one_line(failing[0].last_error or '')}"
    ]


def _id(config: Config, source: str) -> Any:
    """The configured id equal to the stored one."""
    return next((id_ for id_ in config.sources if id_ == source), source)


def _lines(
    config: Config,
    found: Status,
    needs: list[str],
    learned: Mapping[str, Pace],
    queues: Mapping[str, Queue],
    now: datetime,
    *,
    whole: bool,
) -> list[str]:
    lines = ["sources"]
    stored = {each.source: each for each in found.sources}
    for id_, source in config.sources.items():
        off = "" if source.enabled else "  (disabled)"
        pace = pace_words(config, source, learned, now)
        lines.append(f"  {id_}  {_source_words(stored.get(id_), now)}{f'; {pace}' if pace else ''}{off}")
    others = [name for name in stored if name not in config.sources]
    if not whole:
        lines += [f"  {name}  {_source_words(stored[name], now)}" for name in others]
    elif others:
        lines.append(f"  and {len(others)} that are not configured any more: {', '.join(others)}")
    lines.append("channels")
    channels = {each.channel: each for each in found.channels}
    for name in sorted({*config.channels, *channels}):
        due_words = next_words(queues.get(name), now)
        lines.append(f"  {name}  {_channel_words(channels.get(name))}{due_words}{_rate(config, name)}")
        lines += [*outage_lines(found.recipients, name), *alone_lines(found.alone, name, now)]
    if config.issued:
        lines.append("digests")
    digests = {each.digest: each for each in found.digests}
    for name, due in config.issued.items():
        lines.append(f"  {name}  {_digest_words(digests.get(name))}, next due {_minute(next_due(due, now))}")
    if found.held:
        lines.append("held")
    lines += [
        f"  {each.route}  {count(each.alerts, 'alert')} of {each.group} until {_minute(each.until)} ({each.phase})"
        for each in found.held
    ]
    lines.append("database")
    counts = ", ".join(f"{rows:,} {table}" for table, rows in found.counts)
    lines.append(f"  {config.store.path}  {found.bytes / 2**20:,.1f} MiB, schema {found.schema}")
    lines.append(f"  {counts}; {_open_alerts(found)}")
    if needs:
        lines.append("needs a person")
        lines += [f"  {each}" for each in needs]
    else:
        lines.append("nothing needs a person")
    return lines


def _source_words(source: SourceStatus | None, now: datetime) -> str:
    if source is None:
        return "not polled yet"
    ok = f"last ok {_minute(source.last_ok)}" if source.last_ok else "no good answer yet"
    if source.gone is not None:
        return f"{ok}, gone since {_minute(source.gone)}"
    due = "due now" if source.next_due <= now else f"next due {_minute(source.next_due)}"
    return f"{ok}, {due}{failure_words(source)}{trouble_words(source)}{_page_words(source)}{_gap_words(source, now)}"


def _pace_of(config: Config, name: str, learned: Mapping[str, Pace], now: datetime) -> str | None:
    source = config.sources.get(_id(config, name))
    return None if source is None else pace_words(config, source, learned, now) or None


def failure_words(source: SourceStatus) -> str:
    """What the last poll could not read or reach; nothing if all was well."""
    said = one_line(source.last_error or "")
    if source.failures:
        return f", {count(source.failures, 'failure')} in a row: {said}"
    return f"; {said}" if said else ""


def trouble_words(source: SourceStatus) -> str:
    """What was told of the source's health and is not over."""
    return "".join(f"; {TITLES[each.kind]}, since {_minute(each.since)}" for each in source.troubles)


def _page_words(source: SourceStatus) -> str:
    """Word of articles that lack the text of their page."""
    waiting = f"; {count(source.awaiting, 'article')} awaiting the text of the page" if source.awaiting else ""
    return f"{waiting}; {count(source.without_page, 'page')} never came" if source.without_page else waiting


def _gap_words(source: SourceStatus, now: datetime) -> str:
    """Word of entries that may have come and gone between two polls of these days."""
    if source.last_gap is None or now - source.last_gap > _GAP_SHOWN:
        return ""
    return (
        f"; on {_minute(source.last_gap)} it listed nothing that was known: entries between may be lost, "
        "poll it more often"
    )


def _channel_words(channel: ChannelStatus | None) -> str:
    if channel is None:
        return "open, nothing sent yet"
    state = channel.state if channel.state == "open" else f"{channel.state} since {_minute(channel.since)}"
    sent = f"{channel.sent} sent" + (f", last {_minute(channel.last_sent)}" if channel.last_sent else "")
    oldest = f", oldest waiting since {_minute(channel.oldest_waiting)}" if channel.oldest_waiting else ""
    return f"{state}, {sent}, {channel.due} due, {channel.leased} leased, {channel.dead} dead{oldest}"


def _rate(config: Config, name: str) -> str:
    channel = config.channels.get(name)
    return "" if channel is None or channel.rate is None else f"; {rate_words(config, name)}"


def _digest_words(digest: DigestStatus | None) -> str:
    if digest is None:
        return "no issue yet, nothing waits"
    last = f"last issue {digest.last_period} at {_minute(digest.issued)}" if digest.last_period else "no issue yet"
    waits = f"{count(digest.waiting, 'change')} {'waits' if digest.waiting == 1 else 'wait'}" if digest.waiting else ""
    draft = f", draft of {digest.draft}: watcher digest {digest.digest} --draft" if digest.draft else ""
    return f"{last}, {waits or 'nothing waits'}{draft}"


def _open_alerts(found: Status) -> str:
    """How many alerts are open, and those that people took on apart, as `watcher alerts` lists them."""
    taken = {state: number for state in _HANDLED if (number := found.handled.get(state, 0))}
    said = "".join(f", {number:,} {state}" for state, number in taken.items())
    return f"{count(found.open_alerts - sum(taken.values()), 'alert')} open{said}"


def _as_json(
    config: Config,
    found: Status,
    needs: list[str],
    learned: Mapping[str, Pace],
    queues: Mapping[str, Queue],
    now: datetime,
) -> dict[str, object]:
    digests = {each.digest: each for each in found.digests}
    return {
        "needs": needs,
        "sources": [
            _fields(each)
            | {"configured": each.source in config.sources, "pace": _pace_of(config, each.source, learned, now)}
            for each in found.sources
        ],
        "channels": [
            _fields(each) | queue_json(config, each.channel, queues.get(each.channel), None) | {"state": each.state}
            for each in found.channels
        ],
        "recipients": [outage_json(each) for each in found.recipients],
        "left_alone": [
            {"channel": channel, "recipient": recipient, "until": until.isoformat()}
            for channel, recipient, until in found.alone
            if until > now
        ],
        "digests": [
            {
                "digest": name,
                "last_period": digests[name].last_period if name in digests else None,
                "issued": _iso(digests[name].issued) if name in digests else None,
                "waiting": digests[name].waiting if name in digests else 0,
                "draft": digests[name].draft if name in digests else None,
                "next_due": _iso(next_due(due, now)),
            }
            for name, due in config.issued.items()
        ],
        "held": [_fields(each) for each in found.held],
        "outbox": {
            "due": sum(each.due for each in found.channels),
            "leased": sum(each.leased for each in found.channels),
            "dead": sum(each.dead for each in found.channels),
            "oldest_waiting": _iso(min((e.oldest_waiting for e in found.channels if e.oldest_waiting), default=None)),
        },
        "database": {
            "path": str(config.store.path),
            "bytes": found.bytes,
            "schema": found.schema,
            "counts": dict(found.counts),
            "open_alerts": found.open_alerts,
            **{f"{state}_alerts": found.handled.get(state, 0) for state in _HANDLED},
        },
    }


def _fields(each: SourceStatus | ChannelStatus | HeldStatus) -> dict[str, object]:
    names = each.__dataclass_fields__
    values = {name: getattr(each, name) for name in names}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return [{"kind": each.kind, "since": _iso(each.since), "detail": each.detail} for each in value]
    return _iso(value) if isinstance(value, datetime) else value


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _minute(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
