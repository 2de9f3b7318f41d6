from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import CONFIG, MONDAY, World, entry, plain, world
from tests.tools import ROOT
from watcher.core.digests.edits import Edit
from watcher.core.errors import StoreError
from watcher.core.model import StoryId
from watcher.core.telling.messages import DigestMessage, DigestStory, NoticeMessage
from watcher.pipeline.digests.drafting import approve, drafted, edit, hold
from watcher.pipeline.digests.issuing import issue
from watcher.pipeline.telling.changes import decode
from watcher.render.renderer import Renderer
from watcher.stores.sqlite.stories import Author, merge

FRIDAY = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
EDITED = CONFIG.replace("channels: [lab]}", "channels: [lab], hold: 2h}")
APPROVED = CONFIG.replace("channels: [lab]}", "channels: [lab], hold: 2h, approve: required, editors: [desk]}")
TITLES = ("Peru bans tin exports with an export ban", "Chile sets an export ban on lithium", "Export ban on antimony")


def nothing(_place: str) -> None:
    """No fault."""


async def three(here: World) -> None:
    """Three stories of three weights."""
    for source, title in zip(("wire", "daily", "ministry"), TITLES, strict=True):
        await here.publish(source, entry(title, title=title, content_html=f"<p>{title}, said {source}, up to $5.</p>"))


def headlines(message: DigestMessage) -> list[str]:
    stories: list[DigestStory] = [story for section in message.sections for story in section.stories]
    return [story.headline for story in (*stories, *message.brief)]


async def looked(here: World) -> list[str]:
    """The draft's headlines in order, as `--draft` lists them."""
    found = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))
    return [found.headlines[placed.story] for placed in found.composition.order]


async def edited(here: World, kind: str, title: str = "", value: str = "", reason: str = "") -> None:
    digest = here.runtime.digests["weekly"]

    def work(turn):
        ids = {headline: story for story, headline in drafted(turn, here.runtime, digest).headlines.items()}
        change = Edit(
            kind=kind, story=StoryId(ids.get(title, title)), value=value, author="ada", reason=reason, at=here.now
        )
        edit(turn, digest, change)

    await here.store.write(work)


async def approved(here: World, *, wait: bool = False):
    digest = here.runtime.digests["weekly"]
    return await here.store.write(
        lambda turn: approve(turn, here.runtime, digest, author="ada", reason="", now=here.now, hook=nothing, wait=wait)
    )


def notices(here: World, channel: str) -> list[NoticeMessage]:
    rows = here.rows(
        "select o.content from occasions o join deliveries d on d.occasion = o.id "
        f"where o.kind = 'notice' and o.id like 'notice:digest%' and d.channel = '{channel}' order by d.number"
    )
    return [decode(content) for (content,) in rows]


async def test_a_draft_is_made_at_the_cut_off_told_and_sent_by_itself_once(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY

        assert await here.issue() is None
        assert await here.issue() is None
        assert here.rows("select state, period from issues") == [("draft", "2026-W10")]
        (notice,) = notices(here, "ops")
        assert notice.title == "Weekly round-up: the draft of 2026-W10 is ready, 3 stories"
        assert notice.lines[0] == (
            "It goes out by itself at Fri 06 Mar 17:00, UTC, once; if you do nothing it goes as it stands."
        )
        assert "Send it now: watcher digest weekly --approve" in notice.lines

        here.now = FRIDAY + 2 * HOUR
        sent = await here.issue()

        assert sent is not None
        assert sorted(headlines(sent)) == sorted(TITLES)
        assert await here.issue() is None
        assert here.rows("select state, stories, decided from issues") == [("issued", 3, "")]
        assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(1,)]


async def test_edits_order_drop_and_reword_and_each_is_kept_with_who_and_why(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        ranked = await looked(here)
        last = ranked[-1]

        await edited(here, "pin", last)
        assert await looked(here) == [last, *ranked[:-1]]
        await edited(here, "move", last, "2")
        assert await looked(here) == [ranked[0], last, *ranked[1:-1]]
        await edited(here, "drop", ranked[0], reason="told elsewhere")
        await edited(here, "reword", last, "An export ban, in short")
        here.now = FRIDAY + 2 * HOUR
        sent = await here.issue()

        assert sent is not None
        assert sorted(headlines(sent)) == sorted(["An export ban, in short", *ranked[1:-1]])
        read = " ".join(Renderer(ROOT / "templates").render(sent, zone="UTC").text.split())
        assert read.count("; headline by the editors") == read.count("but for 1 headline by the editors.") == 1
        assert here.rows("select kind, value, author, reason from issue_edits order by number") == [
            ("pin", "", "ada", ""),
            ("move", "2", "ada", ""),
            ("drop", "", "ada", "told elsewhere"),
            ("reword", "An export ban, in short", "ada", ""),
        ]
        assert here.rows("select reason, detail from decisions where way = 'digest:weekly' and observation = 0") == [
            ("by_hand", "dropped from the draft of 2026-W10 by ada: told elsewhere")
        ]
        here.now += WEEK
        later = await here.issue()
        assert later is not None
        assert (headlines(later), later.updates) == ([], ())


async def test_edits_are_taken_back_for_a_story_or_all(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        ranked = await looked(here)

        await edited(here, "drop", ranked[0])
        await edited(here, "pin", ranked[2])
        assert await looked(here) == [ranked[2], ranked[1]]
        await edited(here, "brief", ranked[2])
        found = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))
        assert [story.headline for story in found.message.brief] == [ranked[2]]
        await edited(here, "pin", ranked[2])
        await edited(here, "reset", ranked[0])
        assert await looked(here) == [ranked[2], ranked[0], ranked[1]]
        await edited(here, "discard")
        assert await looked(here) == ranked


async def test_what_is_no_edit_is_refused_with_the_reason(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()

        for kind, value, said in (
            ("reword", "Boeing loses its tin from Peru", "“Boeing”: in no article"),
            ("reword", "Peru bans tin worth $5", "“up to 5”"),
            ("reword", "  ", "1 to 300 characters"),
            ("reword", "x" * 301, "1 to 300 characters"),
            ("move", "0", "is no place"),
            ("move", "9" * 5000, "is no place"),
        ):
            with pytest.raises(StoreError, match=said):
                await edited(here, kind, TITLES[0], value)
        with pytest.raises(StoreError, match="is not in the draft"):
            await edited(here, "drop", "s-unknown")
        assert here.rows("select count(*) from issue_edits") == [(0,)]


async def test_what_comes_after_the_cut_off_is_the_next_issues(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await here.publish("wire", entry("a", title=TITLES[0]))
        here.now = FRIDAY
        await here.issue()
        await here.publish("wire", entry("b", title=TITLES[1], content_html=""))

        assert await looked(here) == [TITLES[0]]
        await approved(here)
        here.now = FRIDAY + WEEK
        await here.issue()
        assert await looked(here) == [TITLES[1]]


async def test_approval_sends_once_whoever_comes_second(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        here.now += HOUR

        record = await approved(here)

        assert (record.state, record.decided) == ("issued", "approved by ada")
        with pytest.raises(StoreError, match="there is no draft"):
            await approved(here)
        here.now += HOUR
        assert await here.issue() is None
        assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(1,)]
        assert here.rows("select count(*) from occasions where kind = 'digest'") == [(1,)]


async def test_approved_for_its_time_it_waits_for_that(tmp_path):
    async with world(tmp_path, config=APPROVED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()

        record = await approved(here, wait=True)

        assert record.state == "approved"
        assert await here.issue() is None
        here.now = FRIDAY + 2 * HOUR
        assert await here.issue() is not None
        assert here.rows("select state, decided from issues") == [("issued", "approved by ada")]


async def test_held_back_it_never_goes_by_itself(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        await here.store.write(
            lambda turn: hold(turn, here.runtime.digests["weekly"], author="ada", reason="a call", now=here.now)
        )
        here.now += 24 * HOUR

        assert await here.issue() is None
        assert (await approved(here)).state == "issued"


async def test_one_that_needs_approval_waits_and_its_editors_are_reminded_once(tmp_path):
    async with world(tmp_path, config=APPROVED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        for _ in range(4):
            here.now += HOUR
            assert await here.issue() is None

        assert [notice.kind for notice in notices(here, "desk")] == ["digest-draft", "digest-waits"]
        assert notices(here, "ops") == []
        assert here.rows("select state from issues") == [("held",)]
        assert (await approved(here)).stories == 3


async def test_a_draft_nobody_sent_is_covered_by_the_next_with_its_edits(tmp_path):
    async with world(tmp_path, config=APPROVED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        ranked = await looked(here)
        await edited(here, "drop", ranked[0])
        here.now = FRIDAY + HOUR
        await here.publish("wire", entry("later", title="Another export ban, on cobalt", content_html=""))
        here.now = FRIDAY + 3 * WEEK + HOUR

        assert await here.issue() is None
        assert here.rows("select period, state, covered_by from issues order by period") == [
            ("2026-W10", "covered", "2026-W13"),
            ("2026-W11", "covered", "2026-W13"),
            ("2026-W12", "covered", "2026-W13"),
            ("2026-W13", "draft", None),
        ]
        assert sorted(await looked(here)) == sorted([*ranked[1:], "Another export ban, on cobalt"])
        assert "The draft of 2026-W10 was never sent" in " ".join(notices(here, "desk")[-1].lines)
        record = await approved(here)
        assert (record.begins, record.stories) == (FRIDAY - WEEK, 3)
        sent = [decode(content) for (content,) in here.rows("select content from occasions where kind = 'digest'")]
        assert [message.covers for message in sent] == [("2026-W10", "2026-W11", "2026-W12")]


async def test_down_past_its_time_one_issue_goes_out_at_once_for_all(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        here.now = FRIDAY + 2 * WEEK + 5 * HOUR

        sent = await here.issue()

        assert sent is not None
        assert (sent.period, sent.covers) == ("2026-W12", ("2026-W10", "2026-W11"))
        assert sorted(headlines(sent)) == sorted(TITLES)
        assert await here.issue() is None


async def test_a_story_merged_into_another_brings_its_edits_along(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        ids = dict(here.rows("select title, story from articles"))
        await edited(here, "pin", TITLES[1])

        def work(turn):
            merge(turn.db, ids[TITLES[0]], ids[TITLES[1]], Author(name="bob", reason="", at=here.now))

        await here.store.write(work)

        order = await looked(here)
        assert len(order) == 2
        assert order[0] in TITLES[:2]
        here.now += 2 * HOUR
        sent = await here.issue()
        assert sent is not None
        assert len(headlines(sent)) == 2


async def test_a_retraction_after_the_cut_off_shows_in_the_draft_and_goes_with_it(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await here.publish("wire", entry())
        here.now = FRIDAY
        await here.issue()
        here.now += HOUR
        await here.publish("wire", entry(title="Correction", content_html="<p>Nothing was decided.</p>"))
        here.now += HOUR

        sent = await here.issue()

        assert sent is not None
        (story,) = (story for section in sent.sections for story in section.stories)
        assert story.flags == ("wire.example changed the article; what matched is no longer in it",)
        assert here.rows("select count(*) from digest_queue where period is null") == [(0,)]


async def test_a_headline_whose_words_left_the_article_gives_way_to_the_articles_own(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await here.publish(
            "wire", entry("a", title="Peru sets an export ban on tin", content_html="<p>Lima said so.</p>")
        )
        here.now = FRIDAY
        await here.issue()
        await edited(here, "reword", "Peru sets an export ban on tin", "Lima sets an export ban")
        await here.publish(
            "wire", entry("a", title="Peru sets nothing on tin", content_html="<p>It said so.</p>")
        )  # retracted: what else changes after the cut-off changes nothing here

        found = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))

        assert [words for _, _, words in found.unfounded] == [("Lima",)]
        assert headlines(found.message) == ["Peru sets nothing on tin"]


async def test_a_digest_that_holds_no_more_sends_its_draft(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        here.change(config=CONFIG)

        assert await here.issue() is not None


@pytest.mark.parametrize("hold_for", ["", ", hold: 2h", ", approve: required"])
@pytest.mark.parametrize(("empty", "told"), [("skip", 0), ("notice", 1)])
async def test_an_empty_week_is_left_out_and_that_is_kept(tmp_path, empty, told, hold_for):
    config = CONFIG.replace("channels: [lab]}", f"channels: [lab], empty: {empty}{hold_for}}}")
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", plain("a"))
        here.now = FRIDAY

        assert await here.issue() is None
        assert await here.issue() is None

        assert here.rows("select state, decided, issued from issues") == [
            ("skipped", f"nothing to tell; empty: {empty}", None)
        ]
        assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(0,)]
        assert [notice.title for notice in notices(here, "ops")] == [
            "Weekly round-up: nothing to tell in 2026-W10"
        ] * told
        await here.publish("wire", entry())
        here.now = FRIDAY + WEEK
        sent = await here.issue()
        assert (sent is not None) == (not hold_for)
        assert here.rows("select count(*) from issues where state in ('issued', 'draft', 'held')") == [(1,)]


async def test_what_is_not_new_does_not_make_a_week_full(tmp_path):
    config = CONFIG.replace("channels: [lab]}", "channels: [lab], empty: skip}")
    async with world(tmp_path, config=config) as here:
        await here.publish("ministry", entry())
        here.now = FRIDAY
        assert await here.issue() is not None
        await here.publish("daily", entry())
        here.now = FRIDAY + WEEK

        assert await here.issue() is None
        assert here.rows("select state from issues order by period") == [("issued",), ("skipped",)]
        assert here.rows("select count(*) from digest_queue where period is null") == [(0,)]


async def test_two_that_find_it_due_at_once_issue_it_once(tmp_path):
    async with world(tmp_path) as here:
        await three(here)
        here.now = FRIDAY
        digest = here.runtime.digests["weekly"]
        first = await issue(here.store, here.runtime, digest, here.now, nothing)
        again = await issue(here.store, here.runtime, replace(digest), here.now, nothing)

        assert (first is not None, again) == (True, None)
        assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(1,)]
        assert here.now - MONDAY < WEEK


async def test_what_a_person_held_back_waits_in_the_next_draft_too(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        await here.store.write(
            lambda turn: hold(turn, here.runtime.digests["weekly"], author="ada", reason="legal", now=here.now)
        )
        for hours in (0, 2, 7 * 24, 14 * 24):
            here.now = FRIDAY + WEEK + hours * HOUR
            assert await here.issue() is None

        found = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))
        assert (found.record.period, found.record.state) == ("2026-W13", "held")
        assert [(each.kind, each.author, each.reason) for each in found.log] == [("hold", "ada", "legal")]
        assert (await approved(here)).stories == 3


async def test_a_hold_that_was_approved_away_holds_no_later_issue(tmp_path):
    async with world(tmp_path, config=APPROVED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        digest = here.runtime.digests["weekly"]
        await here.store.write(lambda turn: hold(turn, digest, author="ada", reason="", now=here.now))
        with pytest.raises(StoreError, match="has no time"):
            await approved(here, wait=True)
        assert here.rows("select kind from issue_edits") == [("hold",)]
        assert (await approved(here)).state == "issued"


async def test_an_edit_after_the_approval_makes_it_a_draft_again(tmp_path):
    async with world(tmp_path, config=APPROVED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        await approved(here, wait=True)
        await edited(here, "drop", TITLES[0], reason="by bob")
        here.now = FRIDAY + 2 * HOUR

        assert await here.issue() is None
        assert here.rows("select state, decided from issues") == [("held", "")]
        assert (await approved(here)).stories == 2


async def merged(here: World, one: str, two: str) -> None:
    ids = dict(here.rows("select title, story from articles"))
    author = Author(name="bob", reason="", at=here.now)
    await here.store.write(lambda turn: merge(turn.db, ids[one], ids[two], author))


@pytest.mark.parametrize(("dropped", "after", "told"), [((1,), (), 2), ((0,), (), 2), ((0, 1), (), 1), ((0,), (0,), 1)])
async def test_a_dropped_double_takes_the_kept_story_along_only_if_both_were_dropped(tmp_path, dropped, after, told):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        for each in dropped:
            await edited(here, "drop", TITLES[each], reason="a double")
        await merged(here, TITLES[0], TITLES[1])
        found = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))
        assert len(found.ended) == (len(dropped) == 1)
        here.now += HOUR
        for _ in after:
            await edited(here, "drop", next(iter(found.ended)), reason="both")
        here.now += HOUR

        sent = await here.issue()

        assert sent is not None
        assert len(headlines(sent)) == told


@pytest.mark.parametrize("empty", ["skip", "notice", "send"])
async def test_a_draft_of_which_all_was_dropped_is_as_good_as_empty(tmp_path, empty):
    async with world(tmp_path, config=EDITED.replace("hold: 2h", f"hold: 2h, empty: {empty}")) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        for title in TITLES:
            await edited(here, "drop", title, reason="no")
        here.now += 2 * HOUR

        sent = await here.issue()

        assert (sent is not None) == (empty == "send")
        assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(int(empty == "send"),)]
        assert here.rows("select count(*) from decisions where reason = 'by_hand'") == [(3,)]
        if sent is not None:
            text = Renderer(ROOT / "templates").render(sent, zone="UTC").text
            assert "Nothing to tell: 3 stories taken out by the editors." in text
            assert "none matched" not in text
            return
        assert here.rows("select state, decided from issues") == [
            ("skipped", f"nothing to tell but what was dropped; empty: {empty}")
        ]
        said = [notice.lines[0] for notice in notices(here, "ops") if notice.kind == "digest-empty"]
        words = "articles read: 3; 3 stories dropped from the draft, nothing else is new."
        assert said == [f"No issue was sent. Sources that answered: 0; {words}"] * (empty == "notice")


async def test_what_is_sent_is_the_article_as_it_was_at_the_cut_off(tmp_path):
    async with world(tmp_path, config=APPROVED) as here:
        await here.publish("wire", entry("a"))
        here.now = FRIDAY
        await here.issue()
        await approved(here, wait=True)
        here.now += HOUR
        later = "<p>LATER: the ministry announced an export ban on gallium, from 1 July, worth $9 billion.</p>"
        title = "Ministry announces export ban on gallium and hafnium"
        await here.publish("wire", entry("a", title=title, content_html=later))
        await here.publish("ministry", entry("a"))
        here.now = FRIDAY + 2 * HOUR

        sent = await here.issue()

        assert sent is not None
        (story,) = (story for section in sent.sections for story in section.stories)
        assert story.headline == "Ministry announces export ban on gallium"
        assert "from 1 May" in story.sentences[0]
        assert (story.publisher, story.articles, story.also) == ("wire.example", 1, ())
        here.now = FRIDAY + WEEK
        await here.issue()
        await approved(here)
        assert len(here.messages("lab")[-1].updates) == 1


async def test_a_draft_counts_what_is_left_of_it(tmp_path):
    async with world(tmp_path, config=EDITED) as here:
        await three(here)
        here.now = FRIDAY
        await here.issue()
        await edited(here, "drop", TITLES[1])

        found = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))

        assert found.record.stories == 2


async def test_a_draft_weighs_an_alert_as_it_stood_at_the_cut_off(tmp_path):
    async with world(tmp_path, config=APPROVED) as here:
        await here.publish("wire", entry("a"))
        await here.publish("wire", entry("b", title="Tin falls under an export ban", content_html="<p>Tin.</p>"))
        here.now = FRIDAY
        await here.issue()
        before = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))
        here.now += HOUR
        later = "<p>An export ban on gallium, worth $9 billion, said the ministry.</p>"
        await here.publish("ministry", entry("a", title="Decree: an export ban on gallium", content_html=later))
        await here.publish("ministry", entry("a"))
        assert ("urgent",) in here.rows("select severity from alerts")

        after = await here.store.read(lambda turn: drafted(turn, here.runtime, here.runtime.digests["weekly"]))

        assert after.composition == before.composition
        queued = await here.store.read(lambda turn: turn.issues.waiting("weekly", FRIDAY - HOUR / 60))
        assert {each.alert.severity for each in queued} == {"warning"}
        assert {each.quote for each in queued[0].alert.evidence} == {"export ban"}
