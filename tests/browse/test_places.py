from __future__ import annotations

from pathlib import Path

from watcher.browse.places import chromium, missing
from watcher.config import load_config

CONFIG = """\
sources:
  bank:
    kind: page_list
    url: "https://bank.example/news"
    item: li
    fields: {title: a, link: a@href}
    follow: {browser: true}
    browser: true
  gone: {kind: page_watch, url: "https://bureau.example/", browser: true, enabled: false}
channels: {desk: {kind: file, path: desk.txt}}
routes: {desk: {channels: [desk]}}
"""


def test_a_browser_that_is_not_there_is_an_error_with_its_place_and_what_to_do(tmp_path: Path):
    file = tmp_path / "watcher.yaml"
    file.write_text(CONFIG, encoding="utf-8")

    _, problems = load_config(file, {"PATH": str(tmp_path), "WATCHER_CHROMIUM": ""})

    text = missing({"PATH": str(tmp_path)})
    assert text is not None
    assert "install" in text
    assert [str(each).removeprefix(f"{file}:") for each in problems if each.level == "error"] == [
        f"7:23 error[C026] sources.bank.follow.browser: {text}",
        f"8:14 error[C026] sources.bank.browser: {text}",
    ]


def test_a_browser_is_what_the_environment_names_else_the_first_that_is_found(tmp_path: Path):
    mine, usual = tmp_path / "mine", tmp_path / "chromium"
    for program in (mine, usual):
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    here = {"PATH": str(tmp_path)}

    assert chromium(here) == str(usual)
    assert chromium(here | {"WATCHER_CHROMIUM": str(mine)}) == str(mine)
    assert chromium(here | {"WATCHER_CHROMIUM": "/nowhere"}) is None


def test_what_to_install_is_said(tmp_path: Path):
    nowhere = {"PATH": str(tmp_path)}

    assert missing(nowhere, driver="no_such_driver") == (
        'no browser can be run: install what does it: pip install "event-watcher[browser]"'
    )
    assert missing(nowhere, driver="json") == (
        "no browser to run: install Chromium (Debian: apt install chromium), or name it by WATCHER_CHROMIUM"
    )
    assert missing(nowhere | {"WATCHER_CHROMIUM": "/nowhere"}, driver="json") == (
        "no browser to run: WATCHER_CHROMIUM names /nowhere, which is no program"
    )
