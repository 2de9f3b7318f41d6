"""`watcher send-test`: one marked test message over the real way out, once, and the real answer; no secret is shown."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from watcher.app.daemon import utc_now
from watcher.channels.base import Envelope
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, known_language, say
from watcher.config import ChannelConfig, Config, data_dir
from watcher.core.errors import RenderError, StoreError
from watcher.core.model import OccasionId, Outcome
from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import Attempt, Mark, Occasion, delivery_id
from watcher.core.telling.recipients import MARK, reader_at, told_in
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.deliver import Transport, Transports, attempt
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.pipeline.telling.changes import encode
from watcher.render.renderer import Renderer
from watcher.stores.base import Turn
from watcher.stores.sqlite import SqliteStore

USAGE = 2
_HINTS = {
    "retry": "a real message would be tried again by itself",
    "slow": "a real message would be tried again once an hour, then once a day",
    "pause": "real messages on this channel would wait for you to mend its settings",
    "gone": "the receiver says that this address is closed: give the channel another one",
    "dead": "a real message would be given up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One try at one recipient of one channel."""

    channel: str
    recipient: str
    started: datetime
    finished: datetime
    took_s: float
    outcome: Outcome
    text: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which channel."""
    parser.add_argument("channel", metavar="CHANNEL", help="the channel to try, with all its recipients")
    parser.add_argument("--route", action="store_true", help="CHANNEL is a route: try all its channels")
    parser.add_argument("--language", metavar="CODE", help="word it in that language: de, ja; else as each is told")
    parser.epilog = "Exit code 0 only if every recipient was sent to. The test is kept in the history if there is one."


def run(arguments: argparse.Namespace) -> int:
    """Send it and say what came back."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    ways = _ways(config, arguments.channel, route=arguments.route)
    if ways is None:
        return USAGE
    if not known_language(arguments.language, config.templates):
        return USAGE
    return asyncio.run(_run(config, ways, arguments.language))


def _ways(config: Config, name: str, *, route: bool) -> Mapping[str, tuple[str, ...]] | None:
    """The channels meant, with everybody on them; None, with a word to the user, if there are none of that name."""
    known = list(config.routes if route else config.channels)
    if name not in known:
        noun = "route" if route else "channel"
        hint = did_you_mean(name, known) or f"; known: {', '.join(known) or 'none'}"
        also = "; it is a route: add --route" if not route and name in config.routes else ""
        say(f'send-test: unknown {noun} "{name}"{also or hint}')
        return None
    found: dict[str, dict[str, None]] = {}
    for each in config.routes[name].channels if route else (name,):
        reader = config.recipients.get(each.removeprefix(MARK)) if each.startswith(MARK) else None
        own = () if reader is not None else config.channels[each].channel.recipients()
        for channel, address in reader.ways if reader is not None else ((each, one) for one in own):
            found.setdefault(channel, {})[address] = None
    if not route:
        named = (way for reader in config.recipients.values() for way in reader.ways if way[0] == name)
        found.setdefault(name, {}).update(dict.fromkeys(address for _, address in named))
    return {channel: tuple(addresses) for channel, addresses in found.items()}


async def _run(config: Config, ways: Mapping[str, Sequence[str]], language: str | None) -> int:
    renderer = Renderer(data_dir() / "templates", config.templates)
    guard = Guard(ThreadResolver())
    good = True
    async with AsyncExitStack() as stack:
        transport = Transports(await stack.enter_async_context(Http(guard)), guard)
        for name, addresses in ways.items():
            message, occasion = _message(name, utc_now())
            try:
                sent = await _send(
                    config, config.channels[name], addresses, message, occasion, renderer, transport, language
                )
            except RenderError as error:
                say(f"send-test {name}: {error}")
                good = False
                continue
            for each in sent:
                print(_words(each))
            await _keep(config, occasion, message, sent)
            good = good and all(each.outcome.result == "sent" for each in sent)
    return 0 if good else FINDINGS


def _message(channel: str, now: datetime) -> tuple[NoticeMessage, OccasionId]:
    message = NoticeMessage(
        kind="test",
        subject=channel,
        title=f"this is a test of channel {channel}",
        lines=(
            "Somebody sent it by hand with `watcher send-test`. Nothing has happened, and there is nothing to do.",
            "If you can read this, the channel works.",
        ),
        at=now,
    )
    return message, OccasionId(f"test:{channel}-{now:%Y%m%dT%H%M%S%f}")


async def _send(
    config: Config,
    channel: ChannelConfig,
    addresses: Sequence[str],
    message: NoticeMessage,
    occasion: OccasionId,
    renderer: Renderer,
    transport: Transport,
    language: str | None = None,
) -> tuple[Sent, ...]:
    """One attempt for each recipient. Raises RenderError if the message can't be worded."""
    public_url = config.listen.public_url if config.listen is not None else None
    render = partial(renderer.render, message, public_url=public_url, channel=channel.id)
    sent = []
    for recipient in addresses:
        reader = reader_at(config.recipients.values(), channel.id, recipient)
        zone = _zone(config) if reader is None else reader.zone
        tongue = language or told_in(reader, channel.language, config.language)
        rendered = await asyncio.to_thread(render, recipient=recipient, zone=zone, language=tongue)
        if rendered.fallback:
            say(f"warning: the built-in words served: {one_line(rendered.fallback)}")
        started, start = utc_now(), time.monotonic()
        outcome = await attempt(
            channel.channel,
            rendered,
            Envelope(
                delivery=delivery_id(occasion, channel.id, recipient),
                occasion=occasion,
                recipient=recipient,
                thread=None,
                now=started,
                public_url=public_url,
                zone=zone,
            ),
            transport=transport,
            policy=channel.network,
            on_part=_nothing,
        )
        sent.append(
            Sent(
                channel=channel.id,
                recipient=recipient,
                started=started,
                finished=utc_now(),
                took_s=time.monotonic() - start,
                outcome=outcome,
                text=rendered.text,
            )
        )
    return tuple(sent)


def _zone(config: Config) -> str:
    """The time zone that notices are written in, as in the daemon: the first digest's readers', else UTC."""
    return next((digest.zone for digest in config.digests.values()), "UTC")


async def _nothing(_parts: int, _bodies: tuple[bytes, ...], _split: str) -> None:
    """A test is not taken up again, so nobody needs to know how far it came."""


def _words(sent: Sent) -> str:
    outcome = sent.outcome
    to = f" to {one_line(sent.recipient)}" if sent.recipient else ""
    answer = f" (answer: {one_line(outcome.answer)})" if outcome.answer and outcome.answer not in outcome.reason else ""
    hint = f"; {_HINTS[outcome.result]}" if outcome.result in _HINTS else ""
    result = "sent" if outcome.result == "sent" else f"not sent ({outcome.result})"
    return f"{sent.channel}{to}: {result} in {sent.took_s:.1f} s: {one_line(outcome.reason)}{answer}{hint}"


async def _keep(config: Config, occasion: OccasionId, message: NoticeMessage, sent: Sequence[Sent]) -> None:
    """Write the test down beside what was really told, finished either way, so that no daemon takes it up."""
    if not config.store.path.exists():
        print("not kept: there is no database yet")
        return
    try:
        store = await SqliteStore.open(config.store.path, migrating=False)
    except StoreError as error:
        say(f"warning: not kept: {error}")
        return
    try:
        await store.write(lambda turn: _write(turn, occasion, message, sent))
        states = await store.read(lambda turn: turn.outbox.channel_states())
    except StoreError as error:
        say(f"warning: not kept: {error}")
        return
    finally:
        await store.close()
    print(f"kept as {occasion}")
    for name in sorted({each.channel for each in sent} & states.keys()):
        print(
            f"{name} is {states[name].state}: {one_line(states[name].reason)}; resume: watcher deliveries resume {name}"
        )


def _write(turn: Turn, occasion: OccasionId, message: NoticeMessage, sent: Sequence[Sent]) -> None:
    ways = [(each.channel, each.recipient) for each in sent]
    turn.outbox.tell(Occasion(id=occasion, kind="test", content=encode(message), at=message.at), ways)
    for each in sent:
        delivery = delivery_id(occasion, each.channel, each.recipient)
        outcome = each.outcome
        tried = Attempt(
            delivery=delivery,
            number=1,
            started=each.started,
            finished=each.finished,
            result=outcome.result,
            reason=outcome.reason,
            answer=outcome.answer,
        )
        state = "sent" if outcome.result == "sent" else "dead"
        turn.outbox.mark(
            tried, Mark(delivery=delivery, state=state, due=each.finished, reason=outcome.reason, rendered=each.text)
        )
