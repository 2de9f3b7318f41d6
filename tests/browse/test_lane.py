"""Sources that share the browser take turns, and keep one worker of the engine at most."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from tests.browse.test_places import CONFIG
from watcher.app.build import watched_source
from watcher.config import load_config


def test_sources_in_the_browser_share_a_lane_of_their_own(tmp_path: Path, driver: None):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / "watcher.yaml"
    plain = "  plain: {kind: page_watch, url: 'https://bureau.example/'}\nchannels:"
    file.write_text(CONFIG.replace("channels:", plain, 1), encoding="utf-8")

    config, problems = load_config(file, {"PATH": str(tmp_path)})

    assert config is not None, problems
    warned = sum(each.code == "C027" for each in problems)
    assert warned == (2 if os.geteuid() == 0 else 0)
    watched = {
        name: watched_source(source, datetime(2026, 3, 1, tzinfo=UTC)) for name, source in config.sources.items()
    }
    assert {name: (each.lane, each.browser, each.pages_in_browser) for name, each in watched.items()} == {
        "bank": ("browser", True, True),
        "gone": ("browser", True, False),
        "plain": ("bureau.example", False, False),
    }
