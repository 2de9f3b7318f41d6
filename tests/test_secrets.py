"""No secret of the configuration comes out: not in logs, commands, messages, files, child processes or the database."""

from __future__ import annotations

import base64
import contextlib
import io
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import urllib.request
from asyncio import StreamWriter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import SecretStr

from tests.faults.http_receiver import HttpReceiver, Received
from tests.faults.smtp import SmtpFaults
from tests.faults.world import World
from tests.processes import environment, wait_for
from tests.servers import FaultServer, Seen, redirect, reply
from tests.tools import ROOT
from watcher.cli import main
from watcher.core.model import Document, Parsed, Request, SourceState
from watcher.sources.base import SourceOptions

PART = 10
"""So many letters of a secret, from its beginning or its end, are a leak as well: a cut must not leave half of it."""
CANARIES = {
    "FEED_TOKEN": "kq7feedtokenW2x9Zr4Lp8Nb3",
    "FEED_KEY": "hv5feedheaderT6y1Mc0Qd7Ks2",
    "FEED_PATH": "pz3feedpathB8n4Jw6Xf1Gt9",
    "SLACK_PATH": "rm9slackpathV3c7Dh5Ub2Ye8",
    "HOOK_TOKEN": "wd4hooktokenE1s6Oi9Ra5Cl7",
    "MAIL_PASSWORD": "yx2mailwordF7g3Hb8Nj1Pk6",
    "STRANGE": "ug6strangekeyI4o9Lm2Zs5Vt",
}
HOOK_SECRET = "whsec_TmV2ZXJTaG93bkFueXdoZXJlQXRBbGwxMjM0NTY3"
SECRETS = (*CANARIES.values(), HOOK_SECRET.removeprefix("whsec_"))

RULES = """\
format: 1
rules:
  - id: gallium
    title: Gallium in the news
    severity: warning
    when: {words: [gallium]}
    digest: weekly
    tell: [desk, broken]
    examples:
      match: ["The gallium cargo waits.", "Gallium is short."]
      skip: ["Copper is loaded as ever.", "The board has met."]
"""
CONFIG = """\
network: any
store: {{path: watcher.db, free_disk_floor: 0B}}
operator: {{contact: tests@example.org, route: desk}}
listen: {{host: 127.0.0.1, port: {port}}}
log: {{level: debug, format: text}}
templates: templates
rules: [rules.yaml]
sources:
  good: {{kind: feed, url: "{feeds}/${{FEED_PATH}}/feed?token=${{FEED_TOKEN}}", since: all, headers: {{x-api-key: "${{FEED_KEY}}"}}}}
  login: {{kind: feed, url: "{feeds}/${{FEED_PATH}}/login?token=${{FEED_TOKEN}}", headers: {{x-api-key: "${{FEED_KEY}}"}}}}
  refused: {{kind: feed, url: "{feeds}/${{FEED_PATH}}/refused?token=${{FEED_TOKEN}}"}}
  moved: {{kind: feed, url: "{feeds}/${{FEED_PATH}}/moved?token=${{FEED_TOKEN}}", headers: {{x-api-key: "${{FEED_KEY}}"}}}}
  garbage: {{kind: feed, url: "{feeds}/garbage?token=${{FEED_TOKEN}}"}}
  nobody: {{kind: feed, url: "http://127.0.0.1:9/${{FEED_PATH}}?token=${{FEED_TOKEN}}"}}
  nowhere: {{kind: feed, url: "http://nowhere.invalid/${{FEED_PATH}}?token=${{FEED_TOKEN}}"}}
  strange: {{kind: "tests.test_secrets:Strange", key: "${{STRANGE}}"}}
channels:
  slack: {{kind: slack, url: "{slack}/services/T0/B0/${{SLACK_PATH}}", rate: unlimited}}
  slack-broken: {{kind: slack, url: "{echo}/services/T0/B0/${{SLACK_PATH}}", rate: unlimited}}
  hook: {{kind: webhook, url: "{hook}/in?token=${{HOOK_TOKEN}}", secrets: ["${{file:hook-secret}}"]}}
  hook-moved: {{kind: webhook, url: "{feeds}/hook-moved?token=${{HOOK_TOKEN}}", secrets: ["${{file:hook-secret}}"]}}
  hook-nobody: {{kind: webhook, url: "http://127.0.0.1:9/?token=${{HOOK_TOKEN}}", secrets: ["${{file:hook-secret}}"]}}
  mail: {{kind: email, smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: watcher, password: "${{MAIL_PASSWORD}}"}},
    from: watcher@example.org, to: [desk@example.org]}}
  mail-refused: {{kind: email, smtp: {{host: 127.0.0.1, port: {refusing}, security: none, username: watcher,
    password: "${{MAIL_PASSWORD}}"}}, from: watcher@example.org, to: [desk@example.org]}}
  copy: {{kind: file, path: "{folder}/told.txt"}}
routes:
  desk: {{channels: [slack, hook, mail, copy]}}
  broken: {{channels: [slack-broken, hook-moved, hook-nobody, mail-refused]}}
digests:
  weekly: {{at: "Mon 06:00", zone: UTC, channels: [mail]}}
"""


class StrangeOptions(SourceOptions):
    """Its one secret."""

    key: SecretStr


class Strange:
    """A kind of somebody else's that makes a header of its secret which no HTTP library will write."""

    kind: ClassVar[str] = "strange"
    Options: ClassVar[type[SourceOptions]] = StrangeOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, StrangeOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Request:
        headers = (("x-key", f"{self.options.key.get_secret_value()}\r\n\x1b[2J"),)
        return Request(url="http://127.0.0.1:9/strange", headers=headers)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        raise NotImplementedError


class Desk(World):
    """Servers that repeat what they are asked, receivers that take or refuse, and an eye on the process table."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere, self.echo = FaultServer(), FaultServer()
        self.refusing = SmtpFaults("auth-535")
        self.processes: set[tuple[bytes, bytes]] = set()
        self.slack = self._watching(self.slack)

    def _watching(self, receiver: HttpReceiver) -> HttpReceiver:
        keep = receiver._keep

        def look(request: Received) -> None:
            self.processes |= set(workers())
            keep(request)

        receiver._keep = look  # type: ignore[method-assign]
        return receiver

    async def _open(self) -> None:
        await super()._open()
        for server in (self.elsewhere, self.echo, self.refusing):
            await self._stack.enter_async_context(server)
        own = f"/{CANARIES['FEED_PATH']}"
        self.feeds.route(f"{own}/feed", feed)
        self.feeds.route(f"{own}/login", login)
        self.feeds.route(f"{own}/refused", reply(403, body=b"no"))
        self.feeds.route(f"{own}/moved", redirect(self.elsewhere.url("/feed")))
        self.feeds.route("/garbage", reply(200, body=b"\x00\x01 no feed"))
        self.feeds.route("/hook-moved", redirect(self.elsewhere.url("/hook")))
        self.elsewhere.route("/hook", reply(200, body=b"ok"))
        self.echo.route(f"/services/T0/B0/{CANARIES['SLACK_PATH']}", half_echo)


async def feed(seen: Seen, writer: StreamWriter) -> None:
    """A feed whose server names its own address, sets a cookie, and lists items that lead back to itself."""
    items = "".join(
        f"<item><title>Gallium is short, part {number}</title><link>{link}</link>"
        f'<guid isPermaLink="false">g{number}</guid><description>A cargo waits.</description></item>'
        for number, link in enumerate(("#one", "", "/second", "https://wire.example/third"))
    )
    body = f'<rss version="2.0"><channel><title>Wire</title><link>/</link>{items}</channel></rss>'.encode()
    echo = (("Link", f'<{seen.target}>; rel="self"'), ("Set-Cookie", f"key={seen.header('x-api-key')}"))
    writer.write(reply(200, ("Content-Type", "application/rss+xml"), *echo, body=body))


async def login(seen: Seen, writer: StreamWriter) -> None:
    """A page instead of a feed, and all that it was asked with in its title."""
    title = f"No way to {seen.target} with {seen.header('x-api-key')}"
    writer.write(reply(200, ("Content-Type", "text/html"), body=f"<html><title>{title}</title></html>".encode()))


async def half_echo(seen: Seen, writer: StreamWriter) -> None:
    """A failure's page that repeats the address where whoever keeps 300 letters of it cuts the secret in two."""
    shown = seen.target.rpartition("/")[2]
    writer.write(reply(500, body=("x" * (300 - len("500 ") - PART - 2) + " " + shown).encode()))


def workers() -> Iterator[tuple[bytes, bytes]]:
    """Arguments and environment of the processes that the program started; of itself, the arguments alone."""
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (path / "cmdline").read_bytes()
            if b"watcher" in arguments:
                yield arguments, (path / "environ").read_bytes() if b".worker" in arguments else b""


@dataclass(slots=True, kw_only=True)
class Told:
    """All that came out, by where."""

    folder: Path
    desk: Desk
    texts: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def config(self) -> Path:
        return self.folder / "watcher.yaml"

    def keep(self, name: str, *texts: str | bytes) -> None:
        self.texts[name] = b"\n".join(text.encode() if isinstance(text, str) else text for text in texts)

    def command(self, *arguments: str) -> str:
        """Run a command in this process and keep what it prints."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
            main(["--config", str(self.config), *arguments])
        self.keep(" ".join(arguments), out.getvalue(), err.getvalue())
        return out.getvalue()

    def process(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "watcher", "--config", str(self.config), *arguments],
            cwd=ROOT,
            env={**environment(), **CANARIES, **dict.fromkeys(PROXIES, "http://127.0.0.1:9")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            umask=0o022,
        )

    def rows(self, query: str) -> list[str]:
        with closing(sqlite3.connect(f"{(self.folder / 'watcher.db').as_uri()}?mode=ro", uri=True)) as db:
            return [str(row[0]) for row in db.execute(query)]


PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One real `once` at level debug over sources and channels that work and fail, then every command, then a daemon."""
    folder = tmp_path_factory.mktemp("secrets")
    with pytest.MonkeyPatch.context() as patch, Desk() as desk:
        for name, value in CANARIES.items():
            patch.setenv(name, value)
        found = Told(folder=folder, desk=desk)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (folder / "templates").mkdir()
        (folder / "templates" / "alert.txt.j2").write_text("{{ head.subject.nothing.at.all }}", encoding="utf-8")
        (folder / "hook-secret").write_text(HOOK_SECRET + "\n", encoding="utf-8")
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        found.config.write_text(
            CONFIG.format(
                folder=folder,
                port=port,
                feeds=desk.feeds.url(""),
                slack=desk.slack.url,
                hook=desk.webhook.url,
                echo=desk.echo.url(""),
                smtp=desk.smtp.port,
                refusing=desk.refusing.port,
            ),
            encoding="utf-8",
        )
        once = found.process("once")
        found.keep("once", *once.communicate(timeout=120))
        assert once.returncode == 0, found.texts["once"].decode()
        _commands(found)
        _daemon(found, port)
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.name not in {"watcher.yaml", "hook-secret"}:
                found.keep(f"file {path.name}", path.read_bytes())
        yield found


def _commands(found: Told) -> None:
    """Every command that only looks, and those that send or write."""
    found.command("check")
    found.command("check", "--format", "json")
    for source in ("good", "login", "refused", "moved", "garbage", "nobody", "nowhere", "strange"):
        found.command("check", source)
        found.command("check", source, "--format", "json")
    found.command("status")
    found.command("status", "--json")
    alert = found.rows("select id from alerts limit 1")[0]
    found.command("why", alert)
    found.command("why", alert, "--json")
    found.command("why", f"{found.desk.feeds.url('/')}{CANARIES['FEED_PATH']}/feed")
    found.texts.pop(f"why {found.desk.feeds.url('/')}{CANARIES['FEED_PATH']}/feed")  # repeats what the user typed
    for what in ("alerts", "articles", "decisions", "deliveries"):
        for form in ("csv", "jsonl"):
            found.command("export", what, "--format", form, "--output", str(found.folder / f"{what}.{form}"))
    found.command("kinds")
    found.command("kinds", "slack")
    found.command("schema")
    found.command("search", "--json")
    found.command("sources", "list")
    found.command("deliveries", "list", "--json")
    for delivery in found.rows("select id from deliveries"):
        found.command("deliveries", "show", delivery)
    for channel in ("slack", "slack-broken", "hook", "hook-moved", "hook-nobody", "mail", "mail-refused", "copy"):
        found.command("send-test", channel)
    found.command("digest", "weekly", "--preview", str(found.folder / "preview.html"))
    found.command("db", "check")
    found.command("backup", str(found.folder / "copy.db"))
    found.command("test")


def _daemon(found: Told, port: int) -> None:
    """A daemon that is asked how it is, before and after a mistake in its configuration."""
    lines: list[bytes] = []
    daemon = found.process("run")
    assert daemon.stderr is not None
    errors = daemon.stderr
    reader = threading.Thread(target=lambda: lines.extend(errors), name="log")
    reader.start()
    try:
        wait_for(lambda: any(b"daemon.ready" in line for line in lines))
        found.keep("healthz", _healthz(port))
        good = found.config.read_text(encoding="utf-8")
        # the secret itself, where a list of them belongs
        bad = good.replace('["${file:hook-secret}"]', f'"{HOOK_SECRET}"', 1)
        assert bad != good
        found.config.write_text(bad, encoding="utf-8")
        daemon.send_signal(signal.SIGHUP)
        wait_for(lambda: any(b"config.refused" in line for line in lines))
        found.keep("healthz after a mistake", _healthz(port))
        found.command("check")
        found.config.write_text(good, encoding="utf-8")
    finally:
        daemon.terminate()
        daemon.wait(20)
        reader.join(10)
        found.keep("run", *lines)
        assert daemon.stdout is not None
        daemon.stdout.close()
        daemon.stderr.close()


def _healthz(port: int) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        return bytes(answer.read())


def test_everything_worked_and_failed_as_meant(told):
    states = told.rows("select channel || ' ' || state from deliveries")

    assert {"slack sent", "hook sent", "mail sent", "copy sent"} <= set(states)
    assert {"slack-broken due", "hook-moved due", "hook-nobody due", "mail-refused due"} <= set(states)
    assert told.rows("select count(*) from source_state where last_error is not null") == ["7"]
    assert CANARIES["FEED_KEY"] in {seen.header("x-api-key") for seen in told.desk.feeds.seen}
    assert told.desk.refusing.sessions
    assert [name for name in told.texts if b"Traceback" in told.texts[name]] == []


def test_whoever_asks_for_health_learns_no_path_and_no_value(told):
    assert b"refused" in told.texts["healthz after a mistake"]
    assert str(told.folder).encode() not in told.texts["healthz after a mistake"]
    assert b"secrets" not in told.texts["healthz after a mistake"]


def test_no_secret_comes_out(told):
    leaks = [f"{where}: {part}" for where, text in told.texts.items() for part in _parts() if part.encode() in text]

    assert leaks == []


def _parts() -> Iterator[str]:
    """The beginning and the end of every secret, as it is and as a mail server is told it."""
    for secret in SECRETS:
        yield secret[:PART]
        yield secret[-PART:]
        yield base64.b64encode(secret.encode()).decode()[:PART]


def test_no_secret_is_sent_to_anybody_else(told):
    seen = [
        *((each.target, str(each.headers), each.body) for each in told.desk.elsewhere.seen),
        *(("", "", each.body) for each in (*told.desk.slack.received, *told.desk.webhook.received)),
        *(("", "", mail.data) for mail in told.desk.smtp.mails),
    ]

    assert told.desk.slack.received
    assert told.desk.webhook.received
    assert told.desk.smtp.mails
    assert [each.path for each in told.desk.elsewhere.seen if each.path == "/hook"] == []
    # a relative link leads to a page beside the feed, and where that lies is known to whoever may follow it
    path = CANARIES["FEED_PATH"]
    assert [part for part in _parts() if part in str(seen).replace(path, "")] == []


def test_no_process_is_started_with_a_secret(told):
    assert any(b"watcher.parse.worker" in arguments for arguments, _ in told.desk.processes)
    assert [part for part in _parts() if part in str(told.desk.processes)] == []


def test_no_command_prints_what_moves_a_terminal(told):
    assert [
        name
        for name, text in told.texts.items()
        if not name.startswith("file ") and (b"\x1b" in text or b"\xc2\x9b" in text)
    ] == []


def test_what_is_written_is_its_owners_alone(told):
    names = ["watcher.db", "watcher.db.lock", "told.txt"]

    assert [name for name in names if stat.S_IMODE((told.folder / name).stat().st_mode) & 0o007] == []


@pytest.mark.parametrize("name", ["copy.db", "alerts.csv", "articles.jsonl", "preview.html", "preview.txt"])
def test_copies_are_their_owners_alone(told, name):
    assert stat.S_IMODE((told.folder / name).stat().st_mode) & 0o077 == 0
