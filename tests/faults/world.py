"""A whole small world on loopback for real daemon processes: one feed, three receivers, and an audit of what arrived.

In a test: `with World() as world: base = world.settle(folder)`, then for each trial `trial = base.copy(folder)`,
`trial.run(...)` as often as needed, `trial.audit()`. The processes are `python -m watcher once`; they may be killed.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from tests import starts
from tests.faults.http_receiver import HttpReceiver, Received
from tests.faults.smtp import Mail, SmtpFaults
from tests.servers import FaultServer, reply
from tests.tools import ROOT

CHANNELS = ("slack", "webhook", "email")
DAY_US = 86_400_000_000
OPENING = "Quarterly notes of the Halvorsen works"
EARLIER = "Halvorsen halts its neodymium line in Narvik"
FRESH = (
    "Ostrava closes the samarium kiln for a month",
    "Port of Lobito turns away a gallium cargo",
    "Kiruna court stays the yttrium permit",
)
"""What the feed brings in a trial: each is one alert, told on every channel."""
_BODIES = {
    OPENING: "Nothing but dates and greetings.",
    EARLIER: "The works in Narvik stand still since Monday; magnets are short.",
    FRESH[0]: "A lining cracked. Buyers of samarium were told by letter.",
    FRESH[1]: "Papers for the gallium were missing, said the harbour master.",
    FRESH[2]: "The yttrium permit rests until the herders were heard.",
}

RULES = """\
format: 1
rules:
  - id: supply
    title: Supply stops
    severity: warning
    when: {words: [neodymium, samarium, gallium, yttrium]}
    tell: desk
    digest: weekly
    examples:
      match: ["A samarium kiln stands still.", "The gallium cargo waits."]
      skip: ["Copper is loaded as ever.", "The board has met."]
"""


def config(urls: Mapping[str, str], channels: Sequence[str]) -> str:
    """The configuration of one trial: every alert goes to these channels at once, and into a digest that is due."""
    host, _, port = urls["email"].rpartition(":")
    blocks = {
        "slack": f'  slack: {{kind: slack, url: "{urls["slack"]}", network: any, rate: unlimited}}\n',
        "webhook": f'  webhook: {{kind: webhook, url: "{urls["webhook"]}", network: any, '
        'secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}\n',
        "email": f"  email: {{kind: email, network: any, smtp: {{host: {host}, port: {port}, security: none}}, "
        "from: watcher@example.org, to: [desk@example.org]}\n",
    }
    names = ", ".join(channels)
    return (
        "operator: {contact: tests@example.org, route: desk}\n"
        "store: {path: watcher.db, free_disk_floor: 0B}\n"
        "listen: null\n"
        f'sources:\n  wire: {{kind: feed, url: "{urls["feed"]}", every: 15m, network: any}}\n'
        f"channels:\n{''.join(blocks[name] for name in channels)}"
        f"routes:\n  desk: {{channels: [{names}]}}\n"
        f'digests:\n  weekly: {{at: "Mon 06:00", zone: UTC, channels: [{names}]}}\n'
        "rules: [rules.yaml]\n"
        "log: {format: text, level: info}\n"
    )


def rss(titles: Sequence[str]) -> bytes:
    """The feed with these items, newest first."""
    items = "".join(
        f"<item><title>{title}</title><link>https://wire.example/{slug}</link><guid>wire-{slug}</guid>"
        f"<description>{_BODIES[title]}</description></item>"
        for title in titles
        for slug in [title.replace(" ", "-").lower()]
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>'
        f"<description>own</description>{items}</channel></rss>"
    ).encode()


def calls_by_thread(log: str) -> dict[str, int]:
    """By kind of call, how often the busiest thread makes it in a run traced with `strace -f`: it counts per thread."""
    counts: Counter[tuple[str, str]] = Counter(re.findall(r"^(\d+) +(\w+)\(", log, re.MULTILINE))
    most: Counter[str] = Counter()
    for (_, call), times in counts.items():
        most[call] = max(most[call], times)
    return dict(most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One message that a receiver took: when, and the id that a repeat carries again (for Slack, its words)."""

    channel: str
    id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the store says held against what the receivers took."""

    corrupt: tuple[str, ...]
    lost: tuple[str, ...]
    repeats: Counter[str] = field(default_factory=Counter)
    outside: tuple[str, ...] = ()
    """Messages taken again after the store had marked them as sent, or under an id that it does not know."""

    @property
    def duplicates(self) -> int:
        """Messages that a receiver took again."""
        return self.repeats.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What the store had marked as sent at a moment, and how many messages receivers had taken by then.

    Slack's, which carry no id, are counted: one sender tells them in their order.
    """

    ids: frozenset[str]
    slack: int
    taken: int


class _Http(HttpReceiver):
    """Writes down every request in the world's log before it is answered."""

    def __init__(self, log: list[Receipt], channel: str) -> None:
        super().__init__()
        self._log, self._channel = log, channel

    def _keep(self, request: Received) -> None:
        super()._keep(request)
        id_ = request.id or hashlib.sha256(request.body).hexdigest()[:16]
        self._log.append(Receipt(channel=self._channel, id=id_, at=time.time()))


class _Smtp(SmtpFaults):
    """Writes down every mail in the world's log before it is acknowledged."""

    def __init__(self, log: list[Receipt]) -> None:
        super().__init__()
        self._log = log

    def keep(self, mail: Mail) -> None:
        super().keep(mail)
        id_ = mail.message["Message-ID"].strip("<>").partition("@")[0]
        self._log.append(Receipt(channel="email", id=id_, at=time.time()))


class World:
    """A feed and three receivers, served by a thread of their own, so that daemons may come, go and be killed."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.feeds = FaultServer()
        self.slack = _Http(self.receipts, "slack")
        self.webhook = _Http(self.receipts, "webhook")
        self.smtp = _Smtp(self.receipts)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="world")
        self._stack = AsyncExitStack()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        for server in (self.feeds, self.slack, self.webhook, self.smtp):
            await self._stack.enter_async_context(server)

    @property
    def urls(self) -> dict[str, str]:
        """Where everything is."""
        return {
            "feed": self.feeds.url("/feed"),
            "slack": f"{self.slack.url}/services/T/B/X",
            "webhook": f"{self.webhook.url}/hook",
            "email": f"127.0.0.1:{self.smtp.port}",
        }

    def publish(self, *titles: str) -> None:
        """Let the feed list these."""
        self.feeds.route("/feed", reply(200, ("Content-Type", "application/rss+xml"), body=rss(titles)))

    def settle(self, folder: Path, channels: Sequence[str] = CHANNELS) -> Trial:
        """A settled watcher with history, one earlier alert in a digest that is due, and a poll that is due."""
        trial = Trial(world=self, folder=folder, channels=tuple(channels))
        trial.write_config()
        self.publish(OPENING)
        trial.settled_run()
        self.publish(EARLIER, OPENING)
        trial.sql("update source_state set next_due = 0")
        trial.settled_run()
        trial.sql(
            "update source_state set next_due = 0",
            f"update meta set value = value - {21 * DAY_US} where key = 'digest:weekly'",
            f"update digest_queue set assigned = assigned - {8 * DAY_US}",
        )
        trial.polled = trial.last_poll()
        trial.settled = frozenset(row[0] for row in trial.rows("select id from deliveries"))
        self.publish(*FRESH, EARLIER, OPENING)
        self.receipts.clear()
        return trial


@dataclass(slots=True, kw_only=True)
class Trial:
    """One watcher's folder in the world, with its configuration, rules and database."""

    world: World
    folder: Path
    channels: tuple[str, ...] = CHANNELS
    settled: frozenset[object] = frozenset()
    polled: object = None

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "watcher.db"

    @property
    def arguments(self) -> list[str]:
        """`watcher once` on this folder."""
        return ["--config", str(self.folder / "watcher.yaml"), "once"]

    @property
    def command(self) -> list[str]:
        """The real process."""
        return [*starts.PROGRAM, *self.arguments]

    def write_config(self) -> None:
        """Write the configuration and rules for this trial's channels."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "watcher.yaml").write_text(config(self.world.urls, self.channels), encoding="utf-8")
        (self.folder / "rules.yaml").write_text(RULES, encoding="utf-8")

    def copy(self, folder: Path, channels: Sequence[str] | None = None) -> Trial:
        """The same state in another folder, perhaps with other channels; the receivers' log begins anew."""
        shutil.copytree(self.folder, folder)
        trial = replace(self, folder=folder, channels=tuple(channels or self.channels))
        trial.write_config()
        self.world.receipts.clear()
        return trial

    def run(
        self, *before: str, failpoint: str | None = None, command: Sequence[str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One run to its end, whatever that is. `before` is put before the command: strace and its options."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("WATCHER_")}
        if failpoint is not None:
            environ["WATCHER_FAILPOINT"] = failpoint
        return starts.run(
            [*before, *(command or self.command)],
            cwd=ROOT,
            env=environ,
            text=True,
            timeout=90,
        )

    def settled_run(self) -> None:
        """A run that must go well."""
        done = self.run()
        assert done.returncode == 0, done.stderr

    def sql(self, *statements: str) -> None:
        """Change the database by hand."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query).fetchall()

    def marked(self) -> Marked:
        """What is marked as sent now; looked up in a copy, because opening the file would mend what a kill has left."""
        with tempfile.TemporaryDirectory() as folder:
            for file in self.folder.glob("watcher.db*"):
                shutil.copy(file, folder)
            with closing(sqlite3.connect(f"{folder}/watcher.db")) as db:
                rows = db.execute("select id, channel from deliveries where state = 'sent'").fetchall()
        sent = [(id_, channel) for id_, channel in rows if id_ not in self.settled]
        return Marked(
            ids=frozenset(id_ for id_, channel in sent if channel != "slack"),
            slack=sum(channel == "slack" for _, channel in sent),
            taken=len(self.world.receipts),
        )

    def finish(self) -> Audit:
        """Start again as an operator would, once, and hold everything against one another.

        Sweeps of hundreds of trials have this start forked (`starts.warm`): the one that is disturbed is always cold.
        """
        marked = self.marked()
        for _ in range(3):
            self.settled_run()
            if self.last_poll() != self.polled:
                break
            # No document was taken since the trial began: the worker that reads it was killed or, on a busy machine, did
            # not start in time. The feed is asked again later; the time is moved, not waited for.
            self.sql("update source_state set next_due = 0")
        return self.audit(marked)

    def last_poll(self) -> object:
        """When the feed last gave a document, or said that it has nothing new."""
        return self.rows("select last_ok from source_state")

    def audit(self, marked: Marked | None = None) -> Audit:
        """Hold the store against the receivers' log, after the last run of a trial has ended.

        What was marked as sent before that run must not be taken again in it.
        """
        corrupt = tuple(str(row[0]) for row in self.rows("pragma integrity_check(5)"))
        if corrupt != ("ok",):
            return Audit(corrupt=corrupt, lost=())
        taken = Counter((receipt.channel, receipt.id) for receipt in self.world.receipts)
        repeats: Counter[str] = Counter()
        for (channel, _), times in taken.items():
            repeats[channel] += times - 1
        return Audit(
            corrupt=(),
            lost=(*self._untold(), *self._undelivered(taken)),
            repeats=+repeats,
            outside=(*self._strangers(taken), *(self._again(marked) if marked else ())),
        )

    def _untold(self) -> list[str]:
        """What should have become one occasion with a delivery on every channel, and did not."""
        told = Counter(
            str(row[0])
            for row in self.rows(
                "select a.title from decisions d join alerts al on al.id = d.alert "
                "join articles a on a.number = al.article where d.reason = 'told'"
            )
        )
        issues = Counter(
            f"issue:{digest}:{period}"
            for digest, period in self.rows("select digest, period from issues where state = 'issued'")
        )
        faults = [f"told {told[title]} times: {title}" for title in FRESH if told[title] != 1]
        faults += [] if issues.total() == 1 else [f"issues: {issues.total()}"]
        for (occasion,) in self.rows("select occasion from decisions where reason = 'told'"):
            issues[str(occasion)] += 1
        # Joined, so that a delivery without its message is none.
        ways = set(self.rows("select o.id, d.channel from deliveries d join occasions o on o.id = d.occasion"))
        return faults + [
            f"no delivery: {occasion} on {channel}"
            for occasion in issues
            for channel in self.channels
            if (occasion, channel) not in ways
        ]

    def _undelivered(self, taken: Counter[tuple[str, str]]) -> list[str]:
        """Deliveries without an end, and those marked as sent that no receiver has."""
        lost, by_words = [], 0
        for id_, occasion, channel, state in self.rows("select id, occasion, channel, state from deliveries"):
            if id_ in self.settled:
                continue
            if state not in {"sent", "dead"}:
                lost.append(f"{state}: {occasion} on {channel}")
            elif channel == "slack":
                by_words += state == "sent"
            elif state == "sent" and not taken[str(channel), str(id_)]:
                lost.append(f"marked as sent, never taken: {occasion} on {channel}")
        distinct = len({id_ for channel, id_ in taken if channel == "slack"})
        if distinct < by_words:
            lost.append(f"slack: {by_words} marked as sent, {distinct} taken")
        return lost

    def _strangers(self, taken: Counter[tuple[str, str]]) -> list[str]:
        """What was taken under an id that the store does not know; for Slack, in more wordings than there are messages."""
        known = {(channel, id_) for channel, id_ in self.rows("select channel, id from deliveries")}
        strangers = [
            f"unknown id on {channel}: {id_}"
            for channel, id_ in taken
            if channel != "slack" and (channel, id_) not in known
        ]
        wordings = sum(channel == "slack" for channel, _ in taken)
        messages = sum(channel == "slack" and id_ not in self.settled for channel, id_ in known)
        return strangers + ([f"slack: {messages} messages in {wordings} wordings"] if wordings > messages else [])

    def _again(self, marked: Marked) -> list[str]:
        """What was taken after that moment though it was marked as sent before."""
        receipts = self.world.receipts
        wordings = list(dict.fromkeys(receipt.id for receipt in receipts if receipt.channel == "slack"))
        done = marked.ids | set(wordings[: marked.slack])
        return [
            f"again after its mark, on {each.channel}: {each.id}"
            for each in receipts[marked.taken :]
            if each.id in done
        ]
