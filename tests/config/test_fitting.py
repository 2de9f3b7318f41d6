"""A channel is only asked for what its kind can do."""

from __future__ import annotations

import pytest

from watcher.config import load_config

CONFIG = """\
sources: {one: {kind: feed, url: "https://news.example/feed"}}
channels:
  on-call: {kind: pagerduty, key: "${KEY}"}
  desk: {kind: apprise, url: "${URL}"NETWORK}
  chat: {kind: KIND}
routes: {all: {channels: [on-call, desk]}}
digests:
  weekly: {at: "Fri 15:00", channels: [desk, TOLD]}
"""
ENVIRON = {"KEY": "k" * 32, "URL": "json://localhost/x", "SECRET": "not-a-token"}


def said(tmp_path, *changes):
    text = CONFIG
    for old, new in (*changes, ("NETWORK", ", network: any"), ("KIND", "stdout"), ("TOLD", "chat")):
        text = text.replace(old, new, 1)
    file = tmp_path / "watcher.yaml"
    file.write_text(text, encoding="utf-8")
    _, problems = load_config(file, ENVIRON)
    return [str(each).removeprefix(f"{file}:") for each in problems if each.level == "error"]


def test_what_fits_is_taken(tmp_path):
    assert said(tmp_path) == []


def test_a_digest_to_a_channel_that_calls_people_is_refused(tmp_path):
    (found,) = said(tmp_path, ("TOLD", "on-call"))

    assert found.startswith("8:46 error[C042] digests.weekly.channels[1]: ")
    assert 'channel "on-call" is of kind pagerduty, which takes alerts and no digests; name another' in found


def test_apprise_must_say_that_it_may_dial(tmp_path):
    (found,) = said(tmp_path, ("NETWORK", ""))

    assert found.startswith("4:16 error[C043] channels.desk.kind: ")
    assert found.endswith("; if that is meant, add network: any to channels.desk")


@pytest.mark.parametrize(
    ("block", "at", "words"),
    [
        ('telegram, token: "${SECRET}", chats: [1]', "5:33", "not a bot's token"),
        ('telegram, token: "1:aaaaaaaaaaaa", chats: ["a b"]', "5:", "a chat is its number"),
        ('discord, url: "https://d.example/x", username: clyde', "5:63", "no name with discord or clyde"),
        ('ntfy, url: "https://ntfy.example/a b"', "5:27", "not an absolute http or https address"),
        ('slack, token: "xoxb-12345678"', "5:9", "go together"),
        ('pagerduty, key: "${SECRET}"', "5:32", "has 32 characters"),
        ("teams", "5:9", '"url" is missing'),
        ('teams, url: "https://t.example/x", usrname: x', "5:51", "usrname"),
        ("telegramm", "5:16", "telegram"),
    ],
)
def test_a_mistake_is_told_at_its_place_and_no_secret_with_it(tmp_path, block, at, words):
    (found,) = said(tmp_path, ("KIND", block))

    assert found.startswith(at)
    assert words in found
    assert "not-a-token" not in found
