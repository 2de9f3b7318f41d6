"""`watcher check SOURCE` on sources that are no request: every file of a folder, of a push a file that stands for it."""

from __future__ import annotations

import json
import os

from watcher.cli import main

CONFIG = """\
store: {{path: watcher.db}}
listen: {{public_url: "https://watch.example"}}
sources:
  folder: {{kind: file, path: "{folder}", format: text}}
  pushed: {{kind: webhook, path: /in/desk, secret: "${{SECRET}}", fields: {{title: title}}}}
  mail: {{kind: imap, host: 127.0.0.1, port: 9, security: none, user: desk, password: "${{SECRET}}", network: any}}
channels:
  desk: {{kind: file, path: desk.txt}}
routes:
  desk: {{channels: [desk]}}
rules: [rules.yaml]
"""
SECRET = "whsec_" + "QUJD" * 10


def check(tmp_path, capsys, monkeypatch, *arguments: str) -> tuple[int, str]:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    for n, name in enumerate(("old", "new")):
        (folder / f"{name}.txt").write_text(f"The {name} mine reopens\n\nAfter winter.", encoding="utf-8")
        os.utime(folder / f"{name}.txt", (1_000_000 + n,) * 2)
    (tmp_path / "rules.yaml").write_text("format: 1\n", encoding="utf-8")
    path = tmp_path / "watcher.yaml"
    path.write_text(CONFIG.format(folder=folder), encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("SECRET", SECRET)
    code = main(["--config", str(path), "check", *arguments])
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    return code, said.out + said.err


def test_every_file_is_shown_by_its_name(tmp_path, capsys, monkeypatch):
    code, said = check(tmp_path, capsys, monkeypatch, "folder")

    assert code == 0
    assert said.startswith(f"folder: {tmp_path / 'in'}\n  files         2 of 2 could be read")
    assert "  old.txt: 1 row, 35 bytes\n  new.txt: 1 row, 35 bytes\n" in said
    assert "  1  The old mine reopens" in said
    assert "  2  The new mine reopens" in said
    assert "; doubts: the publisher gives no date\n" in said
    assert "status" not in said


def test_a_file_that_cannot_be_read_hides_no_other(tmp_path, capsys, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.txt").write_bytes(b" ")
    os.utime(tmp_path / "in" / "bad.txt", (2_000_000,) * 2)

    code, said = check(tmp_path, capsys, monkeypatch, "folder", "--limit", "1")

    assert code == 1
    assert "2 of 3 could be read" in said
    assert "  bad.txt: failed: it is empty, 1 byte\n" in said
    assert "check folder: bad.txt: it is empty" in said
    assert ("The old mine reopens" in said, "2 rows: 2 new" in said) == (True, True)
    assert "... and 1 more rows (--limit 2)" in said


def test_a_file_stands_for_a_push(tmp_path, capsys, monkeypatch):
    body = tmp_path / "push.json"
    body.write_text(json.dumps({"title": "Export ban on gallium"}), encoding="utf-8")

    code, said = check(tmp_path, capsys, monkeypatch, "pushed", "--file", str(body))

    assert (code, "Export ban on gallium" in said) == (0, True)


def test_a_push_cannot_be_fetched_and_a_mailbox_may_be_away(tmp_path, capsys, monkeypatch):
    pushed = check(tmp_path, capsys, monkeypatch, "pushed")
    mail = check(tmp_path, capsys, monkeypatch, "mail")

    assert pushed == (
        1,
        "check pushed: pushed: it is pushed to, so there is nothing to fetch; try a push with --file\n",
    )
    assert mail == (1, "check mail: connect to 127.0.0.1:9: connection refused\n")
