"""Revisions of articles whose bodies are no longer kept: a comma is no news, a figure is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.world import RULES, entry, plain, world
from watcher.stores.sqlite.upkeep import Keep, prune

OLD = entry("one")
RULES_LATER = RULES + RULES.partition("rules:\n")[2].replace("id: bans", "id: later").replace(
    "An export ban is", "It is"
)


def let_bodies_go(here):
    """Time passes until the bodies of articles are pruned."""
    here.now += timedelta(days=100)
    with closing(sqlite3.connect(here.folder / "watcher.db")) as db, db:
        assert prune(db, {}, Keep(articles=None, bodies=timedelta(days=90)), here.now).bodies > 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gallium, in force", "gallium in force"),
        ("<p>Buyers", "<p>Subscribe to us!</p><p>Buyers"),
        ("metal ", "metal  "),
    ],
)
async def test_a_cosmetic_revision_of_pruned_history_raises_nothing(tmp_path, old, new):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", OLD)
        let_bodies_go(here)

        await here.publish("wire", replace(OLD, title=OLD.title + "!", content_html=OLD.content_html.replace(old, new)))

        assert here.rows("select revision from articles") == [(2,)]
        assert here.told("desk") == []
        assert here.reasons() == ["first_sight", "first_sight"]


async def test_a_figure_that_changes_in_pruned_history_is_told(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", OLD)
        let_bodies_go(here)

        await here.publish("wire", replace(OLD, content_html=OLD.content_html.replace("1 May", "1 April")))

        assert [told.change for told in here.told("desk")] == ["raised"]


async def test_pruned_history_that_comes_to_match_is_told(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", plain("one"))
        let_bodies_go(here)

        await here.publish("wire", replace(OLD, guid="one"))

        assert [told.change for told in here.told("desk")] == ["raised"]


async def test_a_rule_loaded_since_is_not_set_off_by_a_comma_in_pruned_history(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", OLD)
        let_bodies_go(here)
        here.change(rules=RULES_LATER)

        await here.publish("wire", replace(OLD, content_html=OLD.content_html.replace("gallium,", "gallium")))

        assert here.told("desk") == []
