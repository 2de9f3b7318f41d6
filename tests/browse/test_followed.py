"""A page behind an entry whose text is made by its scripts, through the whole of watcher."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_following import FILLER, desk, html

PAGE = f"""<html lang=en><head><title>Gallium | Wire</title></head><body><article><h1>Gallium</h1><p id=said></p>{FILLER}
</article><script>fetch('/said').then(r => r.text()).then(t => document.querySelector('#said').textContent = t)</script>
</body></html>""".encode()


@pytest.mark.slow
async def test_what_only_a_script_of_the_page_says_is_told(tmp_path: Path, chromium: Path, driver: None):
    async with desk(tmp_path, "since: all, follow: {browser: true}") as here:
        here.wire.route("/said", html(b"It announced an export ban on gallium, in force from 1 May."))
        here.lists("gallium", html(PAGE))

        await here.once()

        assert here.state("gallium") == "full"
        assert len(here.slack.received) == 1
