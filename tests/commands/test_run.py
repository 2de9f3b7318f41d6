"""`watcher run` and `watcher once` as processes: start, health, signals, locks, and what they leave behind."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import starts
from tests.processes import children_of, environment, wait_for

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>
<description>own</description><item><title>Gallium is short</title><guid>g1</guid>
<link>https://wire.example/g1</link><description>Nobody has gallium.</description></item></channel></rss>"""
RULES = """\
format: 1
rules:
  - id: supply
    title: Supply
    severity: warning
    when: {words: [gallium]}
    examples:
      match: ["No gallium.", "Gallium is short."]
      skip: ["Copper is loaded.", "The board has met."]
"""
CONFIG = """\
operator: {{contact: tests@example.org, route: desk}}
store: {{path: watcher.db, free_disk_floor: 0B}}
listen: {listen}
network: any
sources:
  wire: {{kind: feed, url: "{url}/feed", every: 1s, pace: 0s, since: all}}
channels:
  hook: {{kind: slack, url: "{url}/{hook}", rate: unlimited}}
routes:
  desk: {{channels: [hook]}}
rules: [rules.yaml]
"""


class _Handler(BaseHTTPRequestHandler):
    """A feed, a receiver that says ok, and one that hangs."""

    server: Site

    def do_GET(self) -> None:
        self._say(FEED.encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.posts.append(self.path)
        if self.path == "/hangs":
            self.server.released.wait(60)
            return
        self._say(b"ok")

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    """The world that the daemon sees."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[str] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@dataclass
class Running:
    """A daemon and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_said(self, text: str) -> None:
        wait_for(lambda: text in self.said() or self.process.poll() is not None)
        assert text in self.said(), self.said()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """(exit code, seconds) of ending it by a signal."""
        children = children_of(self.process.pid)
        start = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(20)
        seconds = time.monotonic() - start
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))
        return code, seconds


@pytest.fixture
def folder(tmp_path: Path, site: Site) -> Path:
    write(tmp_path, site)
    return tmp_path


def write(folder: Path, site: Site, *, listen: str = "null", hook: str = "ok", rules: str = RULES) -> None:
    (folder / "watcher.yaml").write_text(CONFIG.format(url=site.url, listen=listen, hook=hook))
    (folder / "rules.yaml").write_text(rules)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartOne]:
    one = StartOne(tmp_path)
    yield one
    for running in one.all:
        running.process.kill()
        running.process.wait()


class StartOne:
    """Starts daemons in a folder; whatever still runs is killed at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: list[Running] = []

    def __call__(self, *, ready: bool = True) -> Running:
        log = self.folder / f"log{len(self.all)}"
        with log.open("wb") as sink:
            process = starts.Popen(
                (*starts.PROGRAM, "run"),
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        running = Running(process, log)
        self.all.append(running)
        if ready:
            running.wait_said("daemon.ready")
        return running


def ended(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return starts.run(
        (*starts.PROGRAM, *words),
        cwd=folder,
        env=environment(),
        encoding="utf-8",
        timeout=60,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as link:
        port: int = link.getsockname()[1]
        return port


def test_it_starts_answers_watches_and_ends_on_sigterm(folder: Path, site: Site, start: StartOne) -> None:
    port = free_port()
    write(folder, site, listen=f"{{port: {port}}}")
    running = start()

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        health = json.load(answer)
    running.wait_said("delivery.sent")
    assert children_of(running.process.pid)
    code, seconds = running.end()

    assert health["ok"] is True
    assert set(health["parts"]) >= {"beat", "store", "disk", "configuration"}
    assert site.posts == ["/ok"]
    assert code == 0
    assert seconds < 10
    assert "daemon.stopped drained=true" in running.said()
    with closing(sqlite3.connect(folder / "watcher.db")) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)


def test_sigterm_ends_it_within_ten_seconds_though_a_receiver_hangs(folder: Path, site: Site, start: StartOne) -> None:
    write(folder, site, hook="hangs")
    running = start()
    wait_for(lambda: bool(site.posts))

    code, seconds = running.end()

    assert code == 0
    assert 1 < seconds < 10
    assert "drained=false" in running.said()


def test_a_second_signal_ends_it_at_once(folder: Path, site: Site, start: StartOne) -> None:
    write(folder, site, hook="hangs")
    running = start()
    wait_for(lambda: bool(site.posts))
    running.process.send_signal(signal.SIGTERM)
    wait_for(lambda: _caught(running.process.pid))

    code, seconds = running.end()

    assert code == 1
    assert seconds < 2
    assert "daemon.cut" in running.said()


def _caught(pid: int) -> bool:
    """Whether no SIGTERM is pending any more."""
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    return not int(status["ShdPnd"], 16) & 1 << (signal.SIGTERM - 1)


def test_what_was_cut_is_sent_by_the_next_start(folder: Path, site: Site, start: StartOne) -> None:
    write(folder, site, hook="hangs")
    running = start()
    wait_for(lambda: bool(site.posts))
    running.process.kill()
    running.process.wait()
    write(folder, site)

    start().wait_said("delivery.sent")

    assert site.posts == ["/hangs", "/ok"]


def test_a_broken_reload_keeps_the_old_configuration(folder: Path, site: Site, start: StartOne) -> None:
    port = free_port()
    write(folder, site, listen=f"{{port: {port}}}")
    running = start()
    running.wait_said("delivery.sent")

    write(folder, site, listen=f"{{port: {port}}}", rules=RULES.replace("severity: warning", "severity: loud"))
    running.process.send_signal(signal.SIGHUP)
    running.wait_said("config.refused")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        health = json.load(answer)
    wait_for(lambda: len(site.posts) > 1)

    assert "rules.yaml:5:" in running.said()
    assert health["ok"] is True
    assert health["parts"]["configuration"]["ok"] is False
    assert running.end()[0] == 0


def test_a_good_reload_is_adopted(folder: Path, site: Site, start: StartOne) -> None:
    running = start()
    running.wait_said("delivery.sent")
    more = RULES.replace("id: supply", "id: supply-two").replace("format: 1\nrules:\n", "")

    write(folder, site, rules=RULES + more)
    running.process.send_signal(signal.SIGHUP)
    running.wait_said("config.reloaded")

    assert "config.reloaded sources=1 rules=2" in running.said()
    assert running.end(signal.SIGINT)[0] == 0


def test_a_second_daemon_on_the_database_is_told_the_first_ones_pid(folder: Path, start: StartOne) -> None:
    running = start()

    second = start(ready=False)

    assert second.process.wait(30) == 75
    assert f"pid {running.process.pid}" in second.said()
    assert ended(folder, "once").returncode == 75


def test_a_port_that_is_taken_is_said_at_the_start(folder: Path, site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as link:
        port = link.getsockname()[1]
        write(folder, site, listen=f"{{port: {port}}}")

        done = ended(folder, "run")

    assert done.returncode == 78
    assert f"cannot listen: 127.0.0.1:{port}: Address already in use" in done.stderr
    assert site.posts == []


@pytest.mark.parametrize("words", [("run",), ("once",), ("--config", "nowhere.yaml", "run")])
def test_no_configuration_is_78(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert ended(tmp_path, *words).returncode == 78


def test_every_mistake_of_the_configuration_is_said(folder: Path) -> None:
    path = folder / "watcher.yaml"
    path.write_text(path.read_text() + "digets: {}\nnetwrk: any\n")

    done = ended(folder, "run")

    assert done.returncode == 78
    assert "digets" in done.stderr
    assert "netwrk" in done.stderr
    assert not (folder / "watcher.db").exists()


def test_the_first_screen_says_what_is_watched_and_how_to_stop(folder: Path) -> None:
    ours, theirs = pty.openpty()
    process = starts.Popen(
        (*starts.PROGRAM, "run"),
        cwd=folder,
        env=environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while b"stop with Ctrl-C" not in said:
            said += os.read(ours, 65_536)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    text = said.decode()
    assert "watching       1 source with 1 rule: wire" in text
    assert "notices        to hook (route desk)" in text
    assert "next poll" in text


def test_once_polls_sends_and_ends(folder: Path, site: Site) -> None:
    done = ended(folder, "once")

    assert done.returncode == 0, done.stderr
    assert done.stderr.rstrip().endswith("1 polled, 1 new, 1 alert told, 1 message sent")
    assert site.posts == ["/ok"]


def test_once_ends_though_the_store_refuses(folder: Path) -> None:
    assert ended(folder, "once").returncode == 0
    with closing(sqlite3.connect(folder / "watcher.db")) as db:
        db.executescript(
            "delete from ledger; delete from articles; update source_state set next_due = 0, body_sha256 = null;"
            "create trigger refuses before insert on articles begin select abs(-9223372036854775807 - 1); end;"
        )

    done = ended(folder, "once")

    assert done.returncode == 78
    assert "integer overflow" in done.stderr
