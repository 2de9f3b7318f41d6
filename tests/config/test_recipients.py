"""Recipients and branches as a configuration with the real kinds says them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from watcher.config import load_config
from watcher.core.model import Severity
from watcher.core.queries import Join
from watcher.core.telling.recipients import recipient_of

SMTP = "smtp: {host: smtp.example.org}, from: w@example.org"
HEAD = f"""\
operator: {{contact: ops@example.org, route: ops}}
sources:
  wire: {{kind: feed, url: "https://wire.example/feed"}}
channels:
  desk: {{kind: file, path: desk.txt}}
  mail: {{kind: email, {SMTP}}}
"""


def loaded(folder, rest, head=HEAD):
    """The configuration and what is said of it."""
    (folder / "rules.yaml").write_text("format: 1\n", encoding="utf-8")
    path = folder / "watcher.yaml"
    path.write_text(head + rest + "rules: [rules.yaml]\n", encoding="utf-8")
    config, problems = load_config(path, {})
    return config, [f"{each.line}:{each.column} {each.code} {each.text}" for each in problems]


def test_a_recipient_is_told_where_and_how_often_it_says(tmp_path):
    config, said = loaded(
        tmp_path,
        "recipients:\n"
        "  anna: {to: [Anna <anna@Example.org>, desk], zone: Asia/Tokyo, volume: monthly, passes: urgent}\n"
        "routes:\n  ops: {recipients: anna}\n",
    )

    assert said == []
    anna = config.recipients["anna"]
    assert anna.ways == (("mail", "anna@example.org"), ("desk", ""))
    assert (anna.schedule.every, anna.schedule.day, anna.schedule.zone) == ("month", 1, "Asia/Tokyo")
    assert [anna.hears(each) for each in Severity] == ["collected", "collected", "now"]
    assert config.routes["ops"].channels == ("@anna",)
    assert recipient_of(anna.round_up) == "anna"
    assert list(config.issued) == [anna.round_up]


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("routes:\n  ops: {channels: mail}\n", '8:19 C057 routes.ops.channels: the channel "mail" has nobody'),
        (
            "recipients:\n  anna: {to: nobody@}\nroutes:\n  ops: {recipients: anna}\n",
            "8:14 C006 recipients.anna.to: not a mail address: nobody@",
        ),
        (
            "recipients:\n  anna: {to: a@example.org, via: desk}\nroutes:\n  ops: {recipients: anna}\n",
            '8:34 C010 recipients.anna.via: unknown channel of kind email "desk"; known: mail',
        ),
        (
            "recipients:\n  anna: {to: mail}\nroutes:\n  ops: {recipients: anna}\n",
            '8:14 C057 recipients.anna.to: the channel "mail" has nobody in its own `to`',
        ),
        (
            'recipients:\n  anna: {to: desk, at: "daily 07:00"}\nroutes:\n  ops: {recipients: anna}\n',
            "8:24 C055 recipients.anna.at: volume is at_once: nothing is collected until then",
        ),
        (
            'digests:\n  weekly: {at: "Fri 15:00"}\nroutes:\n  ops: {channels: desk}\n',
            '8:11 C003 digests.weekly: "channels" is missing',
        ),
    ],
)
def test_what_leads_to_nobody_is_told_at_its_place(tmp_path, rest, says):
    config, said = loaded(tmp_path, rest)

    assert config is None
    assert any(each.startswith(says) for each in said), said


def test_with_two_mail_servers_a_recipient_says_which(tmp_path):
    head = f"{HEAD}  post: {{kind: email, {SMTP}}}\n"
    rest = "recipients:\n  anna: {{to: a@example.org{}}}\nroutes:\n  ops: {{recipients: anna}}\n"

    _, said = loaded(tmp_path, rest.format(""), head)
    config, fine = loaded(tmp_path, rest.format(", via: post"), head)

    assert said[0] == "9:14 C053 recipients.anna.to: several channels carry mail: mail, post; say which with `via`"
    assert config.recipients["anna"].ways == (("post", "a@example.org"),)
    assert [each for each in fine if "C053" in each] == []


def test_a_branch_that_names_whom_it_tells_tells_nobody_else(tmp_path):
    config, said = loaded(
        tmp_path,
        "recipients:\n  anna: {to: a@example.org}\n"
        "routes:\n"
        "  ops: {channels: [desk], recipients: [anna], zone: Asia/Tokyo, wait: 5m, quiet: 1h}\n"
        "  mild: {under: ops, when: 'severity:notice'}\n"
        "  own: {under: ops, recipients: [anna], quiet: 2h, when: 'severity:urgent'}\n"
        "  deep: {under: own, zone: UTC, when: 'trust:wire'}\n",
    )

    assert said == []
    routes = config.routes
    assert routes["mild"].channels == ("desk", "@anna")
    assert routes["own"].channels == routes["deep"].channels == ("@anna",)
    assert (routes["own"].zone, routes["deep"].zone) == ("Asia/Tokyo", "UTC")
    assert (routes["deep"].holding.wait, routes["deep"].holding.quiet) == (timedelta(minutes=5), timedelta(hours=2))
    assert isinstance(routes["deep"].query.root, Join)
    assert routes["deep"].query.text == "(severity:urgent) (trust:wire)"


def test_timers_that_contradict_each_other_only_by_inheritance_are_told(tmp_path):
    _, said = loaded(
        tmp_path,
        "routes:\n  ops: {channels: desk, quiet: 1m}\n  late: {under: ops, wait: 5m, when: 'severity:urgent'}\n",
    )

    assert said[0].startswith("9:3 R042 routes.late: wait 5m is longer than quiet 1m")
