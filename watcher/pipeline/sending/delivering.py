"""One delivery from its lease to its mark; what to do with an answer is decided by `core.retries`.

Every attempt and its outcome is stored right after the answer, in a transaction of its own.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.channels.base import Envelope
from watcher.core.errors import StoreError, WatcherError
from watcher.core.model import Outcome
from watcher.core.telling.links import NO_LINKS, Links
from watcher.core.telling.messages import AlertMessage, DigestMessage, Message, NoticeMessage, Rendered
from watcher.core.telling.outbox import Attempt, Delivery, Mark, delivery_id
from watcher.core.telling.recipients import Recipient
from watcher.core.telling.retries import counted_from, next_attempt
from watcher.deliver import OnPart, Transport, attempt
from watcher.pipeline.runtime import Clock, Hook, Runtime, WatchedChannel
from watcher.pipeline.sending.settling import Answered, heed, left_alone_until, settle
from watcher.pipeline.telling.backlogs import roll_up
from watcher.pipeline.telling.changes import decode, notify
from watcher.pipeline.telling.encoding import leads_to
from watcher.pipeline.telling.guarding import Guard
from watcher.pipeline.telling.linking import left_by, links_of, unwanted
from watcher.render.renderer import Renderer
from watcher.stores.base import Store, Turn

POISON_ATTEMPTS = 5
MOST_UNSETTLED = 5
"""So often may a delivery have gone out without its answer being stored; after that nobody is sent it again."""
STORE_REST = timedelta(seconds=30)
"""A delivery that the store refused to read lets others of its channel go first."""
WAKE_AFTER = timedelta(minutes=1)
"""A message that was just refused is not tried again because another one was taken: the fault may be its own."""
MARK_AGAIN_S = (0.1, 0.5, 2.0, 5.0, 10.0)
"""Pauses before an answer is written down again that the store refused: far shorter together than the lease, after
which the message would go out once more."""
LONGEST_GAP_S = 5.0
"""Parts of one message wait no longer for one another, however slow the channel: an attempt ends within its lease."""
_ANSWER_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """What deliveries work with.

    `fallbacks` are the template problems that the operator was told of, `working` the channels whose last attempt
    went well, `telling` the channels and recipients who are told right now. `pause` waits so many seconds.
    """

    store: Store
    transport: Transport
    renderer: Renderer
    clock: Clock
    hook: Hook
    fallbacks: set[str] = field(default_factory=set)
    working: set[str] = field(default_factory=set)
    telling: set[tuple[str, str]] = field(default_factory=set)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How one delivery's attempt ended. `hold` asks to leave the channel alone until then.

    `rolled_up` counts the deliveries that ended because they are now told together.
    """

    delivery: Delivery
    outcome: Outcome
    state: str
    hold: datetime | None
    rolled_up: int = 0


async def deliver(with_: Delivering, runtime: Runtime, channel: WatchedChannel, delivery: Delivery) -> Delivered:
    """Try one leased delivery and store what it came to."""
    started = with_.clock()
    rendered: Rendered | None = None
    if delivery.unsettled >= MOST_UNSETTLED:
        return await _mark(with_, runtime, channel, delivery, _unsettled(delivery), None, started)
    try:
        reader = runtime.reader(channel.id, delivery.recipient)
        message = for_reader(for_channel(decode(delivery.content), runtime, channel.id), reader)
        zone = reader.zone if reader is not None else _zone(runtime, message, channel.id)
        left, links = await _wanted(with_, runtime, delivery, message)
        if left is not None:
            return await _unsent(with_, delivery, left)
        # A user's own templates run in another process for up to two seconds: not on the loop.
        rendered = await asyncio.to_thread(
            with_.renderer.render,
            message,
            zone=zone,
            public_url=runtime.public_url,
            recipient=delivery.recipient,
            channel=channel.id,
            links=links,
            language=runtime.language_of(channel.id, delivery.recipient),
        )
        remote, alone = await _answered(with_, delivery)
        bodies, split = await _begun_with(with_, delivery)
        outcome = await attempt(
            channel.channel,
            rendered,
            Envelope(
                delivery=delivery.id,
                occasion=delivery.occasion,
                recipient=delivery.recipient,
                thread=_thread(delivery, channel.id),
                now=started,
                public_url=runtime.public_url,
                thread_remote=remote,
                thread_alone=alone,
                zone=zone,
                unsubscribe=links.unsubscribe or "",
            ),
            transport=with_.transport,
            policy=channel.network,
            on_part=_progress(with_, channel, delivery),
            between=lambda: with_.pause(_gap_s(channel, delivery.recipient)),
            parts_done=delivery.parts_done,
            bodies=bodies,
            split=split,
            address=channel.address,
            hook=with_.hook,
        )
    except StoreError:  # nothing was sent, and the message is not at fault
        await with_.store.write(lambda turn: turn.outbox.give_back(delivery.id, started + STORE_REST))
        raise
    except Exception as error:  # noqa: BLE001 - the per-delivery guard: a poison message is parked, the rest go on
        outcome = _poison(delivery, error)
    result = await _mark(with_, runtime, channel, delivery, outcome, rendered, started)
    with_.hook("after_mark")
    return result


async def _wanted(
    with_: Delivering, runtime: Runtime, delivery: Delivery, message: Message
) -> tuple[str | None, Links]:
    """Why its recipient does not want it, and what they may do about it."""
    if runtime.links_at is None and not delivery.recipient:
        return None, NO_LINKS  # nobody can have left, and there is nothing to look up

    now = with_.clock()

    def look(turn: Turn) -> tuple[str | None, Links]:
        left = unwanted(turn, runtime, delivery, message)
        return left, NO_LINKS if left is not None else links_of(turn, runtime, delivery, message, now)

    return await with_.store.read(look)


async def _unsent(with_: Delivering, delivery: Delivery, reason: str) -> Delivered:
    """End a delivery whose recipient left the list: a stored decision, not a failure."""
    now = with_.clock()
    await with_.store.write(lambda turn: turn.links.unsent(delivery.id, reason, now))
    outcome = Outcome(result="sent", reason=reason)
    return Delivered(delivery=delivery, outcome=outcome, state="closed", hold=None)


def for_channel(message: Message, runtime: Runtime, channel: str) -> Message:
    """The message as this channel's readers get it: of all routes it names those that lead here.

    One that leads here no more, because the configuration changed while the message waited, is named all the same.
    """
    if not isinstance(message, AlertMessage):
        return message
    names = message.route.split(", ")
    here = [
        name for name in names if name in runtime.routes and channel in leads_to(runtime, runtime.routes[name].channels)
    ]
    return replace(message, route=", ".join(here or names))


def for_reader(message: Message, reader: Recipient | None) -> Message:
    """The message as long as its recipient wants it."""
    if reader is None or reader.length is None or not isinstance(message, DigestMessage):
        return message
    return replace(message, length=reader.length)


def _thread(delivery: Delivery, channel: str) -> str | None:
    """The delivery that this one answers: the same recipient's of the occasion that it follows."""
    return delivery_id(delivery.thread, channel, delivery.recipient) if delivery.thread else None


async def _answered(with_: Delivering, delivery: Delivery) -> tuple[str, bool]:
    """What the receiver calls the message that first told of what this one is about, and whether it told no more.

    Nothing if this one follows no other.
    """
    if delivery.thread is None:
        return "", False
    place = delivery.channel, delivery.recipient, delivery.occasion
    return await with_.store.read(lambda turn: (turn.queues.remote(*place), turn.queues.alone(*place)))


def _gap_s(channel: WatchedChannel, recipient: str) -> float:
    """How long to wait between the parts of a message: the channel's gap, as far as an attempt's lease allows."""
    return 0.0 if channel.rate is None else min(channel.rate.gap_to(recipient).total_seconds(), LONGEST_GAP_S)


def _progress(with_: Delivering, channel: WatchedChannel, delivery: Delivery) -> OnPart:
    async def note(parts_done: int, bodies: tuple[bytes, ...], split: str) -> None:
        now = with_.clock()

        def work(turn: Turn) -> None:
            turn.outbox.progress(delivery.id, parts_done, bodies, split)
            if channel.rate is not None and parts_done > 1:
                key, gap = channel.rate.key(delivery.recipient), channel.rate.gap_to(delivery.recipient)
                turn.queues.paced(channel.id, key, now + gap)

        await with_.store.write(work)

    return note


async def _begun_with(with_: Delivering, delivery: Delivery) -> tuple[tuple[bytes, ...], str | None]:
    """What the parts said when the first of them was taken, and of which split they are: the rest follows as begun."""
    if not delivery.parts_done:
        return (), None
    return await with_.store.read(lambda turn: (turn.outbox.bodies(delivery.id), turn.outbox.split(delivery.id)))


def _poison(delivery: Delivery, error: Exception) -> Outcome:
    """A message that can't even be worded: tried again a few times (a template may be mended), then dead."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    text = str(error) if isinstance(error, WatcherError) else f"{type(error).__name__} in {where.name}"
    result = "dead" if delivery.faults + 1 >= POISON_ATTEMPTS else "retry"
    return Outcome(result=result, reason=f"the message could not be made: {text}")


def _unsettled(delivery: Delivery) -> Outcome:
    """The end of a message that went out again and again, perhaps, because nothing could be stored of it."""
    reason = f"begun {delivery.unsettled} times, and each time watcher ended or could not store the answer; it may"
    return Outcome(result="dead", reason=f"{reason} have arrived: look at the log, and ask the recipient")


def _whole(text: str) -> str:
    """The text without halves of a pair, so that any store takes it."""
    return text.encode("utf-8", "replace").decode()


async def _mark(
    with_: Delivering,
    runtime: Runtime,
    channel: WatchedChannel,
    delivery: Delivery,
    outcome: Outcome,
    rendered: Rendered | None,
    started: datetime,
) -> Delivered:
    now = with_.clock()
    number = delivery.attempts + 1
    # The message is out: nothing that follows may fail for a word in it.
    outcome = replace(
        outcome, reason=_whole(outcome.reason), answer=_whole(outcome.answer), remote=_whole(outcome.remote)
    )
    first = counted_from(delivery.first_attempt, delivery.due, started)
    verdict = next_attempt(
        outcome,
        channel_family=channel.family,
        attempt=number,
        first_attempt=first,
        now=now,
        delivery_id=delivery.id,
    )
    state, tried = verdict.state, _attempt(delivery, outcome, number, started, now)
    mark = Mark(
        delivery=delivery.id,
        state=state,
        due=verdict.at or now,
        reason=verdict.reason,
        rendered=_whole(rendered.text) if rendered is not None and state in {"sent", "dead"} else None,
        remote=outcome.remote,
        fault=rendered is None,
        first_attempt=first,
    )
    back = state == "sent" and channel.id not in with_.working
    hold = left_alone_until(outcome, verdict, channel.family)
    answered = Answered(
        delivery=delivery, outcome=outcome, verdict=verdict, number=number, own=rendered is None, now=now
    )

    def follow(turn: Turn) -> int:
        heed(turn, channel, delivery.recipient, hold, now, lifts_before=started if state == "sent" else None)
        if back:  # a mail server that said "later" meant that mail, and its recipient
            turn.outbox.wake(channel.id, now, tried_before=now - WAKE_AFTER, answered=channel.family == "chat")
        settle(turn, runtime, channel.id, answered)
        return _rolled_up(turn, runtime, channel, delivery.recipient, now) if state == "sent" else 0

    def work(turn: Turn) -> int:
        turn.outbox.mark(tried, mark)
        guard = Guard(turn=turn, runtime=runtime, now=now, what="what follows an attempt", event="delivery.unsettled")
        return guard.run(delivery.id, lambda: follow(turn), lambda _: None) or 0

    rolled_up = await _stored(with_, work)
    (with_.working.add if state == "sent" else with_.working.discard)(channel.id)
    if rendered is not None and rendered.fallback:
        await _tell_fallback(with_, runtime, rendered, now)
    # Of one chat's wish the store knows: the sender goes on with others.
    whole = None if channel.each_chat else hold
    return Delivered(delivery=delivery, outcome=outcome, state=state, hold=whole, rolled_up=rolled_up)


async def _stored(with_: Delivering, work: Callable[[Turn], int]) -> int:
    """Write an answer down; what the store refuses is tried again at once, since the message is out already."""
    for pause_s in MARK_AGAIN_S:
        try:
            return await with_.store.write(work)
        except StoreError:
            await with_.pause(pause_s)
    return await with_.store.write(work)


def _attempt(delivery: Delivery, outcome: Outcome, number: int, started: datetime, now: datetime) -> Attempt:
    """The try as it is written down."""
    return Attempt(
        delivery=delivery.id,
        number=number,
        started=started,
        finished=now,
        result=outcome.result,
        reason=outcome.reason,
        answer=outcome.answer[:_ANSWER_CHARS],
    )


async def _tell_fallback(with_: Delivering, runtime: Runtime, rendered: Rendered, now: datetime) -> None:
    """Word of a template that could not serve: once for each problem, not with every message."""
    reason = rendered.fallback
    if reason in with_.fallbacks:
        return
    with_.fallbacks.add(reason)
    kind = type(rendered.message).__name__.removesuffix("Message").lower()
    lines = (reason, "The built-in words were sent instead; nothing was lost.", "Look: watcher check")
    notice = NoticeMessage(
        kind="template-fallback",
        subject=kind,
        title=f"a template of yours for {kind} messages could not serve",
        lines=lines,
        at=now,
    )
    try:
        await with_.store.write(lambda turn: notify(turn.outbox, runtime, notice))
    except StoreError:
        with_.fallbacks.discard(reason)
        raise


def _rolled_up(turn: Turn, runtime: Runtime, channel: WatchedChannel, recipient: str, now: datetime) -> int:
    """Tell the recipient together of what waits, if that is too much."""
    return roll_up(
        turn.outbox,
        channel.id,
        recipient,
        now,
        past=channel.roll_up,
        at_once=channel.at_once,
        unwanted=lambda message: left_by(turn, runtime, channel.id, recipient, message),
    )


def _zone(runtime: Runtime, message: Message, channel: str) -> str:
    """The reader's time zone: that of the route or digest that leads to this channel, else the configuration's."""
    match message:
        case AlertMessage():
            ways = [runtime.routes[name] for name in message.route.split(", ") if name in runtime.routes]
        case DigestMessage():
            ways = [runtime.digests[message.digest].way] if message.digest in runtime.digests else []
        case _:
            ways = list(runtime.routes.values())
    ours = [way for way in ways if channel in leads_to(runtime, way.channels)]
    if not ours and not isinstance(message, NoticeMessage):
        ours = ways
    return ours[0].zone if ours else runtime.zone
