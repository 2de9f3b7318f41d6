"""When a source is asked next and how, over real requests: learned intervals, full fetches, moves, gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.pipeline.polls import Polls, item, polls, rss
from tests.servers import redirect, reply
from watcher.core.manners import Manners
from watcher.core.polls import Adaptive
from watcher.core.rhythm import Rhythm, rate

HOUR = timedelta(hours=1)
BOUNDS = Adaptive(least=timedelta(minutes=5), most=6 * HOUR, obeys_freshness=True)


def learn(at: Polls, bounds: Adaptive = BOUNDS, *, polls_an_hour: float = 4.0) -> None:
    """Let the source's interval be learned."""
    source = replace(at.here.runtime.sources["wire"], adaptive=bounds)
    at.here.runtime = replace(at.here.runtime, sources={"wire": source}, polls_an_hour=polls_an_hour)


def dated(slug: str, at: datetime) -> str:
    return item(slug, pubDate=format_datetime(at))


def history(now: datetime) -> list[str]:
    """An entry every two hours of the last days."""
    return [dated(f"old{n}", now - n * 2 * HOUR) for n in range(1, 60)]


async def test_the_first_sight_teaches_how_often_to_ask(tmp_path: Path):
    async with polls(tmp_path) as at:
        learn(at)
        at.serve(*history(at.here.now))

        polled = await at.poll()

        rhythm = Rhythm.from_json((await at.record()).rhythm)
        assert rhythm is not None
        assert 10 < rate(rhythm, at.here.now.timestamp()) * 24 < 14
        # alone, it has the whole budget of one source: four polls an hour
        assert timedelta(minutes=10) < polled.mark.next_due - at.here.now < timedelta(minutes=20)
        assert polled.mark.demand is not None


async def test_a_smaller_budget_asks_more_seldom(tmp_path: Path):
    async with polls(tmp_path) as at:
        learn(at, polls_an_hour=0.5)
        at.serve(*history(at.here.now))

        assert (await at.poll()).mark.next_due - at.here.now > 1.5 * HOUR


async def test_a_written_interval_stays_as_it_is_and_draws_on_no_budget(tmp_path: Path):
    async with polls(tmp_path) as at:
        at.serve(*history(at.here.now), headers=(("Cache-Control", "max-age=3600"),))

        polled = await at.poll()

        assert timedelta(minutes=13) < polled.mark.next_due - at.here.now < timedelta(minutes=17)
        assert polled.mark.demand is None
        assert (await at.record()).rhythm  # it is learned all the same, for when it is wanted


async def test_what_its_server_calls_fresh_is_left_alone_for_so_long(tmp_path: Path):
    async with polls(tmp_path) as at:
        learn(at)
        at.serve(*history(at.here.now), headers=(("Cache-Control", "max-age=3000"), ("ETag", '"1"')))
        assert (await at.poll()).mark.next_due - at.here.now >= timedelta(minutes=50)

        at.here.now += HOUR
        at.answer(reply(304))
        assert (await at.poll()).mark.next_due - at.here.now >= timedelta(minutes=50)

        learn(at, replace(BOUNDS, obeys_freshness=False))
        assert (await at.poll()).mark.next_due - at.here.now < timedelta(minutes=30)


async def test_sources_share_their_budget_by_what_they_publish(tmp_path: Path):
    async with polls(tmp_path) as at:
        learn(at)
        at.serve(*history(at.here.now))
        alone = (await at.poll()).mark
        busy = {**at.here.runtime.sources, "busy": replace(at.here.runtime.sources["wire"], id="busy")}
        at.here.runtime = replace(at.here.runtime, sources=busy)
        await at.here.store.write(lambda turn: turn.sources.ensure({"busy"}, at.here.now, lambda _name: HOUR))
        assert alone.demand is not None
        await at.mark(replace(alone, source="busy", demand=3 * alone.demand))

        polled = await at.poll()

        assert timedelta(minutes=20) < polled.mark.next_due - at.here.now < timedelta(minutes=40)


async def test_a_server_that_says_not_modified_is_asked_for_everything_once_a_day(tmp_path: Path):
    async with polls(tmp_path) as at:
        whole = reply(200, ("ETag", '"same"'), body=rss(item("a")))

        async def honest(seen, writer):
            writer.write(reply(304) if seen.header("if-none-match") else whole)

        at.server.route("/feed", honest)
        await at.poll()
        asked = []
        for _ in range(9):
            at.here.now += 6 * HOUR
            await at.poll()
            asked.append(at.server.seen[-1].header("if-none-match"))

        assert asked == ['"same"'] * 3 + [None] + ['"same"'] * 3 + [None] + ['"same"']


async def test_a_liar_about_etags_is_found_out_within_a_day(tmp_path: Path):
    async with polls(tmp_path) as at:
        at.serve(item("a"), headers=(("ETag", '"same"'),))
        await at.poll()
        changed = reply(200, ("ETag", '"same"'), body=rss(item("b"), item("a")))

        async def liar(seen, writer):
            writer.write(reply(304) if seen.header("if-none-match") else changed)

        at.server.route("/feed", liar)
        new = []
        for _ in range(4):
            at.here.now += 7 * HOUR
            polled = await at.poll()
            new.append(0 if polled.ingested is None else polled.ingested.new)

        assert new == [0, 0, 0, 1]


async def test_a_source_that_moves_for_good_is_asked_there_after_a_day_and_the_operator_hears_of_it(tmp_path: Path):
    async with polls(tmp_path) as at:
        new = at.server.url("/new", "localhost")
        at.answer(redirect(new, 301))
        at.answer(reply(200, body=rss(item("a"))), "/new")
        paths = []
        for _ in range(6):
            await at.poll()
            paths.append(at.server.seen[-2:][0].path)
            at.here.now += 8 * HOUR
        at.server.seen.clear()
        await at.poll()

        assert [seen.path for seen in at.server.seen] == ["/new"]
        adopted = Manners.from_json((await at.record()).manners).adopted
        assert adopted is not None
        assert (adopted.of, adopted.to) == (at.server.url("/feed"), new)
        notices = await at.here.store.read(lambda turn: turn.outbox.next_number("notice:source-moved:wire:"))
        assert notices == 2


async def test_an_adopted_address_that_fails_gives_way_to_the_configured_one(tmp_path: Path):
    async with polls(tmp_path) as at:
        at.answer(redirect(at.server.url("/new"), 308))
        at.answer(reply(200, body=rss(item("a"))), "/new")
        for _ in range(4):
            await at.poll()
            at.here.now += 9 * HOUR
        at.serve(item("a"))
        at.answer(reply(404), "/new")
        outcomes = []
        for _ in range(4):
            outcomes.append((await at.poll()).outcome)
            at.here.now += HOUR

        assert outcomes == ["failed", "failed", "failed", "same_body"]
        assert at.server.seen[-1].path == "/feed"


async def test_gone_now_and_then_is_a_failure_like_others(tmp_path: Path):
    async with polls(tmp_path) as at:
        outcomes = []
        for status in (410, 410, 200, 410, 410):
            at.answer(reply(410) if status == 410 else reply(200, body=rss(item("a"))))
            outcomes.append((await at.poll()).outcome)
            at.here.now += HOUR

        assert outcomes == ["failed", "failed", "parsed", "failed", "failed"]
        assert (await at.record()).gone is None


async def test_a_day_sees_three_answers_of_who_says_gone(tmp_path: Path):
    async with polls(tmp_path) as at:
        source = replace(at.here.runtime.sources["wire"], every=timedelta(days=7))
        at.here.runtime = replace(at.here.runtime, sources={"wire": source})
        at.answer(reply(410))

        polled = await at.poll()

        assert polled.mark.next_due - at.here.now <= 6 * HOUR
