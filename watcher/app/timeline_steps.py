"""The steps of a time line carried out: articles, rows and points go through the pipeline as a poll would bring them.

Decides nothing: what becomes of an item is the pipeline's to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from html import escape
from typing import assert_never

from watcher.app.timeline_deeds import done
from watcher.app.timeline_worlds import World
from watcher.core.articles.drafts import draft, draft_row
from watcher.core.ledger import PollMark
from watcher.core.model import Document, Draft, Entry, Point, Row, SourceId, SourceState, Trust, Zone
from watcher.core.rules.examples import Example, reading_of
from watcher.core.rules.timelines import (
    ArticleStep,
    Brought,
    Deed,
    DigestStep,
    ExpectStep,
    HealthStep,
    Parts,
    PointStep,
    RestartStep,
    ReviseStep,
    RowStep,
    SilenceStep,
)
from watcher.core.watching.episodes import PATIENCE, Track, proof
from watcher.pipeline.digests.issuing import issue
from watcher.pipeline.taking_in.health import watch
from watcher.pipeline.taking_in.ingest import Ingested, Job, ingest
from watcher.pipeline.taking_in.rows import gone_rows
from watcher.stores.base import Turn

_USUAL = 20
_TROUBLES = {"failing": "broken", "challenge": "challenge", "gone": "gone"}
_LISTS = {"empty": 0, "shrunk": 1}


@dataclass(slots=True, kw_only=True)
class Steps:
    """Carries out steps in a world; remembers the articles by the names that the test gives them.

    `idle` says which states of a source were no news to anybody.
    """

    world: World
    articles: dict[str, ArticleStep] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    _tables: dict[str, dict[str, Row]] = field(default_factory=dict)

    async def begin(self) -> None:
        """Give every source an empty first document, so that what comes next is news; nobody hears of that."""
        for name in self.world.runtime.sources:
            await self._take(name, ())
        await self.world.settle()
        self.world.taken()

    async def take(self, does: Brought) -> None:
        """Carry out one step."""
        match does:
            case ArticleStep():
                parts = does.parts or self.articles[does.copies or ""].parts
                self.articles[does.id] = replace(does, parts=parts)
                self.order.append(does.id)
                await self._article(self.articles[does.id])
            case ReviseStep():
                before = self.articles[does.id]
                self.articles[does.id] = replace(before, parts=_revised(before.parts, does.parts))
                await self._article(self.articles[does.id])
            case RowStep():
                await self._row(does)
            case PointStep():
                await self._take(does.series, (), points=(Point(at=self.world.now, value=does.value),))
            case HealthStep():
                await self.world.store.write(lambda turn: self._health(turn, does))
            case RestartStep():
                await self.world.restart(does.down)
            case DigestStep():
                for digest in self.world.runtime.digests.values():
                    await issue(self.world.store, self.world.runtime, digest, self.world.now, lambda _place: None)
            case ExpectStep():
                pass
            case _:
                assert_never(does)

    async def do(self, does: Deed) -> str:
        """What somebody does, as a command does it; returns what keeps it from being done, or nothing."""
        article = None if isinstance(does, SilenceStep) else self.articles.get(does.alert)
        return await self.world.store.write(lambda turn: done(turn, does, article, self.world.now))

    async def _article(self, step: ArticleStep) -> None:
        await self._take(step.source, (drafted(step, self.world.now),), trust=step.trust)

    async def _row(self, step: RowStep) -> None:
        """The whole table as it stands now, and what is gone from it."""
        table = self._tables.setdefault(step.source, {})
        table.pop(step.key, None)
        if not step.removed:
            table[step.key] = Row(key=step.key, label=step.label, fields=step.fields)
        drafts = [draft_row(row) for row in table.values()]
        gone = await self.world.store.read(lambda turn: gone_rows(turn, step.source, drafts, ()))
        await self._take(step.source, (*drafts, *gone))

    async def _take(
        self, name: str, drafts: Sequence[Draft], *, trust: Trust | None = None, points: Sequence[Point] = ()
    ) -> None:
        """Take in a document of that source that lists these, as one poll does."""
        world = self.world
        source = world.runtime.sources[name]
        record = await world.store.read(lambda turn: turn.sources.record(name))
        assert record is not None
        body = repr((drafts, points, world.now)).encode()
        document = Document(
            request_url=f"https://{source.host}/",
            final_url=f"https://{source.host}/",
            status=200,
            headers=(),
            body=body,
            body_sha256=hashlib.sha256(body).hexdigest(),
            fetched=world.now,
        )
        job = Job(
            source=source if trust is None else replace(source, trust=trust),
            record=record,
            document=document,
            loggable_url=document.final_url,
            drafts=drafts,
            unchanged=(),
            state=SourceState(body_sha256=document.body_sha256),
            last=True,
            keep_bodies=True,
            earlier=Ingested(shared=True),
            points=points,
        )
        await world.store.write(partial(ingest, runtime=world.runtime, job=job, now=world.now))

    def _health(self, turn: Turn, step: HealthStep) -> None:
        """Let the source be looked at as often, up to now, as it takes to believe that state from this moment on."""
        looks = turn.health.looks([step.source])[step.source]
        if step.state in _LISTS:
            turn.health.save_looks(step.source, looks.seen(_USUAL, "").seen(_USUAL, "").seen(_LISTS[step.state], ""))
        elif step.state == "recovered":
            turn.health.save_looks(step.source, looks.seen(_USUAL, ""))
        told = sum(watch(turn, self.world.runtime, [_mark(step, at)]) for at in self._moments(turn, step))
        if not told:
            self.idle.append(f"{step.state} of {step.source} says nothing new: {_state(turn, step.source)}")

    def _moments(self, turn: Turn, step: HealthStep) -> Sequence[datetime]:
        """When it is looked at, so that the last look proves it: a trouble that comes again takes more."""
        now = self.world.now
        kind = _TROUBLES.get(step.state, step.state)
        track = Track.LISTING if step.state in _LISTS else Track.ANSWER
        before = turn.health.episodes([step.source]).get((step.source, track))
        if kind not in PATIENCE or (before is not None and before.told is not None):
            return (now,)
        needed = proof(kind, before, now)
        gaps = max(1, needed.looks - 1)
        return [now - needed.lasting * back / gaps for back in range(needed.looks)][::-1]


def _state(turn: Turn, source: str) -> str:
    """How the source is believed to be."""
    told = [(each.kind, each.told) for each in turn.health.episodes([source]).values() if each.since and each.told]
    troubles = ", ".join(f"{kind} since {at:%Y-%m-%d %H:%M}" for kind, at in told)
    return f"it is taken for {troubles}, until it is recovered" if troubles else "it is well"


def _mark(step: HealthStep, at: datetime) -> PollMark:
    trouble = _TROUBLES.get(step.state, "")
    return PollMark(
        source=step.source,
        next_due=at,
        checked=at,
        ok=not trouble,
        error=f"the test says: {step.state}" if trouble else None,
        gone=step.state == "gone",
        trouble=trouble,
    )


def _revised(before: Parts, after: Parts) -> Parts:
    """The parts with those zones in other words; zones that it had not come last."""
    zones = {zone for zone, _ in after}
    return (*(part for part in before if part[0] not in zones), *after)


def drafted(step: ArticleStep, now: datetime) -> Draft:
    """The article as an entry of its source, with its text in the zones that the test says."""
    reading = reading_of(Example(parts=step.parts, source=SourceId(step.source), language=step.language))
    title = next((text for zone, text in step.parts if zone is Zone.TITLE), reading.text.split("\n", 1)[0])
    made = draft(
        Entry(
            guid=step.id,
            link=step.url or f"https://{step.source.replace('_', '-')}.example/{step.id}",
            title=title,
            content_html=f"<p>{escape(reading.text)}</p>",
            published=step.published,
        ),
        fetched=now,
        language=step.language,
    )
    return replace(
        made,
        text=reading.text,
        zones=reading.zones,
        language=reading.language,
        text_sha256=hashlib.sha256(reading.text.encode()).hexdigest(),
        flags=tuple(flag for flag in made.flags if flag not in {"title_only", "untitled"}),
    )
