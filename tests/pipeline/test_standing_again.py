"""An alert that a merge closed stands again when the one that took it in is taken back and its own article is not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.pipeline.test_held_to_the_end import DAY, beat
from tests.pipeline.world import CONFIG, RULES, World, entry, world
from watcher.pipeline.telling import lifecycle
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.stories import Author, merge

TEXTS = {
    "wire": ("ban", "Ministry announces export ban on gallium"),
    "daily": ("tungsten", "Ruritania sets an export ban on tungsten"),
    "ministry": ("tin", "Atlantis decrees an export ban on tin"),
}
NOTHING = "Nothing of it is so"
EQUAL = RULES.replace("severity: {urgent: {trust: authority}, else: warning}", "severity: warning")


async def said(here: World, *sources: str, words: str = "", more: str = "") -> None:
    """Let each of these say its piece, or other words in its place."""
    for source in sources:
        slug, title = TEXTS[source]
        link = f"https://{source}.example/{slug}"
        text = f"<p>{words or title}.</p>{more}"
        await here.publish(
            source, entry(slug, link=link, title=words or title, content_html=text, updated=here.now if words else None)
        )
        here.now += DAY / 24


async def merged(here: World, *sources: str) -> None:
    """Make one of the stories of these, one after the other."""
    of = dict(here.rows("select source, id from articles"))
    by = Author(name="ann", reason="one event", at=here.now)
    stories = dict(here.rows("select id, story from articles"))
    first = stories[of[sources[0]]]
    for each in sources[1:]:
        await here.store.write(lambda turn, two=stories[of[each]]: merge(turn.db, first, two, by))


def alerts(here: World) -> dict[str, tuple[str, str]]:
    """By the source of the article that it rests on: the alert's id and its state."""
    rows = here.rows("select a.source, al.id, al.state from alerts al join articles a on a.number = al.article")
    return {source: (id_, state) for source, id_, state in rows}


def told(here: World, since: int = 0) -> Sequence[tuple[str, str]]:
    return [(each.alert, each.change) for each in here.told("desk")[since:]]


@pytest.mark.parametrize(("stays", "goes"), [("wire", "daily"), ("daily", "wire")])
async def test_what_was_merged_stands_again_when_only_the_other_is_taken_back(tmp_path, stays, goes):
    async with world(tmp_path) as here:
        await said(here, stays, goes)
        await merged(here, stays, goes)
        (one, _), (two, state) = alerts(here)[stays], alerts(here)[goes]
        assert state == "closed"

        await said(here, stays, words=NOTHING)

        assert told(here, 2) == [(one, "retracted"), (two, "raised")]
        assert alerts(here) == {stays: (one, "closed"), goes: (two, "open")}
        last = here.told("desk")[-1]
        assert (last.headline, last.news) == (
            TEXTS[goes][1],
            (f"it still stands: taken back is only {one}, with which it was made one",),
        )
        decided = here.rows("select way, reason from decisions where alert = ? and change = 'raised'", two)
        assert [way for way in decided if way[0] in {"alert", "route:desk"}][2:] == [
            ("alert", "raised"),
            ("route:desk", "told"),
        ]


async def test_the_article_of_what_stands_again_is_nothing_new_and_may_be_taken_back(tmp_path):
    async with world(tmp_path) as here:
        await said(here, "wire", "daily")
        await merged(here, "wire", "daily")
        await said(here, "wire", words=NOTHING)
        await here.store.close()
        here.store = await SqliteStore.open(tmp_path / "watcher.db")  # as after a restart
        (id_, _), before = alerts(here)["daily"], len(told(here))

        await said(here, "daily", more="<p>Read more about it.</p>")
        await said(here, "wire", words=NOTHING + " at all")
        assert told(here, before) == []
        await said(here, "daily", words=NOTHING)

        assert told(here, before) == [(id_, "retracted")]
        assert {state for _, state in alerts(here).values()} == {"closed"}
        await said(here, "wire")
        assert told(here, before)[1:] == [(id_, "raised")]


async def test_nothing_stands_again_whose_own_article_takes_it_back(tmp_path):
    async with world(tmp_path) as here:
        await said(here, "wire", "daily")
        await merged(here, "wire", "daily")
        one, two = (alerts(here)[each][0] for each in ("wire", "daily"))
        await said(here, "daily", words=NOTHING)
        await said(here, "wire", words=NOTHING)
        assert told(here, 2) == [(two, "retracted"), (one, "retracted")]


async def test_of_one_document_that_takes_both_back_nothing_stands_again(tmp_path):
    async with world(tmp_path) as here:
        one, two = entry("one"), entry("two", title="Tin: an export ban", content_html="<p>An export ban on tin.</p>")
        await here.publish("wire", one)
        here.now += DAY / 24
        await here.publish("wire", one, two)
        (a,), (b,) = here.rows("select story from articles order by number")
        by = Author(name="ann", reason="one event", at=here.now)
        await here.store.write(lambda turn: merge(turn.db, a, b, by))
        here.now += DAY / 24
        gone = [entry(each, title=NOTHING + each, content_html=f"<p>{NOTHING}, {each}.</p>") for each in ("one", "two")]
        await here.publish("wire", *gone)
        assert [change for _, change in told(here, 2)] == ["retracted", "retracted"]


async def test_of_one_document_that_takes_one_back_and_rewords_the_other_that_one_stands_again(tmp_path):
    async with world(tmp_path) as here:
        one, two = entry("one"), entry("two", title="Tin: an export ban", content_html="<p>An export ban on tin.</p>")
        await here.publish("wire", one)
        here.now += DAY / 24
        await here.publish("wire", one, two)
        (a,), (b,) = here.rows("select story from articles order by number")
        by = Author(name="ann", reason="one event", at=here.now)
        await here.store.write(lambda turn: merge(turn.db, a, b, by))
        here.now += DAY / 24
        gone = entry("one", title=NOTHING, content_html=f"<p>{NOTHING}.</p>")
        text = "<p>An export ban on tin, it is said.</p>"
        await here.publish("wire", gone, entry("two", title="Tin: an export ban", content_html=text))
        assert [change for _, change in told(here, 2)] == ["retracted", "raised"]
        assert here.told("desk")[-1].headline == "Tin: an export ban"


async def test_of_two_that_were_merged_the_more_severe_stands_first_and_then_the_other(tmp_path):
    async with world(tmp_path) as here:
        await said(here, "wire", "daily", "ministry")
        await merged(here, "wire", "daily", "ministry")
        one, two, three = (alerts(here)[each][0] for each in ("wire", "daily", "ministry"))
        await said(here, "wire", words=NOTHING)
        assert told(here, 3) == [(one, "retracted"), (three, "raised")]
        assert (f"{one} is taken back; {three} stays",) in here.rows(
            "select detail from decisions where alert = ?", two
        )
        await said(here, "ministry", words=NOTHING)
        assert told(here, 5) == [(three, "retracted"), (two, "raised")]
        assert [state for _, state in alerts(here).values()].count("open") == 1


async def test_what_was_merged_before_the_other_was_raised_anew_stays_as_it_is(tmp_path):
    async with world(tmp_path) as here:
        await said(here, "wire", "daily")
        await merged(here, "wire", "daily")
        id_ = alerts(here)["wire"][0]
        await here.store.write(lambda turn: lifecycle.close(turn, id_, "ann", here.now, "link", reason="done"))
        here.now += DAY
        text = "<p>Ministry announces export ban on gallium worth $90 million.</p>"
        await here.publish("wire", entry("ban", link="https://wire.example/ban", content_html=text, updated=here.now))
        await said(here, "wire", words=NOTHING)
        assert [change for _, change in told(here, 2)] == ["raised", "retracted"]


async def test_what_a_person_closed_does_not_stand_again(tmp_path):
    async with world(tmp_path) as here:
        await said(here, "wire", "daily")
        await merged(here, "wire", "daily")
        id_ = alerts(here)["wire"][0]
        await here.store.write(lambda turn: lifecycle.close(turn, id_, "ann", here.now, "link", reason="done"))
        await said(here, "wire", words=NOTHING)
        assert told(here, 2) == [(id_, "retracted")]


@pytest.mark.parametrize("asked", ["wait: 5h", "quiet: 5h", 'mute: {from: "09:30", to: "15:00"}'])
async def test_what_was_held_of_the_merged_one_is_told_under_its_own_name_at_the_end(tmp_path, asked):
    config = CONFIG.replace("desk: {channels: [desk]}", f"desk: {{channels: [desk], {asked}}}")
    async with world(tmp_path, config=config, rules=EQUAL) as here:
        await said(here, "wire", "daily")
        await merged(here, "wire", "daily")
        two = alerts(here)["daily"][0]
        await said(here, "wire", words=NOTHING)
        here.now += DAY / 2
        await beat(here)
        assert [change for alert, change in told(here) if alert == two] == ["raised"]
        assert here.rows("select count(*) from held") == [(0,)]


async def test_what_was_handed_over_is_told_once_and_under_its_own_name(tmp_path):
    config = CONFIG.replace("desk: {channels: [desk]}", 'desk: {channels: [desk], mute: {from: "09:30", to: "15:00"}}')
    async with world(tmp_path, config=config) as here:
        await said(here, "wire", "ministry")
        await merged(here, "wire", "ministry")
        await said(here, "wire", words=NOTHING)
        here.now += DAY / 2
        await beat(here)
        one, two = alerts(here)["wire"][0], alerts(here)["ministry"][0]
        assert told(here) == [(one, "raised"), (one, "retracted"), (two, "raised")]


async def test_a_digest_takes_in_what_stands_again(tmp_path):
    config = CONFIG.replace("channels: [lab]", 'channels: [lab], take: "rule:bans"')
    async with world(tmp_path, config=config, rules=EQUAL) as here:
        await said(here, "wire", "daily")
        await merged(here, "wire", "daily")
        await said(here, "wire", words=NOTHING)
        two = alerts(here)["daily"][0]
        assert here.rows("select digest, reason from digest_queue where alert = ?", two) == [("weekly", "raised")]


async def test_an_issue_has_what_stands_again(tmp_path):
    config = CONFIG.replace("channels: [lab]", 'channels: [lab], take: "rule:bans"')
    async with world(tmp_path, config=config, rules=EQUAL) as here:
        await said(here, "wire", "daily")
        await merged(here, "wire", "daily")
        await said(here, "wire", words=NOTHING)
        here.now = here.now.replace(day=6, hour=15, minute=1)
        issue = await here.issue()
        assert issue is not None
        found = [story for section in issue.sections for story in section.stories]
        assert [(story.headline, story.flags) for story in found] == [(TEXTS["daily"][1], ())]
