"""A week of an analyst on call: news, deeds, merges, reloads and dead channels in any order.

Whatever happens, each decision to tell comes to an end that says why, and nobody hears one thing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as st

from tests.pipeline.world import CONFIG, RULES, World, entry, world
from watcher.core.errors import StoreError
from watcher.core.telling.lifecycle import Silence
from watcher.core.telling.messages import AlertMessage, DigestMessage, Told
from watcher.core.telling.outbox import Attempt, Delivery, Mark
from watcher.pipeline.taking_in.closing import close_due
from watcher.pipeline.taking_in.splitting import judge_split
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.changes import decode
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.releasing import release_due
from watcher.pipeline.telling.silencing import silence_due
from watcher.stores.base import Turn
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.rejudging import headline, observe_again
from watcher.stores.sqlite.stories import Author, living, merge, split

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PLAIN = CONFIG[: CONFIG.index("channels:")]
BY_WORD = RULES.replace(
    "severity: {urgent: {trust: authority}, else: warning}", "severity: {urgent: {words: [immediately]}, else: warning}"
)
CHANNELS = ("desk", "ops", "lab", "phone")
PEOPLE = """\
recipients:
  anna: {to: lab}
  bob: {to: phone, volume: daily, at: "07:00", zone: UTC, passes: urgent}
"""
REST = """\
  operator: {channels: [ops], when: "rule:nothing"}
digests:
  weekly: {at: "Fri 15:00", zone: UTC, channels: [ops]}
rules: [rules.yaml]
"""
DESK = """\
routes:
  %s:
    channels: [desk]
    recipients: [%s]
    zone: UTC
    %s
    escalate: {after: 30m, repeat: 2h, times: 2}
  beside: {under: %s, also: true, when: "material:gallium,tin"}
  loud: {under: %s, also: true, when: "severity:urgent", channels: [desk], recipients: [%s], quiet: 3h, wait: 20m}
"""
MUTED = 'mute: [{from: "18:00", to: "07:00"}]'
FORMS = {
    "as it was": DESK % ("desk", "anna, bob", MUTED, "desk", "desk", "anna"),
    "route renamed": DESK % ("front", "anna, bob", MUTED, "front", "front", "anna"),
    "windows gone": DESK % ("desk", "anna, bob", "passes: urgent\n    mute: [{days: [Sun]}]", "desk", "desk", "anna"),
    "anna gone": DESK % ("desk", "bob", MUTED, "desk", "desk", "bob"),
    "collected first": DESK % ("desk", "anna, bob", "wait: 1h\n    quiet: 4h", "desk", "desk", "bob"),
}
METALS = ("gallium", "tin", "tungsten", "antimony", "bismuth")


def configured(form: str) -> str:
    channels = "".join(f"  {name}: {{kind: file, path: {name}.txt}}\n" for name in CHANNELS)
    people = PEOPLE if form != "anna gone" else PEOPLE.replace("  anna: {to: lab}\n", "")
    return f"{PLAIN}channels:\n{channels}{people}{FORMS[form]}{REST}"


@dataclass(slots=True, kw_only=True)
class Week:
    """What happens, step by step, and who is dead meanwhile."""

    here: World
    dead: set[str] = field(default_factory=set)
    merged: bool = False
    form: str = "as it was"

    async def news(self, number: int) -> None:
        """A story, or what its publisher makes of it later."""
        metal, said = METALS[number % 5], number // 5 % 5
        title = f"{metal.capitalize()} falls under an export ban"
        if said == 4:
            title, text = f"A word on {metal}", "<p>Nothing of it is so.</p>"
        else:
            worth = f" worth ${said * 25} million" if said else ""
            text = f"<p>State number {number % 5} put an export ban on {metal}{worth} for its plants.</p>"
            text += "<p>The export ban holds immediately.</p>" if said == 3 else ""
        source = "wire" if number % 2 else "daily"
        link = f"https://{source}.example/{metal}"
        await self.here.publish(source, entry(f"ban-{metal}", link=link, title=title, content_html=text))

    async def deed(self, number: int) -> None:
        """Something that somebody does with an alert."""
        alerts = [id_ for (id_,) in self.here.rows("select id from alerts order by raised, id")]
        if not alerts:
            return
        id_, now = alerts[number % len(alerts)], self.here.now
        what = number // 7 % 6

        def work(turn: Turn) -> object:
            match what:
                case 0:
                    return lifecycle.acknowledge(turn, id_, "anna", now, "link")
                case 1:
                    return lifecycle.snooze(turn, id_, "anna", now, "link", until=now + HOUR * (1 + number % 40))
                case 2:
                    return lifecycle.close(turn, id_, "anna", now, "link", reason="settled")
                case 3:
                    return lifecycle.mute_story(turn, id_, "anna", now, "link", until=now + HOUR * (1 + number % 40))
                case 4:
                    return lifecycle.assign(turn, id_, "anna", now, "link", to="bert")
                case _:
                    whats = ("acknowledged", "snoozed", "closed", "muted")
                    return lifecycle.undo_last(turn, id_, whats[number % 4], "bert", now, "link")

        await self.here.store.write(work)

    async def merging(self, number: int) -> None:
        """Two stories are made one by hand."""
        stories = [id_ for (id_,) in self.here.rows("select id from stories where merged_into is null order by id")]
        if len(stories) > 1:
            one, two = stories[number % len(stories)], stories[(number + 1) % len(stories)]
            by = Author(name="anna", reason="", at=self.here.now)
            with contextlib.suppress(StoreError):
                await self.here.store.write(lambda turn: merge(turn.db, one, two, by))
                self.merged = True

    async def splitting(self, number: int) -> None:
        """An article of a story that has several founds one of its own, which is judged."""
        found = self.here.rows(
            "select story, id from articles where story in "
            "(select story from articles group by story having count(*) > 1) order by number"
        )
        if not found:
            return
        (story, article), runtime = found[number % len(found)], self.here.runtime
        by = Author(name="anna", reason="", at=self.here.now)

        def work(turn: SqliteTurn) -> None:
            new = split(turn.db, story, [article], by)
            again = observe_again(turn.db, new, rule_set=runtime.rule_set.version, now=by.at)
            turn.alerts.load_rules(runtime.rule_set, by.at)
            judge_split(turn, runtime, again, headline(turn.db, living(turn.db, story)), by.at)

        await self.here.store.write(work)

    async def rules(self, number: int) -> None:
        """The rule is on trial, paused or live again, and asks for other times."""
        mode, asks = ("live", "trial", "paused", "live")[number % 4], ("", "wait: 2h", "quiet: 5h")[number // 4 % 3]
        keys = "".join(f"    {each}\n" for each in (f"mode: {mode}", asks) if each)
        self.here.change(rules=BY_WORD.replace("    when:", f"{keys}    when:"))

    async def hush(self, number: int) -> None:
        """Somebody silences more than one story."""
        query, now = ("rule:bans", "severity:warning", "route:desk", "material:gallium")[number % 4], self.here.now
        silence = Silence(
            id=lifecycle.silence_id(query, "anna", now),
            query=query,
            author="anna",
            reason="we know",
            begins=now,
            until=now + HOUR * (1 + number % 30),
        )
        await self.here.store.write(lambda turn: turn.silences.add(silence))

    async def half(self, number: int) -> None:
        """A beat that is killed between its commits: some of its steps come to pass, the others later."""
        here = self.here
        here.now += HOUR * (number % 9)
        if number & 1:
            await release_due(here.store, here.runtime, here.now)
        if number & 2:
            await escalate_due(here.store, here.runtime, here.now)
        if number & 4:
            await here.store.write(self._send)
        if number & 8:
            await close_due(here.store, here.now)
        if number & 16:
            await here.issue("weekly")

    async def reload(self, number: int) -> None:
        self.form = list(FORMS)[number % len(FORMS)]
        self.here.change(config=configured(self.form))

    async def outage(self, number: int) -> None:
        self.dead ^= {CHANNELS[number % len(CHANNELS)]}

    async def later(self, number: int) -> None:
        self.here.now += (HOUR / 3, HOUR, HOUR * 5, HOUR * 13)[number % 4]
        await self.beat()

    async def beat(self) -> None:
        """All that a daemon's beat does, and the senders with it."""
        here = self.here
        await close_due(here.store, here.now)
        await release_due(here.store, here.runtime, here.now)
        await escalate_due(here.store, here.runtime, here.now)
        await silence_due(here.store, here.runtime, here.now)
        for name in here.runtime.digests:
            await here.issue(name)
        await here.store.write(self._send)

    def _send(self, turn: Turn) -> None:
        for channel in CHANNELS:
            for delivery in turn.outbox.lease(channel, self.here.now, self.here.now + HOUR, 500):
                turn.outbox.mark(*self._tried(channel, delivery))

    def _tried(self, channel: str, delivery: Delivery) -> tuple[Attempt, Mark]:
        now, dead = self.here.now, channel in self.dead
        state = "sent" if not dead else "dead" if now - delivery.created > DAY else "due"
        attempt = Attempt(
            delivery=delivery.id,
            number=delivery.attempts,
            started=now,
            finished=now,
            result="retry" if dead else "ok",
            reason="",
            answer="",
        )
        return attempt, Mark(
            delivery=delivery.id, state=state, due=now + HOUR, reason="" if state == "sent" else "dead"
        )

    async def to_the_end(self) -> None:
        """Seven quiet weeks with every channel alive: whatever waits for anything has its time."""
        self.dead.clear()
        noon = self.here.now.replace(hour=12, minute=0) + DAY  # no window is open then
        for days in (0, 1, 2, 4, 8, 15, 22, 29, 36, 43, 50):
            self.here.now = noon + DAY * days
            await self.beat()


STEPS = (
    *("news", "news", "news", "deed", "deed", "merging", "merging", "splitting"),
    *("reload", "rules", "hush", "outage", "later", "later", "later", "half"),
)
Steps = Sequence[tuple[str, int]]


def nothing_is_pending(here: World) -> None:
    assert here.rows("select id, state from deliveries where state not in ('sent', 'dead')") == []
    assert here.rows("select route, grp, alert, change from held") == []
    assert here.rows("select alert, route from escalations where due is not null") == []
    assert here.rows("select digest, alert from digest_queue where period is null") == []


def every_decision_has_an_end(here: World) -> None:
    """What a route holds is let go of with a reason; what is told has a message that reached somebody or is dead."""
    untold = here.rows(
        "select d.number from decisions d where d.reason = 'told' and not exists "
        "(select 1 from deliveries e where e.occasion = d.occasion)"
    )
    assert untold == []
    last: dict[tuple[str, str, str], str] = {}
    for alert, way, change, reason in here.rows(
        "select alert, way, change, reason from decisions where way like 'route:%' order by number"
    ):
        last[alert, way, change] = reason
    waiting = {key: reason for key, reason in last.items() if reason in {"muted", "waiting", "quiet"}}
    assert waiting == {}


def what_was_taken_back_is_no_news(here: World) -> None:
    """Whatever name it goes by since, nothing of an alert is told after it was taken back, unless it was raised anew."""
    heads: dict[str, list[tuple[int, str]]] = {}
    for alert, change, at in here.rows(
        "select alert, change, at from decisions where way = 'alert' and change in ('raised', 'retracted') order by number"
    ):
        heads.setdefault(alert, []).append((at, change))
    for content, at in here.rows("select content, at from occasions where kind = 'alert' order by at"):
        for each in decode(content).alerts:
            origin = each.occasion.split(":")[1]
            stands = [change for when, change in heads.get(origin, []) if when <= at][-1:]
            assert each.change == "retracted" or stands != ["retracted"], (origin, each.occasion)


def what_a_digest_takes_is_issued(here: World) -> None:
    """Nothing that a digest took is gone from it, but for what another alert took in."""
    gone = here.rows(
        "select d.way, d.alert from decisions d where d.way like 'digest:%' and d.reason = 'in_digest' "
        "and not exists (select 1 from decisions m where m.alert = d.alert and m.reason = 'merged') and not exists "
        "(select 1 from digest_queue q where 'digest:' || q.digest = d.way and q.alert = d.alert and q.reason = d.change)"
    )
    assert gone == []


def told_to(here: World) -> dict[tuple[str, str], list[Told]]:
    found: dict[tuple[str, str], list[Told]] = {}
    for channel, recipient, content in here.rows(
        "select d.channel, d.recipient, o.content from deliveries d join occasions o on o.id = d.occasion "
        "where d.state in ('due', 'leased', 'sent') order by d.number"  # what is given up may come by another route
    ):
        message = decode(content)
        if isinstance(message, AlertMessage):
            found.setdefault((channel, recipient), []).extend(message.alerts)
    return found


def nobody_hears_twice(here: World) -> None:
    for whom, alerts in told_to(here).items():
        twice = [key for key, count in Counter(each.occasion for each in alerts).items() if count > 1]
        assert twice == [], whom
        reminded: Counter[tuple[str, int]] = Counter()
        for each in alerts:
            if each.reminder is None:
                continue
            reminded[each.alert, each.reminder.number] += 1
        for (alert, _), count in reminded.items():
            begun = here.rows(
                "select count(*) from decisions where way = 'alert' and change in ('raised', 'severity_raised') "
                "and (alert = ? or exists (select 1 from alerts a where a.id = alert and a.close_reason = 'merged'))",
                alert,
            )
            assert count <= begun[0][0], (whom, alert)


def each_issue_tells_a_story_once(here: World) -> None:
    for digest in ("weekly", "to:bob"):
        anew: Counter[str] = Counter()
        for (content,) in here.rows("select content from occasions where id like ? order by id", f"issue:{digest}:%"):
            message = decode(content)
            assert isinstance(message, DigestMessage)
            new = [story.story for section in message.sections for story in section.stories]
            new += [story.story for story in message.brief]
            updates = [story.story for story in message.updates]
            assert [story for story, count in Counter(new + updates).items() if count > 1] == []
            anew.update(new)
        assert [story for story, count in anew.items() if count > 1] == [], digest


async def lived(steps: Steps, folder: Path) -> None:
    async with world(folder, config=configured("as it was"), rules=BY_WORD) as here:
        week = Week(here=here)
        for what, number in steps:
            note(f"{here.now:%a %H:%M} {what} {number}")
            here.now += HOUR / 60
            await getattr(week, what)(number)
        await week.to_the_end()
        nothing_is_pending(here)
        every_decision_has_an_end(here)
        what_was_taken_back_is_no_news(here)
        what_a_digest_takes_is_issued(here)
        nobody_hears_twice(here)
        each_issue_tells_a_story_once(here)


def weeks(length: int) -> st.SearchStrategy[list[tuple[str, int]]]:
    return st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 400)), min_size=length // 2, max_size=length)


def live(steps: Steps) -> None:
    memory = Path("/dev/shm")  # a database written to disk step by step takes ten times as long
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        asyncio.run(lived(steps, Path(folder)))


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(weeks(24))
@example([("news", 0), ("news", 1), ("reload", 4), ("later", 3), ("later", 3), ("news", 120), ("merging", 0)])
@example([("later", 2), ("later", 2), ("news", 113), ("news", 105), ("merging", 335), ("news", 195)])
def test_a_short_week_comes_to_its_end(steps):
    """The first example: what was taken back is told in the issue of the story that took its own in; the second: in a
    mute window a merged alert is taken back, of which nothing was told.
    """
    live(steps)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(weeks(60))
def test_any_week_comes_to_its_end(steps):
    live(steps)
