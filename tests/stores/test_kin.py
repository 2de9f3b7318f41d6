"""What the store keeps so that reports of one event are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.stories.make import make_story
from tests.stores.make import NOW, fresh, new_article
from tests.stores.test_plans import scans
from watcher.core.stories.kept import pack, unpack
from watcher.core.stories.keys import CANDIDATES, keys_of
from watcher.core.stories.model import Placed
from watcher.core.stories.traits import traits_of, weigh
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.kin import COMPARED, prune_kin
from watcher.stores.sqlite.upkeep import remove_articles

GRANT = make_story(
    "Army backs Halden Metals' antimony smelter",
    "The US Army will give Halden Metals up to $7.4 million for a smelter in Orrin County, Idaho, Mora Quist said.",
)


@pytest.fixture
def turn(tmp_path):
    db = fresh(tmp_path / "w.db")
    yield SqliteTurn(db)
    db.close()


def placed(number, read, keys, *, founded):
    words = read.traits.words if founded else None
    return Placed(article=number, kept=pack(read.traits), why="" if founded else "as art-1", keys=keys, words=words)


def stored(turn, number, newcomer=GRANT, *, founded=True):
    [at] = turn.articles.add([new_article(number)], document=0, rule_set="r", reading_version="v")
    read = weigh(traits_of(newcomer), {}, 0)
    keys = keys_of(read.traits)
    turn.kin.keep([placed(at.number, read, keys, founded=founded)])
    return read, keys


def test_what_shares_a_key_is_found_with_its_traits(turn):
    read, keys = stored(turn, 1)

    [kin] = turn.kin.near(keys, "other title")

    assert (kin.article, kin.story, kin.lead) == ("art-1", "art-1", "")
    assert unpack(kin.kept) == replace(read.traits, shingles=())


def test_a_title_alike_brings_the_beginning_of_the_text(turn):
    _, keys = stored(turn, 1)
    [kin] = turn.kin.near(keys, "other title")

    [kin] = turn.kin.near(keys, kin.title_key)

    assert kin.lead.startswith("Report 1")


def test_words_are_counted_once_a_story(turn):
    read, _ = stored(turn, 1)
    stored(turn, 2, founded=False)
    word = next(iter(read.traits.words))

    assert turn.kin.counts([word, 12345]) == ({word: 1}, 1)


def test_many_of_one_key_are_looked_at_in_part_only_the_newest(turn):
    for number in range(1, 61):
        _, keys = stored(turn, number)

    found = [kin.article for kin in turn.kin.near(keys, "")]

    assert len(found) == CANDIDATES
    assert found[-1] == "art-60"


def test_nothing_is_read_whole(turn):
    statements = []
    _, keys = stored(turn, 1)
    turn.db.set_trace_callback(statements.append)
    turn.kin.near(keys, "x")
    turn.kin.counts([1, 2])
    turn.db.set_trace_callback(None)

    assert not [step for statement in statements for step in scans(turn.db, statement, ("c",))]


def test_keeping_twice_stores_nothing_twice_and_a_pruned_article_is_passed_over(turn):
    read, keys = stored(turn, 1)
    turn.kin.keep([placed(1, read, keys, founded=False)])
    assert len(turn.kin.near(keys, "")) == 1

    turn.db.execute("delete from readings")
    turn.db.execute("delete from texts")
    turn.db.execute("delete from articles where number = 1")

    assert turn.kin.near(keys, "") == []


def joined(db):
    return dict(db.execute("select article, why from story_traits").fetchall())


def test_what_is_too_old_to_be_compared_is_forgotten_but_why_it_was_joined(turn):
    _, keys = stored(turn, 1)
    stored(turn, 2, founded=False)

    assert prune_kin(turn.db, NOW + COMPARED) == 0
    assert len(turn.kin.near(keys, "")) == 2
    assert prune_kin(turn.db, NOW + COMPARED + timedelta(days=1)) == 2 + 2 * len(keys)

    assert turn.kin.near(keys, "") == []
    assert turn.db.execute("select count(*) from story_keys").fetchone() == (0,)
    assert joined(turn.db) == {2: "as art-1"}
    assert prune_kin(turn.db, NOW + COMPARED + timedelta(days=1)) == 0


def test_a_removed_article_leaves_nothing_behind(turn):
    _, keys = stored(turn, 1, founded=False)

    remove_articles(turn.db, [1])

    assert joined(turn.db) == {}
    assert turn.kin.near(keys, "") == []


def test_what_is_young_enough_stays_beside_what_is_forgotten_part_by_part(turn):
    for number in range(1, 6):
        _, keys = stored(turn, number)
    turn.db.execute("update articles set seen = seen + 86400000000 where number > 3")
    then = NOW + COMPARED + timedelta(hours=1)

    gone = [prune_kin(turn.db, then, traits=2, keys=7) for _ in range(60)]

    assert max(gone) < 20
    assert [kin.article for kin in turn.kin.near(keys, "")] == ["art-4", "art-5"]
    assert turn.db.execute("select count(*) from story_keys where article < 4").fetchone() == (0,)
