"""The proof of an alert, from what a feed said to a zip that can be checked without watcher."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from tests.commands.world import BAN, OLD, QUIET, world

REVISED = replace(
    BAN,
    body="<p>The ministry announced an export ban on gallium and germanium, and on antimony.</p>"
    "<p>The export ban begins in March.</p><p>The price rose by 12 %.</p>",
)


def files_of(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def surely_whole(files):
    """Hold every file against the manifest, as its README says."""
    listed = json.loads(files["manifest.json"])["files"]
    assert {each["path"] for each in listed} == files.keys() - {"manifest.json"}
    for each in listed:
        assert hashlib.sha256(files[each["path"]]).hexdigest() == each["sha256"]


def surely_sealed(seals):
    """Hold the alert's decisions against their seals, as the README says; returns the sealed lines."""
    assert seals["not_sealed_yet"] == []
    found = []
    for seal in seals["covering"]:
        for line in seal["lines_of_this_alert"]:
            assert hashlib.sha256(line.encode()).hexdigest() in seal["hashes_of_lines"]
            found.append(json.loads(line))
        whole = "\n".join([seal["previous"], *seal["hashes_of_lines"], ""])
        assert hashlib.sha256(whole.encode()).hexdigest() == seal["sha256"]
    for before, after in zip(seals["chain"], seals["chain"][1:], strict=False):
        assert after["previous"] == before["sha256"]
    return found


async def test_the_proof_of_an_alert_holds_all_that_is_behind_it(tmp_path, capsys):
    async with world(tmp_path) as here:
        here.now -= timedelta(days=5)
        await here.once(OLD)
        await here.once(BAN, QUIET)
        await here.once(REVISED)
        here.now += timedelta(days=2)
        await here.once()
        with closing(sqlite3.connect(here.database)) as db:
            [alert] = [row[0] for row in db.execute("select id from alerts where rule = 'export-ban'")]
        target = tmp_path / "proof.zip"

        assert await here.watcher("export", "--audit", alert, "--output", str(target)) == 0

        assert "files behind 1 alert; README.txt in it says how to check them" in capsys.readouterr().err
        feed = here._feed()

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    files = files_of(target)
    surely_whole(files)
    folder = f"alerts/{alert}"
    told = json.loads(files[f"{folder}/alert.json"])
    assert told["alert"]["rule"] == "export-ban"
    assert {each["quote"] for match in told["matches"] for each in match["evidence"]} == {"export ban"}
    assert {(each["way"], each["reason"]) for each in told["decisions"]} >= {
        ("alert", "raised"),
        ("route:desk", "told"),
    }

    [place] = [name.removesuffix("/article.json") for name in files if name.endswith("/article.json")]
    article = json.loads(files[f"{place}/article.json"])
    assert set(article["times"]) == {
        "stated by the source",
        "first seen by watcher",
        "fetched (newest revision)",
        "in force, expiring or due",
    }
    assert b"antimony" not in files[f"{place}/revision-1.txt"]
    assert b"antimony" in files[f"{place}/revision-2.txt"]
    first, second = article["revisions"]
    assert second["sha256"] == hashlib.sha256(feed).hexdigest()
    assert first["sha256"] != second["sha256"]
    assert ["content-type", "application/rss+xml"] in second["headers"]
    assert second["sha256_of_text"] == hashlib.sha256(files[f"{place}/revision-2.txt"]).hexdigest()

    rule = json.loads(files[f"{folder}/rules/export-ban-v1.json"])
    assert rule["body"]["rule"]["id"] == "export-ban"
    receipts = [json.loads(files[name]) for name in files if "/messages/" in name and name.endswith(".json")]
    assert [each["result"] for each in receipts[0]["tries"]] == ["sent"]
    sent = [files[name].decode() for name in files if name.endswith(".sent")]
    assert BAN.title in sent[0]

    lines = surely_sealed(json.loads(files[f"{folder}/seals.json"]))
    assert [line[0] for line in lines if line[4] == "alert"] == [
        each["number"] for each in told["decisions"] if each["way"] == "alert"
    ]
    texts = {hashlib.sha256(files[f"{place}/revision-{number}.txt"]).hexdigest() for number in (1, 2)}
    assert {line[-1] for line in lines} - {None} <= texts


async def test_a_query_takes_the_alerts_of_its_rules_and_a_name_that_nobody_knows_none(tmp_path, capsys, monkeypatch):
    async with world(tmp_path) as here:
        await here.once(OLD)
        await here.once(BAN)
        monkeypatch.chdir(tmp_path)

        assert await here.watcher("export", "--audit", "rule:export-ban gallium") == 0
        assert await here.watcher("export", "--audit", "rule:prices dysprosium") == 1
        assert await here.watcher("export", "--audit", "a-none") == 1
        assert await here.watcher("export", "--audit", "sevreity:high x") == 2
        assert await here.watcher("export") == 2
        assert await here.watcher("export", "alerts", "--audit", "a-none") == 2
        assert await here.watcher("export", "--audit", "rule:export-ban", "--output", "nowhere/x.zip") == 1

    said = capsys.readouterr().err
    assert 'no alert "a-none"; watcher export alerts lists them' in said
    [made] = tmp_path.glob("audit-*.zip")
    seals = json.loads(next(data for name, data in files_of(made).items() if name.endswith("seals.json")))
    assert seals["covering"] == []
    assert seals["not_sealed_yet"]


async def test_the_same_rows_make_the_same_files(tmp_path):
    async with world(tmp_path) as here:
        await here.once(OLD)
        await here.once(BAN)
        for name in ("one.zip", "two.zip"):
            assert await here.watcher("export", "--audit", "rule:export-ban", "--output", str(tmp_path / name)) == 0

    one, two = files_of(tmp_path / "one.zip"), files_of(tmp_path / "two.zip")
    assert {name: data for name, data in one.items() if name not in {"README.txt", "manifest.json"}} == {
        name: data for name, data in two.items() if name not in {"README.txt", "manifest.json"}
    }
