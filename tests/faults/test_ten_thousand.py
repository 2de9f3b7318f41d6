"""Ten thousand deliveries on three channels while the daemon is killed again and again: none is lost.

Held against one another: the decisions to tell, the deliveries in the store, and the receivers' own log.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.desk import RULES
from tests.faults.world import CHANNELS, World
from tests.make import make_told
from tests.tools import ROOT
from watcher.core.model import OccasionId
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.outbox import Occasion
from watcher.pipeline.telling.encoding import encode
from watcher.stores.sqlite import SqliteTurn

CONFIG = """\
operator: {{contact: tests@example.org, route: desk}}
store: {{path: watcher.db, free_disk_floor: 0B}}
listen: null
sources: {{quiet: {{kind: feed, url: "http://127.0.0.1:9/", enabled: false, network: any}}}}
channels:
  slack: {{kind: slack, url: "{slack}", network: any, rate: unlimited, roll_up: {roll_up}}}
  webhook: {{kind: webhook, url: "{webhook}", network: any, secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw],
    roll_up: {roll_up}}}
  email:
    kind: email
    network: any
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}
    from: watcher@example.org
    to: [desk@example.org]
    roll_up: {roll_up}
routes: {{desk: {{channels: [slack, webhook, email]}}}}
rules: [rules.yaml]
"""
LONGEST_S = 900.0
"""A run that takes longer than this is no run any more."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as running:
        yield running


@dataclass(slots=True)
class Run:
    """One database with its decisions, and the processes that worked on it."""

    world: World
    folder: Path
    kills: int = 0
    peak_mib: float = 0.0
    took_s: float = 0.0
    problems: list[str] = field(default_factory=list)

    def configure(self, roll_up: str) -> None:
        """Write the configuration, and let a first process make the database."""
        urls = self.world.urls
        text = CONFIG.format(slack=urls["slack"], webhook=urls["webhook"], smtp=self.world.smtp.port, roll_up=roll_up)
        (self.folder / "watcher.yaml").write_text(text, "utf-8")
        (self.folder / "rules.yaml").write_text(RULES, "utf-8")
        process = self.start()
        assert process.wait(60) == 0

    def decide(self, alerts: int) -> None:
        """Store so many decisions to tell, each with its deliveries, as turns of the writer do."""
        ways = [("slack", ""), ("webhook", ""), ("email", "desk@example.org")]
        now = datetime.now(UTC)
        with closing(sqlite3.connect(self.folder / "watcher.db", isolation_level=None)) as db:
            turn = SqliteTurn(db)
            db.execute("begin immediate")
            for number in range(alerts):
                alert = f"a-{number}"
                told = make_told(alert=alert, occasion=f"alert:{alert}:1", headline=f"Message {number:05}")
                content = encode(AlertMessage(route="desk", alerts=(told,)))
                occasion = Occasion(
                    id=OccasionId(f"alert:{alert}:1"), kind="alert", content=content, at=now, alert=alert
                )
                turn.outbox.tell(occasion, ways)
                db.execute(
                    "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
                    "values (?, 1, 'raised', 'route:desk', 'told', '', ?, 0)",
                    (alert, occasion.id),
                )
            db.execute("commit")

    def start(self) -> subprocess.Popen[bytes]:
        """The real program: one pass over all that is due."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("WATCHER_")}
        command = [sys.executable, "-m", "watcher", "--config", str(self.folder / "watcher.yaml"), "once"]
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill_until_done(self, chance: random.Random, kills: int, longest_s: float) -> None:
        """Kill the process at random moments, so often; the last one ends by itself."""
        began = time.monotonic()
        while time.monotonic() - began < LONGEST_S:
            process = self.start()
            last = self.kills >= kills
            ends = time.monotonic() + (LONGEST_S if last else chance.uniform(0.3, longest_s))
            while process.poll() is None and time.monotonic() < ends:
                self.peak_mib = max(self.peak_mib, peak_mib(process.pid))
                time.sleep(0.05)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.kills += 1
            elif last or not self.waiting():
                break
        self.took_s = time.monotonic() - began

    def waiting(self) -> int:
        """How many deliveries have no end yet."""
        return int(self.rows("select count(*) from deliveries where state in ('due', 'leased')")[0][0])

    def rows(self, query: str) -> list[tuple[str, ...]]:
        """Ask the database."""
        with closing(sqlite3.connect(self.folder / "watcher.db")) as db:
            return db.execute(query).fetchall()

    def lost(self) -> list[str]:
        """Decisions to tell without a delivery on a channel that was sent or given up, or that nobody received."""
        taken = Counter((receipt.channel, receipt.id) for receipt in self.world.receipts)
        deliveries = {
            (occasion, channel): (id_, state, told_in)
            for id_, occasion, channel, state, told_in in self.rows(
                "select id, occasion, channel, state, told_in from deliveries"
            )
        }
        by_id = {id_: (state, told_in, channel) for (_, channel), (id_, state, told_in) in deliveries.items()}
        lost = []
        for (occasion,) in self.rows("select occasion from decisions where reason = 'told'"):
            for channel in CHANNELS:
                id_, state, told_in = deliveries.get((occasion, channel), ("", "none", None))
                while state == "closed" and told_in:  # told together with others: follow it to where
                    id_, (state, told_in, _) = told_in, by_id[told_in]
                received = channel == "slack" or taken[channel, id_]
                if state != "dead" and not (state == "sent" and received):
                    lost.append(f"{state}: {occasion} on {channel}")
        sent = sum(state == "sent" for (_, channel), (_, state, _) in deliveries.items() if channel == "slack")
        distinct = sum(channel == "slack" for channel, _ in taken)
        return lost + ([f"slack: {sent} sent, {distinct} taken"] if distinct != sent else [])

    def repeats(self) -> Counter[str]:
        """How many messages each receiver took again."""
        taken = Counter((receipt.channel, receipt.id) for receipt in self.world.receipts)
        found: Counter[str] = Counter()
        for (channel, _), times in taken.items():
            found[channel] += times - 1
        return +found

    def strangers(self) -> set[str]:
        """What was taken under an id that the store does not know; a repeat has the id of the first."""
        known = {id_ for (id_,) in self.rows("select id from deliveries")}
        return {each.id for each in self.world.receipts if each.channel != "slack"} - known


def peak_mib(pid: int) -> float:
    """The most memory that a process has held so far; 0 if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    line = next((each for each in status.splitlines() if each.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alerts", "kills", "longest_s", "roll_up"),
    [(3_334, 25, 5.0, "never"), (100, 3, 2.5, "never"), (700, 6, 2.5, "50")],
    ids=["10,000", "300", "rolled-up"],
)
def test_ten_thousand_deliveries_and_kills_at_random_lose_nothing(
    world: World,
    tmp_path: Path,
    alerts: int,
    kills: int,
    longest_s: float,
    roll_up: str,
    record_property: pytest.RecordProperty,
) -> None:
    run = Run(world, tmp_path)
    run.configure(roll_up)
    world.receipts.clear()
    run.decide(alerts)

    run.kill_until_done(random.Random(alerts), kills, longest_s)

    states = dict(run.rows("select state, count(*) from deliveries group by state"))
    figures = {
        "deliveries": 3 * alerts,
        "kills": run.kills,
        "lost": len(run.lost()),
        "repeats": run.repeats().total(),
        "states": states,
        "seconds": round(run.took_s, 1),
        "peak MiB": round(run.peak_mib),
    }
    record_property("ten thousand", str(figures))
    print(f"\n{figures}")  # noqa: T201 - the figures are what the run is for
    assert run.rows("pragma integrity_check(5)") == [("ok",)]
    assert run.lost() == []
    assert run.strangers() == set()
    # One message a channel may be under way when the process dies.
    assert all(times <= run.kills for times in run.repeats().values())
    assert run.waiting() == 0
