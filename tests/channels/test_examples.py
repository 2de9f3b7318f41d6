"""Every example of a channel in the documentation can be pasted: it loads, and a message of it arrives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from tests.channels.samples import MESSAGES, WEBHOOK_SECRET, make_envelope, make_rendered
from tests.faults.desk import RULES
from tests.faults.http_receiver import Answer, HttpReceiver
from tests.faults.smtp import SmtpFaults
from tests.make import NOW
from tests.tools import ROOT
from watcher.app.loading import load
from watcher.channels import KINDS
from watcher.channels.base import AppriseCall, AppriseReply, Call, FileCall, HttpCall, MailCall, Reply
from watcher.config.model import ChannelConfig
from watcher.deliver import Transports, attempt
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver

PAGES = ("README.md", "docs/channels.md", "docs/webhook.md")
_BLOCK = re.compile(r"^```yaml\n(channels:\n(?: .*\n)+)", re.MULTILINE)
ENVIRON = {
    "SLACK_URL": "https://hooks.slack.example/services/T0/B0/k",
    "SLACK_TOKEN": "xoxb-1-2-abcdefghijkl",
    "TEAMS_URL": "https://flow.example/workflows/k/triggers/manual/paths/invoke?sig=k",
    "DISCORD_URL": "https://discord.example/api/webhooks/1/abc",
    "TELEGRAM_TOKEN": "123456:" + "a" * 35,
    "NTFY_URL": "https://ntfy.example/nobody-guesses-this",
    "NTFY_TOKEN": "tk_abcdefgh",
    "PAGERDUTY_KEY": "k" * 32,
    "APPRISE_URL": "json://in.example/abc",
    "WEBHOOK_URL": "https://in.example/hook",
    "HOOK_URL": "https://in.example/hook",
    "WEBHOOK_SECRET": WEBHOOK_SECRET,
    "HOOK_SECRET": WEBHOOK_SECRET,
    "SMTP_PASSWORD": "let me in",
}
BEFORE = """\
operator: {contact: you@example.org, route: desk}
sources: {wire: {kind: feed, url: "https://wire.example/feed"}}
rules: [rules.yaml]
"""
ANSWERS = {
    "slack": Answer(status=200, body="ok"),
    "slack-bot": Answer(status=200, body='{"ok": true, "channel": "C0123ABCD", "ts": "1700000000.000100"}'),
    "teams": Answer(status=202),
    "discord": Answer(status=200, body='{"id": "1"}'),
    "telegram": Answer(status=200, body='{"ok": true, "result": {"message_id": 5}}'),
    "ntfy": Answer(status=200, body='{"id": "x"}'),
    "pagerduty": Answer(status=202, body='{"status": "success", "dedup_key": "x"}'),
    "webhook": Answer(status=204),
}


def examples() -> Iterator[tuple[str, str]]:
    """(page, block) of every example that begins with `channels:`."""
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        yield from ((page, found[1]) for found in _BLOCK.finditer(text))


def loaded(folder: Path, block: str) -> dict[str, ChannelConfig]:
    """The channels of an example, in a file that names each in a route."""
    names = re.findall(r"^  ([\w-]+):", block, re.MULTILINE)
    routes = f"routes: {{desk: {{channels: [{', '.join(names)}]}}}}\n"
    (folder / "watcher.yaml").write_text(f"{BEFORE}{block}{routes}", "utf-8")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    found, problems = load(folder / "watcher.yaml", ENVIRON, NOW)
    assert found is not None, [str(problem) for problem in problems]
    assert [str(each) for each in problems] == []
    return {name: found.config.channels[name] for name in names}


class Vendor:
    """The ways out, with every address led to the receivers on loopback."""

    def __init__(self, inner: Transports, http: HttpReceiver, smtp: SmtpFaults) -> None:
        self._inner, self._http, self._smtp = inner, http, smtp

    async def send(self, call: Call, **more) -> Reply:
        match call:
            case HttpCall(url=url):
                parts = urlsplit(url.get_secret_value())
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
                call = replace(call, url=SecretStr(self._http.url + path))
            case MailCall():
                call = replace(call, host="127.0.0.1", port=self._smtp.port, security="none")
            case AppriseCall():  # a process of its own, and a network that it dials by itself: see its own tests
                return AppriseReply(result="taken", text="")
            case FileCall():
                pass
        return await self._inner.send(call, **more | {"policy": "any"})


@pytest.mark.parametrize(("page", "block"), list(examples()))
async def test_an_example_loads_and_its_message_arrives(page: str, block: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    guard = Guard(ThreadResolver())
    async with Http(guard) as http, HttpReceiver() as vendor, SmtpFaults() as smtp:
        for name, channel in loaded(tmp_path, block).items():
            by_bot = channel.kind == "slack" and "SLACK_TOKEN" in block
            vendor.default = ANSWERS.get("slack-bot" if by_bot else channel.kind, Answer())

            async def noted(*_: object) -> None:
                """Nothing is kept."""

            for recipient in channel.channel.recipients():
                outcome = await attempt(
                    channel.channel,
                    make_rendered(MESSAGES["alert"]),
                    make_envelope(recipient=recipient),
                    transport=Vendor(Transports(http, guard), vendor, smtp),
                    policy=channel.network,
                    on_part=noted,
                )
                assert (name, outcome.result) == (name, "sent"), f"{page}: {outcome.reason}"


def test_every_kind_has_an_example() -> None:
    shown = "".join(block for _, block in examples())

    assert {kind for kind in KINDS if f"kind: {kind}" not in shown} == set()
