"""A configuration that is right: what it says, what it leaves out, and that nothing of a secret ever shows."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.config.kinds import TABLES, Feed
from watcher.config import load_config
from watcher.config.starter import starter_text
from watcher.core.model import Trust
from watcher.core.yaml.strict import Node

CANARY = "canary-4d1c9b-secret"
WHOLE = """
store: {path: data/w.db, keep_articles: 400d, keep_bodies: 30d, free_disk_floor: 1 GiB}
operator: {contact: "${CONTACT}", route: ops}
listen: null
network: any
templates: words
log: {format: json, level: debug}
sources:
  reex:
    kind: feed
    url: "https://reex.example/feed?key=${KEY}"
    headers: {Accept: "$${literal}"}
    every: 1s
    pace: 5s
    trust: trade_press
    zone: Asia/Tokyo
    since: 2026-01-01
    keep_articles: forever
    network: public
    enabled: no
  usgs: {kind: "tests.config.kinds:Feed", url: "http://usgs.example/", since: 7d}
channels:
  desk: {kind: slack, url: "${file:secrets/slack}"}
  team:
    kind: email
    smtp: {host: mail.example, port: "${PORT}", password: "${file:${CREDENTIALS_DIRECTORY}/smtp}"}
    to: a@example.org
routes:
  ops: {channels: team}
  desk: {channels: [desk, team, desk], when: "severity:urgent", zone: Europe/Berlin}
digests:
  weekly: {at: "Fri 15:00", zone: Europe/Berlin, channels: desk, take: "event:any", title: The week, limit: 12}
rules: [pack:ours, "mine/*.yaml"]
"""


@pytest.fixture
def folder(tmp_path):
    """A configuration with all that it leans on."""
    for name in ("secrets", "credentials", "mine", "data/rules/ours"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "secrets" / "slack").write_text(f"https://hooks.example/{CANARY}\n", "utf-8")
    (tmp_path / "credentials" / "smtp").write_text(f"{CANARY}-mail\n", "utf-8")
    for name in ("mine/b.yaml", "mine/a.yaml", "data/rules/ours/one.yaml", "data/rules/ours/two.yaml"):
        (tmp_path / name).write_text("format: 1\n", "utf-8")
    write(tmp_path, WHOLE.replace("every: 1s", "every: 1m"))
    return tmp_path


def write(folder, text):
    (folder / "watcher.yaml").write_text(text, "utf-8")
    (folder / "watcher.yaml").chmod(0o600)


def read(folder, **more):
    environ = {
        "CONTACT": "ops@example.org",
        "KEY": f"{CANARY}-key",
        "PORT": "2525",
        "CREDENTIALS_DIRECTORY": str(folder / "credentials"),
        **more,
    }
    return load_config(folder / "watcher.yaml", environ, tables=TABLES, data=folder / "data")


def test_a_whole_file_is_read(folder):
    config, problems = read(folder)

    assert problems == ()
    assert config.path == folder / "watcher.yaml"
    assert config.store.path == folder / "data/w.db"
    assert (config.store.keep_articles, config.store.keep_bodies) == (timedelta(days=400), timedelta(days=30))
    assert config.store.free_disk_floor_bytes == 1 << 30
    assert (config.operator.contact, config.operator.route) == ("ops@example.org", "ops")
    assert config.listen is None
    assert config.templates == folder / "words"
    assert (config.log.format, config.log.level) == ("json", "debug")
    assert [path.name for path in config.rule_files] == ["one.yaml", "two.yaml", "a.yaml", "b.yaml"]
    assert config.rules == ("pack:ours", "mine/*.yaml")


def test_sources_are_built_with_their_own_words_and_the_files_defaults(folder):
    sources = read(folder)[0].sources

    reex, usgs = sources["reex"], sources["usgs"]
    assert isinstance(reex.source, Feed)
    assert reex.source.options is reex.options
    assert reex.options.url == f"https://reex.example/feed?key={CANARY}-key"
    assert reex.options.headers == {"Accept": "${literal}"}
    assert reex.options.zone == reex.zone == "Asia/Tokyo"
    assert (reex.every, reex.pace, reex.trust) == (timedelta(minutes=1), timedelta(seconds=5), Trust.TRADE_PRESS)
    assert (reex.since, reex.keep_articles, reex.network) == (date(2026, 1, 1), None, "public")
    assert reex.enabled is False
    assert (usgs.since, usgs.keep_articles, usgs.network) == (timedelta(days=7), timedelta(days=400), "any")
    assert (usgs.every, usgs.trust, usgs.zone) == (timedelta(minutes=15), Trust.UNKNOWN, "UTC")
    assert usgs.backfill_after == timedelta(days=14)


def test_channels_routes_and_digests_are_built(folder):
    config, _ = read(folder)

    assert config.channels["desk"].options.url.get_secret_value() == f"https://hooks.example/{CANARY}"
    assert config.channels["team"].options.smtp.port == 2525
    assert config.channels["team"].options.smtp.password.get_secret_value() == f"{CANARY}-mail"
    assert config.channels["team"].network == "any"
    assert config.routes["ops"].channels == ("team",)
    assert config.routes["desk"].channels == ("desk", "team")
    assert config.routes["desk"].query.text == "severity:urgent"
    assert (config.routes["desk"].zone, config.routes["ops"].zone) == ("Europe/Berlin", "UTC")
    weekly = config.digests["weekly"]
    assert (weekly.schedule.every, weekly.schedule.weekday, weekly.limit) == ("week", 4, 12)
    assert weekly.query.text == "event:any"


def test_nothing_in_it_can_be_changed(folder):
    config, _ = read(folder)

    with pytest.raises(dataclasses.FrozenInstanceError):
        config.network = "public"
    with pytest.raises(TypeError):
        config.sources["new"] = None
    assert isinstance(config.routes, MappingProxyType)


def test_a_file_of_nothing_but_a_section_takes_every_default(tmp_path):
    write(tmp_path, "sources:\nrules:\n")

    config, problems = load_config(tmp_path / "watcher.yaml", {}, tables=TABLES, data=tmp_path)

    assert [problem.code for problem in problems] == ["C023", "C024", "C024"]
    assert config.listen.port == 8787
    assert config.store.keep_articles is None
    assert config.store.keep_bodies == timedelta(days=90)
    assert config.store.free_disk_floor_bytes == 200 << 20


def test_many_sources_are_not_looked_up_one_by_one_in_the_whole_file(tmp_path, monkeypatch):
    seen = 0
    get = Node.get

    def counted(self, key):
        nonlocal seen
        seen += len(self.pairs)
        return get(self, key)

    monkeypatch.setattr(Node, "get", counted)
    sources = "".join(f"  s{n}: {{kind: feed, url: https://example.org/{n}}}\n" for n in range(300))
    path = tmp_path / "watcher.yaml"
    path.write_text(f"sources:\n{sources}", encoding="utf-8")

    config, _ = load_config(path, {})

    assert config is not None
    assert seen < 30 * 300


def test_no_secret_shows_in_any_form_of_the_configuration(folder):
    config, _ = read(folder)

    shown = [repr(config), str(config)]
    for block in (*config.sources.values(), *config.channels.values()):
        shown += [repr(block), str(block)]
    for channel in config.channels.values():
        shown += [
            repr(channel.options),
            channel.options.model_dump_json(),
            json.dumps(channel.options.model_dump(mode="json")),
        ]

    assert not [text for text in shown if CANARY in text]
    assert "ops@example.org" not in repr(config)


SECRET_PLACES = ["kind", "every", "trust", "zone", "since", "depth", "patience", "url", "network", "keep_bodies", "zebra", "headers"]  # fmt: skip


@pytest.mark.parametrize("key", SECRET_PLACES)
@pytest.mark.parametrize("secret", [CANARY, f"ftp://{CANARY}/x", f"https://h.example/{CANARY}/refused"])
def test_no_secret_shows_in_any_mistake(tmp_path, key, secret):
    lines = {"kind": "kind: feed", "url": 'url: "https://x.example/"'} | {key: f'{key}: "${{TOKEN}}"'}
    write(tmp_path, "sources:\n  a:\n    " + "\n    ".join(lines.values()) + "\n")

    config, problems = load_config(tmp_path / "watcher.yaml", {"TOKEN": secret}, tables=TABLES, data=tmp_path)

    assert (config is None) or key == "url"
    assert CANARY not in "\n".join(map(str, problems))
    assert CANARY not in repr(config)


def test_a_literal_secret_in_a_file_that_all_may_read_is_warned_of(folder):
    write(
        folder, WHOLE.replace('"${file:secrets/slack}"', '"https://hooks.example/T0"').replace("every: 1s", "every: 1m")
    )
    (folder / "watcher.yaml").chmod(0o644)

    config, problems = read(folder)

    assert config is not None
    assert [problem.code for problem in problems] == ["C021", "C020"]
    assert all(problem.level == "warning" for problem in problems)


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("https://127.0.0.1:9000/hook", False),
        ("https://localhost:9000/hook", False),
        ("https://[::1]:9000/hook", False),
        ("https://127.0.0.1:9000/hook?token=x", True),
        ("https://me:word@127.0.0.1:9000/hook", True),
        ("https://10.0.0.9/hook", True),
        ("https://localhost.example/T0", True),
    ],
)
def test_an_address_on_this_very_machine_is_no_secret(folder, url, warned):
    slack = WHOLE.replace('"${file:secrets/slack}"', f'"{url}", network: any')
    write(folder, slack.replace("every: 1s", "every: 1m"))
    (folder / "watcher.yaml").chmod(0o600)

    config, problems = read(folder)

    assert config is not None
    assert [problem.code for problem in problems] == ["C020"] * warned


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"a\x00b", b"x" * 70_000])
def test_a_secret_file_that_holds_no_secret_is_refused(folder, content):
    (folder / "secrets" / "slack").write_bytes(content)

    config, problems = read(folder)

    assert config is None
    assert [(problem.code, problem.line) for problem in problems] == [("C011", 23)]


def test_what_was_put_in_is_not_looked_through_again(folder):
    config, _ = read(folder, KEY="${PORT}")

    assert config.sources["reex"].options.url.endswith("key=${PORT}")


def test_outside_of_sources_channels_and_operator_a_reference_is_plain_text(folder):
    write(folder, WHOLE.replace("title: The week", 'title: "${KEY}"').replace("every: 1s", "every: 1m"))

    assert read(folder)[0].digests["weekly"].title == "${KEY}"


def test_a_file_that_is_not_there_or_no_file_is_told(tmp_path):
    config, problems = load_config(tmp_path / "none.yaml", {}, tables=TABLES)
    assert config is None
    assert str(problems[0]) == f"{tmp_path}/none.yaml error[C001] cannot be read: No such file or directory"

    _, problems = load_config(tmp_path, {}, tables=TABLES)
    assert problems[0].text == "is no plain file"


def test_the_starter_works_as_written_and_with_everything_switched_on(tmp_path):
    environ = {
        "SLACK_URL": "https://hooks.slack.com/services/T0/B0/abc",
        "SMTP_PASSWORD": "long-enough",
        "WEBHOOK_URL": "https://hooks.example/x",
        "WEBHOOK_SECRET": "whsec_" + "A" * 32,
    }

    write(tmp_path, starter_text())
    config, problems = load_config(tmp_path / "watcher.yaml", {})
    assert problems == ()
    assert len(config.sources) >= 11
    assert all(source.trust is not Trust.UNKNOWN for source in config.sources.values())

    write(tmp_path, re.sub(r"^(\s*)#(?=\S)", r"\1", starter_text(), flags=re.MULTILINE))
    config, problems = load_config(tmp_path / "watcher.yaml", environ)
    assert {problem.code for problem in problems} == {"C022"}
    assert {"desk", "team", "hook"} < set(config.channels)


def test_a_signing_secret_is_told_of_by_its_own_place_and_once(tmp_path):
    hook = '  hook: {kind: webhook, url: "https://hook.example/", secrets: ["${NOT_SET}", "${SHORT}"]}'
    write(tmp_path, f"channels:\n{hook}\n")

    _, problems = load_config(tmp_path / "watcher.yaml", {"SHORT": "whsec_AAAA"}, data=tmp_path)

    assert [str(problem).partition("watcher.yaml:")[2] for problem in problems if problem.level == "error"] == [
        "2:65 error[C011] channels.hook.secrets[0]: environment variable NOT_SET is not set",
        "2:79 error[C006] channels.hook.secrets[1]: a signing secret must hold 24 to 64 bytes",
    ]


def test_every_hostile_file_is_told_of_and_never_raises(shared, tmp_path):
    rows = json.loads((shared / "hostile" / "yaml_hostile.json").read_text("utf-8"))

    for row in rows:
        (tmp_path / "watcher.yaml").write_bytes(row["yaml"].encode("utf-8", "surrogatepass"))
        config, problems = load_config(tmp_path / "watcher.yaml", {"SECRET": CANARY}, tables=TABLES, data=tmp_path)

        assert config is None, row["name"]
        assert [problem for problem in problems if problem.level == "error"], row["name"]
        assert CANARY not in "\n".join(map(str, problems)), row["name"]


SCALARS = st.sampled_from(
    ["feed", "15m", 7, None, True, "${KEY}", "${", "[desk]", "Fri 15:00", "severity:urgent", -1, 1.5, ""]
)
KEYS = st.sampled_from(["sources", "channels", "routes", "digests", "rules", "store", "listen", "operator", "kind", "url", "a", "every", "channels", "when", "take", "at", "route", "smtp", "to", "since", "headers", "path", "network"])  # fmt: skip
TREES = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)), max_leaves=25)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, TREES, max_size=8))
def test_no_shape_makes_it_raise(tmp_path, tree):
    (tmp_path / "watcher.yaml").write_text(json.dumps(tree), "utf-8")

    config, problems = load_config(tmp_path / "watcher.yaml", {"KEY": CANARY}, tables=TABLES, data=tmp_path)

    assert (config is None) == any(problem.level == "error" for problem in problems)
    assert CANARY not in "\n".join(map(str, problems))
    pickle.dumps(problems)
    assert Path(tmp_path).is_dir()
