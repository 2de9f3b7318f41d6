"""`watcher drill`: a marked test alert the whole way, and what every channel answered; it raises no alert."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.app.daemon import utc_now
from watcher.app.drilling import Put, deliver_all, end, looked_up, own_delivering, put, settled
from watcher.app.forecasts import Forecast, Told, all_on, forecasts
from watcher.app.loading import Loaded
from watcher.app.lock import AlreadyRunning, only_one
from watcher.commands.imagining import imagined, like_arguments
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, say
from watcher.core.errors import WatcherError
from watcher.core.model import Severity
from watcher.core.telling.routes import Way
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.render.renderer import Renderer
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.evidence import Delivered

USAGE = 2
_REACHING = frozenset({"told", "waiting", "quiet", "muted", "in_digest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What was asked for: the routes it goes by, and what would become of a real alert on each of them."""

    routes: tuple[Way, ...]
    severity: Severity
    wait_s: float
    foreseen: tuple[Forecast, ...]
    everybody: Mapping[str, tuple[Told, ...]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which way."""
    parser.add_argument(
        "route", metavar="ROUTE", nargs="?", help="this route (default: every one that a real alert would go by)"
    )
    like_arguments(parser, "what the alert is like, by which routes are chosen", Severity.URGENT)
    parser.add_argument(
        "--wait", metavar="SECONDS", type=float, default=30.0, help="how long to wait for a running watcher (30)"
    )
    parser.epilog = (
        "Its message says TEST. It goes through routes, outbox and channels at once, whatever is mute, quiet or waits; "
        "no alert is raised, and what was not sent in time is withdrawn. "
        "Exit code 0 only if everybody who is told at once was reached. "
        "`watcher send-test CHANNEL` tries one channel without routes and outbox."
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it, and say what came back."""
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    now = utc_now()
    try:
        drill = _asked(found, arguments, now)
    except ValueError as error:
        say(f"drill: {error}")
        return USAGE
    if not drill.routes:
        say(f"drill: no route takes an alert that is {drill.severity} and like that; name a ROUTE. See: watcher route")
        return FINDINGS
    if not found.config.store.path.is_file():
        say("drill: there is no database yet; `watcher run` or `watcher once` makes it")
        return FINDINGS
    try:
        return asyncio.run(_run(found, drill, now))
    except WatcherError as error:
        say(f"drill: {error}")
        return FINDINGS


def _asked(found: Loaded, arguments: argparse.Namespace, now: datetime) -> Drill:
    """The drill that the arguments mean. Raises ValueError for a route that is not there."""
    runtime = found.runtime
    if arguments.route is not None and arguments.route not in runtime.routes:
        hint = did_you_mean(arguments.route, runtime.routes) or f"; known: {', '.join(runtime.routes) or 'none'}"
        raise ValueError(f'unknown route "{arguments.route}"{hint}')
    rule, view = imagined(found, arguments, Severity.URGENT, now)
    foreseen = forecasts(runtime, rule, view, now)
    taking = [each.way for each in foreseen if each.kind == "route" and each.reason in _REACHING]
    names = taking if arguments.route is None else [arguments.route]
    return Drill(
        routes=tuple(runtime.routes[name] for name in names),
        severity=view.severity,
        wait_s=max(0.0, arguments.wait),
        foreseen=tuple(each for each in foreseen if each.kind == "route" and each.way in names),
        everybody={name: all_on(runtime, rule, view, runtime.routes[name], now) for name in names},
    )


async def _run(found: Loaded, drill: Drill, now: datetime) -> int:
    config = found.config
    store = await SqliteStore.open(config.store.path, migrating=False)
    made: tuple[Put, ...] = ()

    async def look() -> Sequence[Delivered]:
        return await asyncio.to_thread(looked_up, config, made)

    try:
        try:
            with only_one(config.store.path):
                print("no watcher runs on this database: this command delivers by itself")
                made = await put(store, found.runtime, drill.routes, drill.severity, now, ours=True)
                renderer = Renderer(found.templates, config.templates)
                async with own_delivering(store, renderer, utc_now) as with_:
                    await deliver_all(with_, found.runtime, made)
        except AlreadyRunning as running:
            print(f"{one_line(str(running))}; it delivers")
            made = await put(store, found.runtime, drill.routes, drill.severity, now, ours=False)
        results = await settled(look, drill.wait_s)
        for line in _words(found, drill, made, results):
            print(line)
    finally:
        try:  # also when it is broken off while a channel hangs: no test arrives later
            await end(store, await look(), utc_now())
        finally:
            await store.close()
    asked = sum(len(each.ways) for each in made)
    return 0 if len(results) == asked and all(each.state == "sent" for each in results) else FINDINGS


def _words(found: Loaded, drill: Drill, made: Sequence[Put], results: Sequence[Delivered]) -> list[str]:
    """For each route how a real alert would fare, then everybody and the answer."""
    lines = []
    foreseen = {each.way: each for each in drill.foreseen}
    for each in made:
        would = foreseen[each.route]
        real = "" if would.reason == "told" else f" (a real one now: {would.reason}, {would.detail})"
        lines.append(one_line(f"route {each.route}, {each.occasion}{real}"))
        lines += [f"  {_result(one, each, found)}" for one in results if one.occasion == each.occasion]
        reached = set(each.ways)
        others = [told for told in drill.everybody[each.route] if (told.channel, told.address) not in reached]
        lines += [f"  - {_place(told)}: no part of the drill: {told.when}" for told in others]
        if not each.ways:
            lines.append("  nobody on it is told at once")
    return lines


def _place(told: Told) -> str:
    """A channel, the address on it, and whose it is."""
    to = f" to {told.address}" if told.address else ""
    return one_line(f"{told.channel}{to} ({told.name})" if told.name else f"{told.channel}{to}")


def _result(one: Delivered, put_in: Put, found: Loaded) -> str:
    to = f" to {one.recipient}" if one.recipient else ""
    reader = found.runtime.reader(one.channel, one.recipient)
    who = f" ({reader.name})" if reader is not None else ""
    answer = f" (answer: {one.answer})" if one.answer and one.answer not in one.reason else ""
    if one.state == "sent" and one.finished is not None:
        took_s = max(0.0, (one.finished - put_in.at).total_seconds())
        return one_line(f"{one.channel}{to}{who}: sent in {took_s:.1f} s: {one.reason}{answer}")
    if not one.attempts:
        return one_line(f"{one.channel}{to}{who}: not tried in time; withdrawn. The channel: watcher status")
    fate = "withdrawn" if one.state == "due" else one.state
    return one_line(f"{one.channel}{to}{who}: not sent ({fate}): {one.reason}{answer}")
